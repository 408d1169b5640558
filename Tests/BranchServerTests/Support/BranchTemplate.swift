import BranchAccess
import BranchStore
import Foundation
import QueueDomain

/// Who asks in a test: a token of each role, and one of an agent that is bound to agent 1 and counter 1.
enum Who: String, CaseIterable {
    case admin, supervisor, agent, worker, kiosk, display, metrics, bound

    var role: Role { self == .bound ? .agent : Role(rawValue: rawValue) ?? .agent }

    /// One for each role.
    static let roles: [Who] = [.admin, .supervisor, .agent, .worker, .kiosk, .display, .metrics]
}

/// The files of a branch that every test begins with: three queues, three counters (1 and 2 open), two agents, tokens.
///
/// Written once and copied for each test, because every step of furnishing it is a flush to the disk.
struct BranchTemplate: Sendable {
    let files: [String: Data]
    let rows: [Who: TokenRow]
    let secrets: [Who: AccessToken]

    private static let making = Task { try await make() }

    static func shared() async throws -> BranchTemplate { try await making.value }

    /// The configuration of every test's store.
    static func configuration(_ clock: TestClock) -> StoreConfiguration {
        var configuration = StoreConfiguration()
        configuration.readClock = { clock.reading }
        configuration.timeZone = "UTC"
        configuration.minCalled = 0
        return configuration
    }

    /// A new directory of the test's own, in memory where there is such a place: what survives a power cut is tested
    /// elsewhere, and here each flush would only be waited for.
    static func makeDirectory() throws -> String {
        let memory = "/dev/shm"
        let isThere = FileManager.default.isWritableFile(atPath: memory)
        let parent = isThere ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        let path = parent.appendingPathComponent("turn-branch-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// The database of a closed store.
    static func databaseFiles(in directory: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for name in ["turn.sqlite", "turn.sqlite-wal"] {
            files[name] = FileManager.default.contents(atPath: directory + "/" + name)
        }
        return files
    }

    private static func make() async throws -> BranchTemplate {
        let directory = try makeDirectory()
        // What is left behind is in the temporary directory.
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try BranchStore.open(
            directory: directory, lock: try DataLock.acquire(in: directory), configuration: configuration(TestClock()))
        try await furnish(store)
        var rows: [Who: TokenRow] = [:]
        var secrets: [Who: AccessToken] = [:]
        for who in Who.allCases {
            let secret = AccessToken(role: who.role)
            secrets[who] = secret
            rows[who] = try await add(secret, who, to: store)
        }
        await store.close()
        return BranchTemplate(files: databaseFiles(in: directory), rows: rows, secrets: secrets)
    }

    private static func add(_ secret: AccessToken, _ who: Who, to store: BranchStore) async throws -> TokenRow {
        let binding: Int64? = who == .bound ? 1 : nil
        let token = NewToken(
            role: who.role.rawValue, name: who.rawValue, hash: secret.hash.bytes, agentID: binding, counterID: binding)
        let made = try await store.create(token).get()
        return TokenRow(
            id: made.id, role: who.role, name: made.name, hash: secret.hash, agentID: binding, counterID: binding,
            createdAt: made.createdAt.milliseconds)
    }

    private static func furnish(_ store: BranchStore) async throws {
        func counter(_ name: String, _ serves: [ServedQueue]) -> BranchEdit {
            .createCounter(CounterSettings(name: name, serves: serves))
        }
        let edits: [BranchEdit] = [
            .createQueue(QueueSettings(name: "Desk", prefix: "A", lastNumber: 99_999)),
            .createQueue(QueueSettings(name: "Cash", prefix: "B", lastNumber: 99_999)),
            .createQueue(QueueSettings(name: "Advice", prefix: "C", lastNumber: 99_999)),
            .createAgent(name: "Ada", isActive: true),
            .createAgent(name: "Bo", isActive: true),
            counter("One", [ServedQueue(queueID: QueueID(1)), ServedQueue(queueID: QueueID(2), tier: 2)]),
            counter("Two", [ServedQueue(queueID: QueueID(2))]),
            counter("Three", [ServedQueue(queueID: QueueID(3))]),
        ]
        let open = [1, 2].map { Command.Request.counter(CounterID($0), .open(nil)) }
        for request in edits.map({ Command.Request.edit($0) }) + open {
            let reply = try await store.writer.submit(WriteRequest(Command(actor: .system, request: request)))
            guard case .done = reply else { preconditionFailure("The template's branch is refused: \(reply)") }
        }
    }
}
