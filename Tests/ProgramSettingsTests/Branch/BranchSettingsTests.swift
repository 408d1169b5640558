import Foundation
import ProgramSettings
import Testing

struct BranchSettingsTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func load(
        _ flags: [String: String] = [:], environment: [String: String] = [:], files: [String: String] = [:]
    ) throws -> Settings {
        let sources = SettingsSources(
            flags: flags, environment: environment, workingFolder: try folder(files).path, file: .standard("b.yaml"))
        return try Settings.load(BranchSettings.table, from: sources)
    }

    private func folder(_ files: [String: String]) throws -> SettingsFolder { try SettingsFolder(files) }

    /// `WRITE_SETTINGS=1 swift test --filter BranchSettingsTests` writes the file anew after a change of the table.
    @Test func theCommittedFileIsTheGeneratedOne() throws {
        let path = Self.root.appendingPathComponent(BranchSettings.standardFile)
        if ProcessInfo.processInfo.environment["WRITE_SETTINGS"] == "1" {
            try SettingsDocument.yaml(of: BranchSettings.table).write(to: path, atomically: true, encoding: .utf8)
        }
        let committed = try String(contentsOf: path, encoding: .utf8)
        #expect(SettingsDocument.difference(from: committed, table: BranchSettings.table) == nil)
    }

    @Test func aCommittedFileThatHasMovedIsNamedByItsFirstLine() {
        let text = SettingsDocument.yaml(of: BranchSettings.table).replacing("#port: 8080", with: "#port: 8081")
        let difference = SettingsDocument.difference(from: text, table: BranchSettings.table)
        #expect(difference?.contains("#port: 8080") == true)
        #expect(SettingsDocument.difference(from: "", table: BranchSettings.table) != nil)
    }

    @Test func theGeneratedFileLoadsAndChangesNothing() throws {
        let text = SettingsDocument.yaml(of: BranchSettings.table)
        let folder = try SettingsFolder(["b.yaml": text])
        let settings = try folder.load(file: .named("b.yaml"), table: BranchSettings.table)
        #expect(settings.given.isEmpty)
    }

    @Test func theGeneratedFileWithEveryKeySwitchedOnGivesTheDefaults() throws {
        let text = SettingsDocument.yaml(of: BranchSettings.table).replacing(/#(?=[a-z_]+:)/, with: "")
        let folder = try SettingsFolder(["b.yaml": text])
        let settings = try folder.load(file: .named("b.yaml"), table: BranchSettings.table)
        let visible = BranchSettings.table.definitions.filter { !$0.isHidden }
        #expect(settings.given.map(\.name) == visible.map(\.name))
        let defaults = try folder.load(file: .standard("none.yaml"), table: BranchSettings.table)
        #expect(settings[BranchSettings.serverHost] == defaults[BranchSettings.serverHost])
        #expect(settings[BranchSettings.dayStartsAt] == defaults[BranchSettings.dayStartsAt])
        #expect(settings[BranchSettings.admissionMaxWait] == defaults[BranchSettings.admissionMaxWait])
        #expect(settings[BranchSettings.publicTotalRate] == defaults[BranchSettings.publicTotalRate])
        #expect(settings[BranchSettings.publicBaseURL] == "")
    }

    @Test func theGeneratedFileShowsNoKeyThatIsForTestsOnly() {
        #expect(!SettingsDocument.yaml(of: BranchSettings.table).contains("testing"))
    }

    @Test func theDefaultsAreThoseOfTheProduct() throws {
        let settings = try load()
        #expect(settings[BranchSettings.serverHost] == "127.0.0.1")
        #expect(settings[BranchSettings.serverPort] == 8080)
        #expect(settings[BranchSettings.dayStartsAt] == TimeOfDay(hour: 4, minute: 0))
        #expect(settings[BranchSettings.countersMinCalled] == .milliseconds(1500))
        #expect(settings[BranchSettings.workersLease] == .seconds(600))
        #expect(settings[BranchSettings.workersMaxHeld] == 0)
        #expect(settings[BranchSettings.workersMaxWait] == .seconds(60))
        #expect(settings[BranchSettings.kioskRate] == 5 && settings[BranchSettings.kioskBurst] == 20)
        #expect(settings[BranchSettings.displayRate] == 5 && settings[BranchSettings.displayBurst] == 50)
        #expect(settings[BranchSettings.agentRate] == 20 && settings[BranchSettings.agentBurst] == 60)
        #expect(settings[BranchSettings.publicLinkRate] == 2 && settings[BranchSettings.publicLinkBurst] == 20)
        #expect(settings[BranchSettings.unknownLinkRate] == 2 && settings[BranchSettings.unknownLinkBurst] == 20)
        #expect(settings[BranchSettings.publicTotalRate] == 300)
        #expect(settings[BranchSettings.admissionMaxWait] == .milliseconds(300))
        #expect(settings[BranchSettings.limitsRequestsInFlight] == 512)
        #expect(settings[BranchSettings.limitsWriterQueue] == 4096)
        #expect(settings[BranchSettings.timesFirstRequest] == .seconds(10))
        #expect(settings[BranchSettings.timesIdle] == .seconds(30))
        #expect(settings[BranchSettings.timesRequest] == .seconds(15))
        #expect(settings[BranchSettings.timesUnreadAnswer] == .seconds(30))
        #expect(settings[BranchSettings.retentionIdempotency] == .seconds(86_400))
        #expect(settings[BranchSettings.retentionPersonalData] == .seconds(86_400))
        #expect(settings[BranchSettings.retentionEventsAlone] == .seconds(400 * 86_400))
        #expect(settings[BranchSettings.retentionEventsSent] == .seconds(14 * 86_400))
        #expect(settings[BranchSettings.retentionTicketHistory] == .seconds(800 * 86_400))
        #expect(settings[BranchSettings.retentionLinkGrace] == .seconds(3600))
        #expect(settings[BranchSettings.storeBatchMax] == 256)
        #expect(settings[BranchSettings.logLevel] == .info && settings[BranchSettings.logFormat] == .text)
        #expect(settings[BranchSettings.testingFlushDelay] == .zero)
    }

    @Test func testsReachTheHiddenKeysThroughTheEnvironment() throws {
        let settings = try load(environment: ["TURN_TESTING_FLUSH_DELAY": "20 ms", "TURN_TESTING_BATCH_MAX": "8"])
        #expect(settings[BranchSettings.testingFlushDelay] == .milliseconds(20))
        #expect(settings[BranchSettings.testingBatchMax] == 8)
        #expect(settings.given.map(\.isForTesting) == [true, true])
    }

    @Test(arguments: ["", "http://box", "https://queue.example.com", "http://10.0.0.5:8080", "http://[fe80::1]:80"])
    func aBaseURLIsSchemeAndHost(text: String) throws {
        #expect(try load(["public.base_url": text])[BranchSettings.publicBaseURL] == text)
    }

    @Test(arguments: [
        "box", "ftp://box", "http://", "http://box/path", "http://box:0", "http://box:99999", "http://a b",
        "http://u@box",
        "http://box/",
    ])
    func whatIsNoBaseURLIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try load(["public.base_url": text]) }
    }

    @Test(arguments: ["0.0.0.0", "::", "::1", "box.local"])
    func aHostIsANameOrAnAddress(text: String) throws {
        #expect(try load(["server.host": text])[BranchSettings.serverHost] == text)
    }

    @Test(arguments: ["", "a b", "http://box", "box/", "-box"])
    func whatIsNoHostIsRefused(text: String) {
        #expect(throws: SettingsError.self) { try load(["server.host": text]) }
    }
}
