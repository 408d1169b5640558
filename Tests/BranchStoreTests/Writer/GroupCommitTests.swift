import BranchStore
import GRDB
import QueueDomain
import Testing

@Suite struct GroupCommitTests {
    private typealias Reply = Result<WriteReply, any Error>

    private static func ask(_ request: Command.Request, _ writer: BranchWriter) async -> Reply {
        let command = Command(actor: Actor(role: .kiosk, id: 1), request: request)
        do {
            return .success(try await writer.submit(WriteRequest(command)))
        } catch {
            return .failure(error)
        }
    }

    /// Submits one command, and the others while the writer holds that one, so that they gather; then lets them go.
    /// - Returns: the replies in order.
    private func gather(
        _ requests: [Command.Request], _ fixture: StoreFixture, _ gate: WriterGate
    ) async throws -> [Reply] {
        let writer = try fixture.store.writer
        gate.close()
        return await withTaskGroup(of: (Int, Reply).self) { group in
            group.addTask { (0, await Self.ask(requests[0], writer)) }
            await gate.held()
            for (index, request) in requests.enumerated().dropFirst() {
                group.addTask { (index, await Self.ask(request, writer)) }
            }
            while writer.waitingCommands < requests.count - 1 { await Task.yield() }
            gate.open()
            var replies: [(Int, Reply)] = []
            for await reply in group { replies.append(reply) }
            return replies.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private let issue = Command.Request.issue(IssueRequest(queueID: QueueID(1)))

    private func gated() async throws -> (StoreFixture, WriterGate) {
        let gate = WriterGate()
        let fixture = try StoreFixture {
            $0.writer.failpoint = gate.failpoint
        }
        try await fixture.setUp()
        return (fixture, gate)
    }

    @Test func `commands that come together share a transaction, and all are there after a new start`() async throws {
        let (fixture, gate) = try await gated()
        let before = gate.commits
        let replies = try await gather(Array(repeating: issue, count: 300), fixture, gate)
        #expect(replies.count == 300)
        var numbers: Set<String> = []
        for reply in replies {
            guard case .done(let result) = try reply.get() else {
                Issue.record("Every ticket is issued.")
                continue
            }
            numbers.insert(result.ticket?.number.text ?? "")
        }
        #expect(numbers.count == 300)
        // The first alone, then 256, then the rest.
        #expect(gate.commits - before == 3)
        await fixture.close()
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 300)
        #expect(try await fixture.store.status()?.openTickets == 300)
        #expect(try await fixture.store.firstBrokenEvent() == nil)
    }

    @Test func `a batch is never larger than its bound`() async throws {
        let gate = WriterGate()
        let fixture = try StoreFixture {
            $0.writer.failpoint = gate.failpoint
            $0.writer.batch = 8
        }
        try await fixture.setUp()
        let before = gate.commits
        _ = try await gather(Array(repeating: issue, count: 81), fixture, gate)
        #expect(gate.commits - before == 11)
    }

    @Test func `a refused command spoils no neighbour`() async throws {
        let (fixture, gate) = try await gated()
        let refused = Command.Request.ticket(TicketID(404), .complete)
        let mixed = (0..<30).map { $0.isMultiple(of: 3) ? refused : issue }
        let replies = try await gather(mixed, fixture, gate)
        for (index, reply) in replies.enumerated() {
            switch try reply.get() {
            case .done: #expect(!index.isMultiple(of: 3))
            case .rejected(let rejection, _):
                #expect(index.isMultiple(of: 3))
                #expect(rejection.code == .ticketNotFound)
            case .replayed: Issue.record("Nothing was asked twice.")
            }
        }
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 20)
    }

