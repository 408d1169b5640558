import BranchStore
import Foundation
import GRDB
import QueueDomain
import Testing

@Suite struct PurgeTests {
    private func opened(_ change: (inout Retention) -> Void = { _ in }) async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true) { change(&$0.retention) }
        try await fixture.setUp()
        return fixture
    }

    private func count(_ table: String, _ fixture: StoreFixture) throws -> Int {
        try fixture.raw(readOnly: true) { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    private func key(_ byte: UInt8) -> IdempotencyRequest {
        IdempotencyRequest(scope: Array(repeating: byte, count: 32), requestHash: Array(repeating: 0, count: 32)) {
            _, _ in 201
        }
    }

    @Test func `nothing young is touched`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue(name: "Ada")
        try await fixture.act(ticket.id, .cancel)
        let count = try await fixture.store.purge()
        let removed = [
            count.idempotency, count.personal, count.remembered, count.links, count.events, count.history,
        ]
        #expect(removed == Array(repeating: 0, count: 6))
        #expect(!count.isFull)
    }

    @Test func `answers to keys are kept a day to the millisecond`() async throws {
        let fixture = try await opened()
        let command = Command(actor: .system, request: .issue(IssueRequest(queueID: QueueID(1))))
        _ = try await fixture.submit(WriteRequest(command, idempotency: key(1)))
        fixture.clock.advance(Span.day)
        #expect(try await fixture.store.purge().idempotency == 0)
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().idempotency == 1)
        #expect(try count("idempotency_keys", fixture) == 0)
    }

    @Test func `names and texts are kept a day, also of open tickets`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue(name: "Ada")
        fixture.clock.advance(Span.day)
        #expect(try await fixture.store.purge().personal == 0)
        #expect(try await fixture.store.ticket(ticket.id)?.texts?.customerName == "Ada")
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().personal == 1)
        #expect(try await fixture.store.ticket(ticket.id)?.texts == nil)
    }

    @Test func `a text that is added later doesn't prolong the keeping`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue(name: "Ada")
        fixture.clock.advance(Span.day)
        let update = Command.Request.ticket(ticket.id, .update(estimatedTime: .keep, progress: .keep))
        try await fixture.run(update, texts: TextChange(note: "has a dog"))
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().personal == 1)
    }

    @Test func `what is kept for undo goes after the longest window`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue()
        try await fixture.act(ticket.id, .cancel)
        fixture.clock.advance(300 * Span.second)
        #expect(try await fixture.store.purge().remembered == 0)
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().remembered == 1)
    }

    @Test func `links of ended tickets die an hour after their business day`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue()
        let uid = try #require(
            try fixture.raw(readOnly: true) { try String.fetchOne($0, sql: "SELECT uid FROM tickets") })
        let hash = LinkKey.hash(ofToken: try fixture.store.linkKey.token(uid: uid))
        try await fixture.act(ticket.id, .cancel)
        // The day ends at 04:00, nineteen hours after the morning; an hour later the link is dead.
        fixture.clock.advance(19 * Span.hour)
        try await fixture.run(.rollDay)
        fixture.clock.advance(Span.hour - 1)
        #expect(try await fixture.store.purge().links == 0)
        #expect(try await fixture.store.ticket(linkHash: hash)?.id == ticket.id)
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().links == 1)
        #expect(try await fixture.store.ticket(linkHash: hash) == nil)
        #expect(try await fixture.store.ticket(ticket.id) != nil)
    }

    @Test func `an open ticket's link lives on`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp { $0.carryOver = true }
        try await fixture.issue()
        fixture.clock.advance(3 * Span.day)
        for _ in 1...3 { try await fixture.run(.rollDay) }
        #expect(try await fixture.store.purge().links == 0)
    }

    @Test func `history is kept 800 days`() async throws {
        let fixture = try await opened()
        let ticket = try await fixture.issue()
        try await fixture.act(ticket.id, .cancel)
        fixture.clock.advance(800 * Span.day)
        #expect(try await fixture.store.purge().history == 0)
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().history == 1)
        #expect(try await fixture.store.ticket(ticket.id) == nil)
        #expect(try await fixture.issue().id > ticket.id)
    }

    @Test func `events are kept 400 days, and the last pruned one stays as the anchor`() async throws {
        let fixture = try await opened()
        let first = try await fixture.issue()
        let old = try fixture.store.writer.ring.head
        fixture.clock.advance(1_000)
        try await fixture.act(first.id, .cancel)
        fixture.clock.advance(400 * Span.day - 999)
        #expect(try await fixture.store.purge().events == Int(old))
        #expect(try await fixture.store.prunedSeq() == old)
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        await fixture.close()
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        #expect(try await fixture.store.events(after: old - 1, limit: 10) == nil)
        #expect(try await fixture.store.events(after: old, limit: 10)?.map(\.seq) == [old + 1])
        try await fixture.issue()
        #expect(try fixture.store.writer.ring.head == old + 2)
        #expect(try await fixture.store.firstBrokenEvent() == nil)
    }

    @Test func `a log that is pruned to its end still goes on`() async throws {
        let fixture = try await opened()
        fixture.clock.advance(401 * Span.day)
        let head = try fixture.store.writer.ring.head
        #expect(try await fixture.store.purge().events == Int(head))
        await fixture.close()
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        #expect(try fixture.store.writer.ring.head == head)
        #expect(try await fixture.store.events(after: head, limit: 10)?.isEmpty == true)
        try await fixture.issue()
        #expect(try await fixture.store.events(after: head, limit: 10)?.count == 1)
    }

    @Test func `one step removes no more than its bound and says that there may be more`() async throws {
        let fixture = try await opened()
        let store = try fixture.store
        for _ in 0..<(StoreLimits.purge + 1) { try await fixture.issue(name: "N") }
        fixture.clock.advance(Span.day + 1)
        let first = try await store.purge()
        #expect(first.personal == StoreLimits.purge)
        #expect(first.isFull)
        let second = try await store.purge()
        #expect(second.personal == 1)
        #expect(!second.isFull)
    }
}
