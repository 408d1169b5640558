import HQIngest
import HQServer
import Logging
import PostgresDriver
import ProgramSettings
import RedisStreams
import ServiceLifecycle

/// The one place where the ingest service is made and looked at.
struct IngestPart {
    /// What runs beside the port; ended before it.
    let services: [any Service]

    init(
        settings: Settings, database: PostgresOptions, redis: (address: RedisAddress, options: RedisOptions),
        logger: Logger
    ) {
        services = []
    }

    /// What the port shows of it.
    var activity: IngestActivity? { nil }
}
