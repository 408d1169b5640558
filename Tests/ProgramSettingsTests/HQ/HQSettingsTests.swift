import Foundation
import ProgramSettings
import Testing

struct HQSettingsTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func load(_ flags: [String: String] = [:], environment: [String: String] = [:]) throws -> Settings {
        try SettingsFolder().load(flags: flags, environment: environment, table: HQSettings.table)
    }

    /// `WRITE_SETTINGS=1 swift test --filter HQSettingsTests` writes the file anew after a change of the table.
    @Test func theCommittedFileIsTheGeneratedOne() throws {
        let path = Self.root.appendingPathComponent(HQSettings.standardFile)
        if ProcessInfo.processInfo.environment["WRITE_SETTINGS"] == "1" {
            try SettingsDocument.yaml(of: HQSettings.table).write(to: path, atomically: true, encoding: .utf8)
        }
        let committed = try String(contentsOf: path, encoding: .utf8)
        #expect(SettingsDocument.difference(from: committed, table: HQSettings.table) == nil)
    }

    @Test func theGeneratedFileWithEveryKeySwitchedOnGivesTheDefaults() throws {
        let text = SettingsDocument.yaml(of: HQSettings.table).replacing(/#(?=[a-z_]+:)/, with: "")
        let folder = try SettingsFolder(["hq.yaml": text])
        let settings = try folder.load(file: .named("hq.yaml"), table: HQSettings.table)
        #expect(settings.given.map(\.name) == HQSettings.table.definitions.filter { !$0.isHidden }.map(\.name))
        #expect(settings[HQSettings.redisURL] == "redis://127.0.0.1:6379")
        #expect(settings[HQSettings.serverPort] == 8_090 && settings[HQSettings.serverHost] == "127.0.0.1")
        #expect(settings[HQSettings.ingestLease] == .seconds(6) && settings[HQSettings.databaseURL] == "")
    }

    @Test func theUsualVariablesCountAndAreSecret() throws {
        let settings = try load(environment: [
            "DATABASE_URL": "postgresql://u:canary@h/d", "UPSTASH_REDIS_URL": "rediss://u:canary@h:1",
        ])
        #expect(settings[HQSettings.databaseURL] == "postgresql://u:canary@h/d")
        #expect(settings[HQSettings.redisURL] == "rediss://u:canary@h:1")
        #expect(settings.given.map(\.value) == ["***", "***"])
    }

    @Test(arguments: ["", "http://h", "h:6379", "REDIS://h"]) func whatIsNoRedisAddressIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try load(["redis.url": text]) }
    }

    @Test(arguments: [("secret\n", "secret"), ("secret", "secret"), ("a b=c", "a b=c")])
    func aSecretIsTheFilesOneLine(text: String, secret: String) throws {
        let folder = try SettingsFolder(["url": text])
        #expect(try SecretFile.read(folder.path + "/url", environment: [:]) == secret)
        #expect(try SecretFile.read("url", environment: ["CREDENTIALS_DIRECTORY": folder.path]) == secret)
    }

    @Test(arguments: ["", "\n", "two\nlines\n", "a\u{0}b", String(repeating: "x", count: 4_097)])
    func whatIsNoSecretIsRefusedAndNotRepeated(text: String) throws {
        let folder = try SettingsFolder(["url": text])
        let error = #expect(throws: SecretFileError.self) {
            try SecretFile.read(folder.path + "/url", environment: [:])
        }
        #expect(error?.description.contains("xxxx") == false)
    }

    @Test func aCredentialWithoutItsDirectoryAndAMissingFileAreNamed() {
        #expect(throws: SecretFileError(name: "url", reason: "there is no $CREDENTIALS_DIRECTORY to look it up in")) {
            try SecretFile.read("url", environment: [:])
        }
        #expect(throws: SecretFileError(name: "/nowhere/url", reason: "it can't be read")) {
            try SecretFile.read("/nowhere/url", environment: [:])
        }
    }
}
