import BranchStore
import Foundation
import GRDB
import QueueDomain
import QueueEvents
import Testing

@Suite struct EventLogTests {
    private func opened(tickets: Int = 5) async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        for _ in 0..<tickets { try await fixture.issue() }
        return fixture
    }

    private func broken(_ fixture: StoreFixture, _ sql: String) async throws -> Int64? {
        await fixture.close()
        try fixture.raw { try $0.execute(sql: sql) }
        return try await fixture.store.firstBrokenEvent()
    }

    @Test func `an untouched log is whole, from the ring's time and after a start`() async throws {
        let fixture = try await opened()
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        await fixture.close()
        #expect(try await fixture.store.firstBrokenEvent() == nil)
        try await fixture.issue()
        #expect(try await fixture.store.firstBrokenEvent() == nil)
    }

    @Test func `one flipped byte of a body is found, and where`() async throws {
        let fixture = try await opened()
        let body = try fixture.raw { db in
            try Data.fetchOne(db, sql: "SELECT body FROM events WHERE seq = 7")
        }
        var bytes = try #require(body)
        bytes[bytes.count / 2] ^= 1
        await fixture.close()
        try fixture.raw { try $0.execute(sql: "UPDATE events SET body = ? WHERE seq = 7", arguments: [bytes]) }
        #expect(try await fixture.store.firstBrokenEvent() == 7)
    }

    @Test(arguments: [1, 2, 3, 100])
    func `a fault is found in whatever pages the log is walked`(page: Int) async throws {
        let fixture = try await opened(tickets: 6)
        #expect(try await fixture.store.firstBrokenEvent(page: page) == nil)
        let head = try fixture.store.writer.ring.head
        for seq in [1, head / 2, head] {
            let other = try await opened(tickets: 6)
            await other.close()
            try other.raw { try $0.execute(sql: "UPDATE events SET uid = lower(uid) WHERE seq = \(seq)") }
            #expect(try await other.store.firstBrokenEvent(page: page) == seq)
        }
    }

    @Test func `another uid is found`() async throws {
        let fixture = try await opened()
        #expect(try await broken(fixture, "UPDATE events SET uid = lower(uid) WHERE seq = 6") == 6)
    }

    @Test func `an event that is gone is found, in the middle and at the end`() async throws {
        let middle = try await opened()
        #expect(try await broken(middle, "DELETE FROM events WHERE seq = 6") == 6)
        let end = try await opened()
        let head = try end.store.writer.ring.head
        #expect(try await broken(end, "DELETE FROM events WHERE seq = \(head)") == head)
        let first = try await opened()
        #expect(try await broken(first, "DELETE FROM events WHERE seq = 1") == 1)
    }

    @Test func `two events that changed places are found`() async throws {
        let fixture = try await opened()
        let swap = """
            UPDATE events SET seq = 1006 WHERE seq = 6; UPDATE events SET seq = 6 WHERE seq = 7;
            UPDATE events SET seq = 7 WHERE seq = 1006
            """
        #expect(try await broken(fixture, swap) == 6)
    }

    @Test func `the ring and the database tell the same`() async throws {
        let fixture = try await opened(tickets: 20)
        let recent = try #require(try await fixture.store.events(after: 3, limit: 10))
        await fixture.close()
        #expect(try fixture.store.writer.ring.events(after: 3, limit: 10) == nil)
        let stored = try #require(try await fixture.store.events(after: 3, limit: 10))
        #expect(recent.map(\.seq) == Array(4...13))
        #expect(stored.map(\.seq) == recent.map(\.seq))
        #expect(stored.map(\.body) == recent.map(\.body))
        #expect(stored.map(\.queueID) == recent.map(\.queueID))
        #expect(stored.map(\.counterID) == recent.map(\.counterID))
    }

    @Test func `at the head and beyond there is nothing yet`() async throws {
        let fixture = try await opened()
        let head = try fixture.store.writer.ring.head
        #expect(try await fixture.store.events(after: head, limit: 10)?.isEmpty == true)
        #expect(try await fixture.store.events(after: head + 5, limit: 10)?.isEmpty == true)
        #expect(try await fixture.store.events(after: head - 1, limit: 10)?.map(\.seq) == [head])
        #expect(try await fixture.store.events(after: 0, limit: 0)?.isEmpty == true)
    }

    @Test func `what has left the ring is read from the database, without a hole`() async throws {
        let fixture = try await opened(tickets: 1)
        let store = try fixture.store
        let start = store.writer.ring.head
        let issue = Command(
            actor: .system, request: .ticket(TicketID(1), .update(estimatedTime: .set(1), progress: .keep)))
        let more = StoreLimits.ring + 50
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<more {
                group.addTask {
                    do { _ = try await store.writer.submit(WriteRequest(issue, isInternal: true)) } catch {
                        Issue.record("An update failed: \(error)")
                    }
                }
            }
        }
        #expect(store.writer.ring.head == start + Int64(more))
        #expect(store.writer.ring.events(after: start, limit: 1) == nil)
        #expect(store.writer.ring.events(after: start + 50, limit: 1)?.first?.seq == start + 51)
        #expect(try await store.events(after: start, limit: 3)?.map(\.seq) == [start + 1, start + 2, start + 3])
        #expect(try await store.firstBrokenEvent() == nil)
    }

    @Test func `a follower hears the head of now, of each growth, and the end`() async throws {
        let fixture = try await opened()
        let store = try fixture.store
        var growth = store.writer.ring.growth().makeAsyncIterator()
        let head = store.writer.ring.head
        #expect(await growth.next() == head)
        try await fixture.issue()
        try await fixture.issue()
        // A slow follower sees only the newest head.
        #expect(await growth.next() == head + 2)
        await fixture.close()
        #expect(await growth.next() == nil)
        var late = store.writer.ring.growth().makeAsyncIterator()
        #expect(await late.next() == nil)
    }

    @Test func `a transfer's event names both queues, a counter's the counter`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp(queues: 2)
        let ticket = try await fixture.issue()
        try await fixture.act(ticket.id, .call(CounterID(1)))
        try await fixture.act(ticket.id, .transfer(.queue(QueueID(2)), .last))
        try await fixture.run(.counter(CounterID(2), .pause))
        let head = try fixture.store.writer.ring.head
        let events = try #require(try await fixture.store.events(after: head - 2, limit: 2))
        #expect(events[0].queueID == 2 && events[0].previousQueueID == 1)
        #expect(events[1].counterID == 2 && events[1].queueID == nil)
    }

    @Test func `a body is JSON with the ticket but never a name`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        try await fixture.issue(name: "CANARY-4711")
        let event = try #require(try await fixture.store.events(after: 0, limit: 100)?.last)
        let text = String(decoding: event.body, as: UTF8.self)
        #expect(!text.contains("CANARY"))
        let body = try JSONSerialization.jsonObject(with: Data(event.body)) as? [String: Any]
        #expect(body?["event"] as? String == "ticket.created")
        #expect((body?["ticket"] as? [String: Any])?["number"] as? String == "A001")
    }
}
