import Glibc
import HQIngest
import HQServer
import Logging
import PostgresDriver
import ProgramSettings
import RedisStreams
import ServiceLifecycle

/// The one place where the ingest service is made and looked at.
struct IngestPart {
    private let ingest: IngestService

    /// What runs beside the port; ended before it.
    var services: [any Service] { [ingest] }

    init(
        settings: Settings, database: PostgresOptions, redis: (address: RedisAddress, options: RedisOptions),
        logger: Logger
    ) throws {
        var options = IngestOptions(redis: redis.address, database: database)
        options.redisOptions = redis.options
        options.lease = settings[HQSettings.ingestLease]
        options.renewal = options.lease / 3
        let name = settings[HQSettings.testingFailpoint]
        if !name.isEmpty {
            guard let failpoint = IngestFailpoint(rawValue: name) else {
                let known = IngestFailpoint.allCases.map(\.rawValue).joined(separator: ", ")
                complain("testing.failpoint must be one of \(known)")
                throw ProgramExit.wrongSettings
            }
            options.failpoint = { if $0 == failpoint { kill(getpid(), SIGKILL) } }
        }
        ingest = IngestService(options: options, logger: logger)
    }

    /// What the port shows of it.
    var activity: IngestActivity? {
        let status = ingest.status
        let counts = status.counts
        return IngestActivity(
            shards: status.shards.count, branches: status.branches, isServing: status.isServing,
            redisFault: status.redisFault,
            sums: [
                .init("events", "Events that were committed.", Double(counts.events)),
                .init("frames", "Frames that were taken, wholly or in part.", Double(counts.frames)),
                .init("duplicates", "Frames that PostgreSQL had already.", Double(counts.duplicates)),
                .init("gaps", "Frames refused because others are missing before them.", Double(counts.gaps)),
                .init("forks", "Frames refused because their history differs.", Double(counts.forks)),
                .init("probes", "Probes that were answered.", Double(counts.probes)),
                .init(
                    "dead_letters", "Entries that nobody can read or that were left behind.", Double(counts.deadLetters)
                ),
                .init("commits", "Transactions that were committed.", Double(counts.commits)),
                .init("commit_seconds", "Time spent from BEGIN to COMMIT.", counts.commitMilliseconds / 1_000),
            ])
    }
}