    @Test func `an error of SQLite fails the whole batch, and nothing of it is announced`() async throws {
        let (fixture, gate) = try await gated()
        await fixture.close()
        // No such trigger exists in the field; it stands for any error that SQLite may meet.
        try fixture.raw { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER test_error BEFORE INSERT ON tickets WHEN new.language = 'xx'
                    BEGIN SELECT RAISE(ABORT, 'as the test asked'); END
                    """)
        }
        let first = try await fixture.issue()
        let head = try fixture.store.writer.ring.head
        let poison = Command.Request.issue(IssueRequest(queueID: QueueID(1), language: "xx"))
        let replies = try await gather([issue, poison] + Array(repeating: issue, count: 9), fixture, gate)
        for reply in replies.dropFirst() {
            guard case .failure(StoreError.batchFailed) = reply else {
                Issue.record("One of the batch was answered: \(reply)")
                continue
            }
        }
        #expect(try fixture.store.writer.ring.head == head + 1)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 2)
        let next = try await fixture.issue()
        #expect(next.id.rawValue == first.id.rawValue + 2)
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        await fixture.close()
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 3)
    }

    @Test func `two counters racing for every ticket never get the same one`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        for _ in 0..<200 { try await fixture.issue() }
        let writer = try fixture.store.writer
        let called = try await withThrowingTaskGroup(of: [TicketID].self) { group in
            for counter in 1...2 as ClosedRange<Int64> {
                group.addTask {
                    var called: [TicketID] = []
                    var seen: SeenTicket?
                    while true {
                        let request = CallNextRequest(counterID: CounterID(counter), completes: seen)
                        let command = Command(actor: .system, request: .callNext(request))
                        guard case .done(let result) = try await writer.submit(WriteRequest(command)),
                            let ticket = result.ticket
                        else { return called }
                        called.append(ticket.id)
                        seen = SeenTicket(id: ticket.id, version: ticket.version)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(called.count == 200)
        #expect(Set(called).count == 200)
    }

    @Test func `a caller that is cancelled doesn't undo the batch`() async throws {
        let (fixture, gate) = try await gated()
        let writer = try fixture.store.writer
        gate.close(at: .beforeCommit)
        let issue = issue
        let task = Task {
            try await writer.submit(WriteRequest(Command(actor: .system, request: issue)))
        }
        await gate.held()
        task.cancel()
        gate.open()
        guard case .done = try await task.value else {
            Issue.record("The ticket is issued all the same.")
            return
        }
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 1)
    }

    @Test func `nothing is announced or answered before the commit`() async throws {
        let (fixture, gate) = try await gated()
        let writer = try fixture.store.writer
        let head = writer.ring.head
        gate.close(at: .beforeCommit)
        let issue = issue
        let task = Task {
            try await writer.submit(WriteRequest(Command(actor: .system, request: issue)))
        }
        await gate.held()
        #expect(writer.ring.head == head)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 0)
        gate.open()
        _ = try await task.value
        #expect(writer.ring.head == head + 1)
    }

    @Test func `closing writes what waits and refuses what comes after`() async throws {
        let (fixture, gate) = try await gated()
        let store = try fixture.store
        gate.close()
        let issue = issue
        var waiting = [Task { await Self.ask(issue, store.writer) }]
        await gate.held()
        for _ in 1...4 { waiting.append(Task { await Self.ask(issue, store.writer) }) }
        while store.writer.waitingCommands < 4 { await Task.yield() }
        let closing = (0..<2).map { _ in Task { await store.close() } }
        gate.open()
        for task in closing { await task.value }
        for task in waiting {
            guard case .done = try await task.value.get() else {
                Issue.record("What waited is written.")
                continue
            }
        }
        let error = await #expect(throws: StoreError.self) {
            try await store.writer.submit(WriteRequest(Command(actor: .system, request: .rollDay)))
        }
        #expect(error?.description == StoreError.closed.description)
    }

    @Test func `a full disk fails the batch and keeps the process and the data`() async throws {
        let fixture = try StoreFixture()
        try await fixture.setUp()
        await fixture.close()
        let pages = try fixture.raw { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        fixture.configuration.writer.maxPages = pages + 8
        var issued = 0
        var failure: StoreError?
        while failure == nil, issued < 2_000 {
            do {
                try await fixture.issue()
                issued += 1
            } catch let error as StoreError {
                failure = error
            }
        }
        guard case .diskFull? = failure else {
            Issue.record("Another error than a full disk: \(String(describing: failure))")
            return
        }
        #expect(issued > 0)
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == issued)
        await #expect(throws: StoreError.self) { try await fixture.issue() }
        await fixture.close()
        fixture.configuration.writer.maxPages = nil
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == issued)
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        try await fixture.issue()
    }
}
