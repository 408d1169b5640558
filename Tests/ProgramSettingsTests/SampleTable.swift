import Foundation
import ProgramSettings

/// A small table that has every kind once.
enum Sample {
    enum Mode: String, Sendable, CaseIterable {
        case slow, fast
    }

    static let port = SettingKey.integer("server.port", in: 0...65_535, default: 8080, "The port.")
    static let host = SettingKey.text("server.host", maxLength: 20, default: "127.0.0.1", "The host.")
    static let hosts = SettingKey.textList("server.hosts", maxCount: 3, maxLength: 10, "More names.")
    static let lease = SettingKey.duration(
        "work.lease", in: .zero ... .seconds(3600), default: "10 min", "How long it may be held.")
    static let quick = SettingKey.boolean("work.quick", default: false, "Whether it hurries.")
    static let mode = SettingKey.enumeration("work.mode", default: Mode.slow, "How it works.")
    static let opens = SettingKey.timeOfDay("day.opens.at", default: "08:30", "When it opens.")
    static let body = SettingKey.bytes("day.body", in: 0...(1 << 30), default: "64 KiB", "How much it takes.")
    static let url = SettingKey.text(
        "base.url", maxLength: 200, default: "", "The database.",
        traits: SettingTraits(aliases: ["DATABASE_URL"], isSecret: true))
    static let failpoint = SettingKey.text("base.failpoint", maxLength: 20, default: "", "Tests.", traits: .testing)

    static let table = SettingsTable(
        program: "sample",
        groups: [
            SettingsGroup("server", "Serving.", [port.definition, host.definition, hosts.definition]),
            SettingsGroup("work", "Working.", [lease.definition, quick.definition, mode.definition]),
            SettingsGroup("day", "The day.", [opens.definition, body.definition]),
            SettingsGroup("base", "The base.", [url.definition, failpoint.definition]),
        ],
        allowedEnvironment: ["TURN_DATA_DIR"])
}

/// A folder of its own for each test, with the files that the test wants in it.
final class SettingsFolder {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = NSTemporaryDirectory() + "settings-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
        }
    }

    deinit {
        // A folder that stays behind harms no other test.
        try? FileManager.default.removeItem(atPath: path)
    }

    func load(
        flags: [String: String] = [:], environment: [String: String] = [:],
        file: SettingsFile = .standard("sample.yaml"), table: SettingsTable = Sample.table
    ) throws(SettingsError) -> Settings {
        try Settings.load(
            table,
            from: SettingsSources(flags: flags, environment: environment, workingFolder: path, file: file))
    }

    /// The lines of the error that loading must end with.
    func problems(
        flags: [String: String] = [:], environment: [String: String] = [:],
        file: SettingsFile = .standard("sample.yaml")
    ) -> [String] {
        do {
            _ = try load(flags: flags, environment: environment, file: file)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
