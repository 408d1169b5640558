import BranchStore
import GRDB
import QueueDomain
import Testing

@Suite struct ListBoundTests {
    /// A history of so many tickets, the last one cancelled, the others completed; one arrives each second.
    private func history(_ count: Int) async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let ticket = try await fixture.issue()
        try await fixture.act(ticket.id, .call(CounterID(1)))
        try await fixture.act(ticket.id, .complete)
        try fixture.raw { (db: Database) throws in
            let names = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('ticket_history')")
            let values = names.map { name in
                switch name {
                case "id": "n.i"
                case "uid": "'U' || n.i"
                case "link_hash": "NULL"
                case "arrived_at": "h.arrived_at + 1000 * n.i"
                default: "h." + name
                }
            }
            try db.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                    INSERT INTO ticket_history (\(names.joined(separator: ", ")))
                    SELECT \(values.joined(separator: ", ")) FROM ticket_history h, n WHERE h.id = 1
                    """)
            try db.execute(sql: "UPDATE ticket_history SET state = 'cancelled' WHERE id = \(count)")
        }
        return fixture
    }

    private func cancelled(_ change: (inout TicketFilter) -> Void = { _ in }) -> TicketFilter {
        var filter = TicketFilter()
        filter.state = .cancelled
        change(&filter)
        return filter
    }

    @Test func `a page looks at its bound of rows, and leads on to what lies behind`() async throws {
        let fixture = try await history(StoreLimits.listScan + 1)
        let store = try fixture.store
        for filter in [cancelled(), cancelled { $0.from = Timestamp(milliseconds: 0) }] {
            let first = try await store.tickets(filter, after: nil, limit: 10)
            #expect(first.tickets.isEmpty)
            let next = try #require(first.next)
            #expect(next.id == Int64(StoreLimits.listScan))
            let second = try await store.tickets(filter, after: next, limit: 10)
            #expect(second.tickets.map(\.ticket.id.rawValue) == [Int64(StoreLimits.listScan) + 1])
            #expect(second.next == nil)
        }
    }

    @Test func `a span of the history is found wherever it lies, page by page and whole`() async throws {
        let fixture = try await history(StoreLimits.listScan + 500)
        let store = try fixture.store
        let last = Int64(StoreLimits.listScan) + 400
        let arrival = try #require(try await store.ticket(TicketID(last))?.ticket.arrivedAt)
        var filter = TicketFilter()
        filter.state = .completed
        filter.from = arrival.adding(milliseconds: -9_000)
        filter.to = arrival.adding(milliseconds: 1)
        var found: [Int64] = []
        var place: ListPlace?
        repeat {
            let page = try await store.tickets(filter, after: place, limit: 4)
            found += page.tickets.map(\.ticket.id.rawValue)
            place = page.next
        } while place != nil
        #expect(found == Array((last - 9)...last))
    }

    @Test(arguments: [
        ("a state", "ticket_history", false), ("a span", "ticket_history", true), ("open ones", "tickets", false),
    ])
    func `a list walks in its order and never sorts`(name: String, table: String, isSpan: Bool) async throws {
        let fixture = try await history(2)
        let filter = cancelled {
            $0.queueID = QueueID(1)
            if isSpan { $0.from = Timestamp(milliseconds: 0) }
        }
        for place in [nil, ListPlace(arrivedAt: 5, id: 1)] {
            let listing = TicketListing(filter, in: table, after: place, limit: 10)
            let horizon = try #require(listing.horizon())
            let pages = [listing.page(upTo: nil), listing.page(upTo: ListPlace(arrivedAt: 9, id: 2))]
            for statement in [horizon] + pages {
                let arguments = StatementArguments(statement.values.map(\.databaseValue))
                let plan = try fixture.raw { (db: Database) throws in
                    try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + statement.sql, arguments: arguments)
                        .map { $0["detail"] as String }
                }
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
                let search = plan.first { $0.contains(table) }
                #expect(search?.hasPrefix("SEARCH \(table)") == true, "\(plan)")
                #expect(search?.contains("ticket_history_arrived") == isSpan, "\(plan)")
            }
        }
    }
}
