import BranchAccess
import BranchServer
import BranchStore
import BranchWeb
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import QueueDomain
import QueueTestSupport
import Synchronization

/// A branch of its own for one test: a store that begins as the template, and the server over it.
final class BranchFixture: Sendable {
    struct Options {
        var rates = RequestRates(
            kiosk: .none, display: .none, agent: .none, publicLink: .none, unknownLink: .none, publicTotal: .none)
        var maxWait = Duration.seconds(60)
        var sockets = 100
        var site = Site.none
        var catchUpPatience = Duration.seconds(30)
        var publicBaseURL: String?
        var listensAt = "127.0.0.1"
        var store: @Sendable (inout StoreConfiguration) -> Void = { _ in }
        /// Begins with the data and the clock of a branch that was closed.
        var forebear: BranchFixture?
        /// Whether a reserve that may wait finds nobody until its caller gives up.
        var reservesNobody = false
        /// The whole configuration as a file, and back.
        var configuration = ConfigurationExchange(text: { "branch: {}\n" }, take: { _, _, _ in [] })
        /// Told how long a reserve was let wait.
        var onReserve: @Sendable (Duration) -> Void = { _ in }
    }

    let store: BranchStore
    let server: BranchServer
    let tokens = TokenDirectory()
    let access: AccessDesk
    let clock: TestClock
    let directory: String
    let template: BranchTemplate
    private let freeBytes: FreeBytes
    private let disk: DiskGuard

    private final class FreeBytes: Sendable {
        /// Guards the number.
        let value = Mutex<UInt64>(900_000_000)
    }

    /// What the next requests find free of the disk's gigabyte.
    func setFreeBytes(_ count: UInt64) {
        freeBytes.value.withLock { $0 = count }
        disk.look()
    }

    /// Runs a test in a branch and clears up after it.
    static func run(
        _ change: (inout Options) -> Void = { _ in }, _ body: (BranchFixture) async throws -> Void
    ) async throws {
        var options = Options()
        change(&options)
        let path = try BranchTemplate.makeDirectory()
        // What is left behind is in the temporary directory.
        defer { try? FileManager.default.removeItem(atPath: path) }
        let template = try await BranchTemplate.shared()
        let files = options.forebear.map { BranchTemplate.databaseFiles(in: $0.directory) } ?? template.files
        for (name, data) in files { try data.write(to: URL(fileURLWithPath: path + "/" + name)) }
        let branch = try BranchFixture(directory: path, template: template, options: options)
        do {
            try await body(branch)
        } catch {
            await branch.store.close()
            throw error
        }
        await branch.store.close()
    }

    private init(directory: String, template: BranchTemplate, options: Options) throws {
        let clock = options.forebear?.clock ?? TestClock()
        self.clock = clock
        self.directory = directory
        self.template = template
        var configuration = BranchTemplate.configuration(clock)
        options.store(&configuration)
        access = AccessDesk(hasher: try SecretHasher(pepper: Array(repeating: 7, count: 32)))
        let lock = try DataLock.acquire(in: directory)
        let store = try BranchStore.open(directory: directory, lock: lock, configuration: configuration)
        self.store = store
        let onReserve = options.onReserve
        let findsNobody = options.reservesNobody
        let freeBytes = FreeBytes()
        self.freeBytes = freeBytes
        let disk = DiskGuard(directory: directory + "/none") { _ in
            DiskRoom(free: freeBytes.value.withLock { $0 }, total: 1_000_000_000)
        }
        self.disk = disk
        server = BranchServer(
            BranchServices(
                store: store, tokens: tokens, access: access, limiter: RequestLimiter(options.rates),
                names: HostNames(hostName: "box.example", configured: ["turn.example"]),
                publicBaseURL: options.publicBaseURL,
                disk: disk,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, version: "test",
                site: options.site, status: { Array("{}".utf8) }, maxWait: options.maxWait,
                sockets: options.sockets, catchUpPatience: options.catchUpPatience,
                ticks: { clock.milliseconds }, configuration: options.configuration,
                reserve: { _, request, span throws(StoreError) in
                    onReserve(span)
                    if findsNobody {
                        let (stream, keeper) = AsyncStream<Never>.makeStream()
                        for await _ in stream {}
                        return withExtendedLifetime(keeper) { .empty }
                    }
                    return try await store.writer.submit(request)
                }))
        server.listens(at: try SocketAddress(ipAddress: options.listensAt, port: 8_080))
        try tokens.replace(with: template.rows.values)
    }

