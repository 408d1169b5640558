import ArgumentParser
import BranchStore
import Foundation
import Logging
import ProgramSettings
import WebSocketTransport

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the branch until SIGTERM or Ctrl-C.",
        discussion: """
            Settings come from flags, then TURN_… environment variables, then .env, then config/branch.yaml. An \
            unknown key or a wrong value stops the start. Prints "listening on http://HOST:PORT" when requests are \
            answered.
            """)

    @OptionGroup var data: DataOptions

    @Option(help: "The address to listen on (server.host, default 127.0.0.1).")
    var host: String?

    @Option(help: "The TCP port to listen on; 0 = any free one (server.port, default 8080).")
    var port: Int?

    @Option(help: "The settings file; it must exist when it is named (default config/branch.yaml).")
    var config: String?

    @Option(help: "The control socket's path. Default: turn.sock in the data directory.")
    var socket: String?

    func run() async throws {
        _ = DescriptorLimit.raise()
        let settings = try loadSettings()
        let format = settings[BranchSettings.logFormat]
        let level = Logger.Level(rawValue: settings[BranchSettings.logLevel].rawValue) ?? .info
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, level: level) }
        do throws(StoreError) {
            let lock = try DataLock.acquire(in: data.directory)
            let disk = DiskGuard(directory: data.directory)
            // Opening writes: on a disk that filled up while nothing ran, only the reserve makes room for it.
            disk.look()
            var configuration = try StoreSettings.configuration(settings)
            configuration.writer.onDiskFull = { disk.foundFull() }
            let store = try BranchStore.open(directory: data.directory, lock: lock, configuration: configuration)
            let branch = try BranchComposition(
                store: store, disk: disk, settings: settings, directory: data.directory, socket: socket,
                uplink: try UplinkSetting.service(for: store, settings))
            try await branch.run()
        } catch {
            complain(error.description)
            if case .locked = error { throw ProgramExit.locked }
            throw ProgramExit.unavailable
        }
    }

    private func loadSettings() throws -> Settings {
        var flags: [String: String] = [:]
        if let host { flags[BranchSettings.serverHost.name] = host }
        if let port { flags[BranchSettings.serverPort.name] = String(port) }
        let environment = ProcessInfo.processInfo.environment
        let named = config ?? environment["TURN_CONFIG"]
        let sources = SettingsSources(
            flags: flags, environment: environment, workingFolder: FileManager.default.currentDirectoryPath,
            file: named.map { .named($0) } ?? .standard(BranchSettings.standardFile))
        do throws(SettingsError) {
            return try Settings.load(BranchSettings.table, from: sources)
        } catch {
            complain("\(error)")
            throw ProgramExit.wrongSettings
        }
    }
}
