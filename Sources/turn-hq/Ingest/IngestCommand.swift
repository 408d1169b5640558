import ArgumentParser
import HQIngest
import Logging
import ProgramSettings
import WebSocketTransport

struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Take the branches' events until SIGTERM or Ctrl-C.",
        discussion: """
            Several may run, on one machine or many: they share the branches, and another one takes over within 10 s. \
            Without PostgreSQL or Redis it waits and tells so on /readyz. Prints "listening on http://HOST:PORT" when \
            the port is open.
            Exit codes: 0 ended as asked, 69 the port can't be opened, 78 wrong settings.
            """)

    @OptionGroup var options: ProgramOptions

    @Option(help: "The address to listen on (server.host, default 127.0.0.1).")
    var host: String?

    @Option(help: "The TCP port to listen on; 0 = any free one (server.port, default 8090).")
    var port: Int?

    func run() async throws {
        _ = DescriptorLimit.raise()
        var flags: [String: String] = [:]
        if let host { flags[HQSettings.serverHost.name] = host }
        if let port { flags[HQSettings.serverPort.name] = String(port) }
        let settings = try options.settings(flags)
        let format = settings[HQSettings.logFormat]
        let level = Logger.Level(rawValue: settings[HQSettings.logLevel].rawValue) ?? .info
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, level: level) }
        let composition = HQComposition(
            settings: settings, database: try settings.database(), redis: try settings.redis())
        do {
            try await composition.run()
        } catch {
            complain("the program ended: \(error)")
            throw ProgramExit.unavailable
        }
    }
}
