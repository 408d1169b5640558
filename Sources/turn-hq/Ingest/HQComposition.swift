import Foundation
import HQIngest
import HQServer
import Logging
import NIOCore
import NIOPosix
import PostgresDriver
import ProgramSettings
import RedisStreams
import ServiceLifecycle
import UnixSignals

/// Puts head office's parts together and runs them as one group of services, ended in reverse order.
struct HQComposition {
    let settings: Settings
    let database: PostgresOptions
    let redis: (address: RedisAddress, options: RedisOptions)

    func run() async throws {
        let logger = Logger(label: "turn")
        for given in settings.given where given.isForTesting {
            logger.warning("A setting for tests is on", metadata: ["key": "\(given.name)", "value": "\(given.value)"])
        }
        let watch = StatusWatch(options: database, logger: logger)
        let ingest = try IngestPart(settings: settings, database: database, redis: redis, logger: logger)
        let server = HQServer(
            host: settings[HQSettings.serverHost], port: settings[HQSettings.serverPort],
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, watch: watch, logger: logger,
            ingest: { ingest.activity }, onListening: { Self.announce($0) })
        let parts: [any Service] = [watch, server] + ingest.services
        var configuration = ServiceGroupConfiguration(
            services: parts.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .milliseconds(4_500)
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Tells the address on standard output once it is known.
    private static func announce(_ address: SocketAddress) {
        let ip = address.ipAddress ?? "127.0.0.1"
        let text = "http://\(ip.contains(":") ? "[\(ip)]" : ip):\(address.port ?? 0)"
        FileHandle.standardOutput.write(Data("listening on \(text)\n".utf8))
    }
}