    func tokenID(_ who: Who) -> Int64? { template.rows[who]?.id }

    // MARK: Asking

    /// Sends one request and returns its answer.
    /// - Parameters:
    ///   - who: whose token; nil for none.
    ///   - host: what Host says; nil as in HTTP/1.0.
    ///   - address: where the client is.
    func send(
        _ method: HTTPRequest.Method, _ path: String, as who: Who? = nil, _ body: JSON? = nil, key: String? = nil,
        fields: [(String, String)] = [], host: String? = "localhost", from address: String = "127.0.0.1"
    ) async throws -> TestAnswer {
        var all = fields
        if let key { all.append(("Idempotency-Key", key)) }
        return try await send(
            method, path, as: who, bytes: body.map { ByteBuffer(bytes: $0.encoded()) }, fields: all, host: host,
            from: address)
    }

    /// The same with a body of any bytes.
    func send(
        _ method: HTTPRequest.Method, _ path: String, as who: Who? = nil, bytes: ByteBuffer?,
        fields: [(String, String)] = [], host: String? = "localhost", from address: String = "127.0.0.1"
    ) async throws -> TestAnswer {
        let request = Request(
            head: head(method, path, as: who, hasBody: bytes != nil, fields: fields, host: host),
            body: RequestBody(buffer: bytes ?? ByteBuffer()))
        let channel = NIOAsyncTestingChannel()
        channel.remoteAddress = try SocketAddress(ipAddress: address, port: 50_000)
        return try await TestAnswer(await server.respond(request, channel))
    }

    func head(
        _ method: HTTPRequest.Method, _ path: String, as who: Who?, hasBody: Bool = false,
        fields: [(String, String)] = [], host: String? = "localhost"
    ) -> HTTPRequest {
        var head = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
        if let who, let secret = template.secrets[who] { head.headerFields[.authorization] = "Bearer \(secret.text)" }
        if hasBody { head.headerFields[.contentType] = "application/json" }
        for (name, value) in fields {
            guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name.") }
            head.headerFields[name] = value
        }
        return head
    }

    func get(_ path: String, as who: Who? = .agent) async throws -> TestAnswer { try await send(.get, path, as: who) }

    func post(
        _ path: String, as who: Who? = .agent, _ body: JSON? = nil, key: String? = nil
    ) async throws -> TestAnswer {
        try await send(.post, path, as: who, body, key: key)
    }

    // MARK: Usual steps

    /// Takes a ticket and returns the whole answer.
    @discardableResult
    func issue(
        queue: Int64 = 1, name: String? = nil, priority: Int64 = 1, as who: Who = .agent
    ) async throws -> JSON {
        let body: JSON = [
            "queue_id": .integer(queue), "customer_name": name.map { .string($0) } ?? .null,
            "priority": .integer(priority),
        ]
        return try await post("/tickets", as: who, body).json
    }

    /// Does one thing with a ticket.
    @discardableResult
    func act(_ action: String, on ticket: JSON, as who: Who = .agent, _ body: JSON? = nil) async throws -> TestAnswer {
        try await post("/tickets/\(ticket["id"].int ?? 0)/\(action)", as: who, body)
    }

    /// Writes many tickets at once, past HTTP.
    func issueMany(_ count: Int, queue: Int64 = 1, priority: Int = 1) async throws {
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    let request = IssueRequest(queueID: QueueID(queue), priority: priority)
                    let command = Command(actor: .system, request: .issue(request))
                    let reply = try await store.writer.submit(WriteRequest(command, isInternal: true))
                    guard case .done = reply else { preconditionFailure("A test's ticket is refused: \(reply)") }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Ends a token as an admin's `token revoke` does.
    func revoke(_ who: Who) throws {
        guard let row = template.rows[who] else { return }
        try tokens.put(
            TokenRow(id: row.id, role: row.role, name: row.name, hash: row.hash, createdAt: 0, revokedAt: 1))
    }
}
