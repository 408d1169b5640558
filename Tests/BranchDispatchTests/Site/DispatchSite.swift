import BranchDispatch
import BranchStore
import Foundation
import Logging
import QueueDomain
import Testing

/// A branch in a folder of its own, with a dispatcher that runs and clocks that the test moves.
struct DispatchSite {
    let store: BranchStore
    let service: DispatchService
    let time: ManualTime

    /// Opens a branch with queues A and B, runs the dispatcher around `body`, and removes everything after.
    static func with(
        _ configure: (inout StoreConfiguration) -> Void = { _ in },
        before: (DispatchSite) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (DispatchSite) async throws -> Void
    ) async throws {
        let directory = NSTemporaryDirectory() + "dispatch-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let time = ManualTime()
        var configuration = StoreConfiguration()
        configuration.timeZone = "UTC"
        configuration.minCalled = 0
        // A slow machine must not make the writer refuse what a test asks.
        configuration.writer.maxWait = 60_000
        configuration.readClock = { time.reading }
        configure(&configuration)
        let store = try BranchStore.open(
            directory: directory, lock: try DataLock.acquire(in: directory), configuration: configuration)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let site = DispatchSite(
            store: store, service: DispatchService(store: store, logger: logger, timing: time.timing), time: time)
        try await site.edit(.createQueue(QueueSettings(name: "Alpha", prefix: "A")))
        try await site.edit(.createQueue(QueueSettings(name: "Beta", prefix: "B")))
        try await before(site)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await site.service.run() }
            group.addTask {
                // The timer sleeps for the first time once everything before it is known.
                try await site.until { site.time.longestSleep > .zero }
                try await body(site)
            }
            // The body ends first; the dispatcher runs until it is cancelled.
            try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
        }
        await store.close()
    }

    @discardableResult
    func submit(
        _ request: Command.Request, by actor: Actor = Actor(role: .admin)
    ) async throws -> WriteReply {
        try await store.writer.submit(WriteRequest(Command(actor: actor, request: request)))
    }

    func edit(_ edit: BranchEdit) async throws { try await submit(.edit(edit)) }

    /// An open counter.
    func openCounter(_ name: String, automatic: Bool = true, serves: [ServedQueue]) async throws -> CounterID {
        let settings = CounterSettings(name: name, automatic: automatic, serves: serves)
        guard case .done(let result) = try await submit(.edit(.createCounter(settings))),
            case .counter(let fact)? = result.facts.first, let counter = fact.after
        else { throw SiteFailure.refused }
        try await submit(.counter(counter.id, .open(nil)))
        return counter.id
    }

    @discardableResult
    func issue(_ queue: Int64 = 1, priority: Int = 1) async throws -> Ticket {
        try await ticket(of: submit(.issue(IssueRequest(queueID: QueueID(queue), priority: priority))))
    }

    func act(_ ticket: Ticket, _ action: TicketAction) async throws -> Ticket {
        try await self.ticket(of: submit(.ticket(ticket.id, action)))
    }

    func ticket(of reply: WriteReply) throws -> Ticket {
        guard case .done(let result) = reply, let ticket = result.ticket else { throw SiteFailure.refused }
        return ticket
    }

    func ticket(_ id: TicketID) async throws -> Ticket {
        guard let found = try await store.ticket(id) else { throw SiteFailure.refused }
        return found.ticket
    }

    /// Waits until something holds; the dispatcher looks at its clock meanwhile.
    func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() {
            try Task.checkCancellation()
            time.wakeAll()
            await Task.yield()
        }
    }

    func until(_ id: TicketID, is state: TicketState) async throws {
        try await until { try await self.ticket(id).state == state }
    }

    /// A worker's `reserve`.
    func reserve(
        _ queue: Int64 = 1, token: Int64 = 1, key: UInt8? = nil, waiting: Duration = .seconds(30)
    ) async throws -> WriteReply {
        let holding = Holding(token: TokenID(token), isWorker: true)
        let command = Command(actor: Actor(role: .worker, id: token), request: .reserve(QueueID(queue), holding))
        let idempotency = key.map { key in
            IdempotencyRequest(
                scope: Array(repeating: key, count: 32), requestHash: Array(repeating: 0, count: 32),
                status: { refusal, hasBody in refusal == nil ? (hasBody ? 200 : 204) : 409 })
        }
        return try await service.reserve(
            queue: QueueID(queue), request: WriteRequest(command, idempotency: idempotency), waiting: waiting)
    }

    func untilWaiting(_ count: Int, at queue: Int64 = 1) async throws {
        try await until { self.service.waiterCount(at: QueueID(queue)) == count }
    }
}

enum SiteFailure: Error {
    case refused
}

extension WriteReply {
    /// The ticket of a success.
    var ticket: Ticket? {
        if case .done(let result) = self { result.ticket } else { nil }
    }

    /// Whether nobody was called.
    var isEmpty: Bool {
        if case .done(let result) = self { result.ticket == nil } else { false }
    }
}
