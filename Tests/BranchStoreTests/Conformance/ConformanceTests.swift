import BranchStore
import Foundation
import GRDB
import QueueDomain
import QueueEvents
import QueueTestSupport
import Testing

/// SQLite and memory must agree on everything; `TURN_SEED` replays a run.
@Suite struct ConformanceTests {
    private static var seeds: [UInt64] {
        if let seed = ProcessInfo.processInfo.environment["TURN_SEED"].flatMap(UInt64.init) { return [seed] }
        return [7, UInt64.random(in: 1...999_999_999)]
    }

    private static var commands: Int {
        ProcessInfo.processInfo.environment["TURN_SIMULATION"] == "smoke" ? 1_000 : 4_000
    }

    @Test(arguments: seeds)
    func `the same commands give the same facts, refusals, events and rows`(seed: UInt64) async throws {
        print("conformance: TURN_SEED=\(seed), \(Self.commands) commands")
        let run = try ConformanceRun(seed: seed)
        try await run.run(commands: Self.commands)
        #expect(run.accepted > Self.commands / 4)
        try await compareConfiguration(run)
        try compareTickets(run)
        try compareBefores(run)
        try compareEvents(run)
        #expect(try await run.fixture.store.firstBrokenEvent() == nil)
        await run.fixture.close()
        #expect(try await run.fixture.store.firstBrokenEvent() == nil)
    }

    private func compareConfiguration(_ run: ConformanceRun) async throws {
        let source = run.branch.source
        let store = try run.fixture.store
        #expect(try await store.queues() == source.queues.values.sorted { $0.id < $1.id })
        #expect(try await store.counters().map(\.counter) == source.counters.values.sorted { $0.id < $1.id })
        for seat in try await store.counters() { #expect(seat.ticketID == source.currentID(at: seat.counter.id)) }
        let agents = source.agents.values.sorted { $0.agent.id < $1.agent.id }
        #expect(try await store.agents().map(\.agent) == agents.map(\.agent))
        #expect(try await store.agents().map(\.name) == agents.map(\.name))
        #expect(try await store.branch() == source.branchRow)
        #expect(try await store.status()?.openTickets == source.openIDs.count)
        for queue in source.queues.keys {
            let line = try await store.waiting(in: queue, after: nil, limit: 500, wantsTexts: false)
            #expect(line.map(\.ticket.id) == source.line(of: queue).places.map(\.id))
        }
    }

    private func compareTickets(_ run: ConformanceRun) throws {
        let source = run.branch.source
        let rows = try run.fixture.raw(readOnly: true) { db in
            try Row.fetchAll(db, sql: "SELECT *, 1 AS is_open FROM tickets UNION ALL SELECT *, 0 FROM ticket_history")
        }
        #expect(rows.count == source.issuedCount)
        for row in rows {
            let id: Int64 = row["id"]
            let ticket = try #require(source.ticket(TicketID(id)))
            #expect(row["is_open"] == !ticket.state.isEnded)
            #expect(row["status"] == ticket.state.status.rawValue)
            #expect(row["created_at"] == ticket.arrivedAt.milliseconds)
            compare(row, with: ticket, named: "ticket \(id)")
            let token = try run.fixture.store.linkKey.token(uid: row["uid"])
            #expect(row["link_hash"] == Data(LinkKey.hash(ofToken: token)))
        }
    }

    private func compare(_ row: Row, with ticket: Ticket, named name: String) {
        let expected = ExpectedColumns.of(ticket)
        for (column, value) in expected { #expect(row[column] == value, "\(name), column \(column)") }
        let unknown = Set(row.columnNames).subtracting(expected.keys).subtracting(ExpectedColumns.storeOnly)
        #expect(unknown.subtracting(["status", "created_at", "is_open"]).isEmpty)
    }

    private func compareBefores(_ run: ConformanceRun) throws {
        let source = run.branch.source
        let rows = try run.fixture.raw(readOnly: true) { db in try Row.fetchAll(db, sql: "SELECT * FROM ticket_before")
        }
        #expect(rows.count == source.befores.count)
        for row in rows {
            let id: Int64 = row["ticket_id"]
            let before = try #require(source.befores[TicketID(id)])
            #expect(row["seq"] == before.seq)
            #expect(row["made_version"] == before.version)
            #expect(row["kind"] == before.kind.rawValue)
            #expect(row["made_tick"] == before.tick)
            compare(row, with: before.ticket, named: "ticket \(id) before")
        }
    }

    private func compareEvents(_ run: ConformanceRun) throws {
        let rows = try run.fixture.raw(readOnly: true) { db in
            try Row.fetchAll(db, sql: "SELECT * FROM events ORDER BY seq")
        }
        #expect(rows.count == run.expectedEvents.count)
        for (index, (row, expected)) in zip(rows, run.expectedEvents).enumerated() {
            #expect(row["seq"] == Int64(index + 1))
            #expect(row["type"] == expected.type)
            #expect(row["ticket_id"] == expected.ticketID)
            #expect(row["queue_id"] == expected.queueID)
            #expect(row["previous_queue_id"] == expected.previousQueueID)
            #expect(row["counter_id"] == expected.counterID)
            #expect(row["at"] == expected.at)
            #expect(row["tick"] == expected.tick)
            let body = try JSONSerialization.jsonObject(with: row["body"] as Data) as? [String: Any]
            #expect(body?["seq"] as? Int64 == Int64(index + 1))
            #expect(body?["uid"] as? String == row["uid"])
            #expect(body?["event"] as? String == expected.type)
        }
    }
}
