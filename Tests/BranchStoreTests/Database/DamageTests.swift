import BranchStore
import Foundation
import GRDB
import QueueDomain
import Testing

/// Bytes that no version of the program wrote: a CHECK holds while rows are written, not while a disk ages.
@Suite struct DamageTests {
    private func damage(_ fixture: StoreFixture, _ sql: String) throws {
        try fixture.raw { (db: Database) throws in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql)
        }
    }

    @Test(arguments: [
        ("UPDATE tickets SET state = 'lost' WHERE id = 1", "tickets or ticket_history", Int64(1), "state"),
        ("UPDATE ticket_before SET kind = 'lost' WHERE ticket_id = 1", "ticket_before", 1, "kind"),
        ("UPDATE ticket_before SET state = 'lost' WHERE ticket_id = 1", "ticket_before", 1, "state"),
    ])
    func `a damaged row fails who needs it, names itself, and is in nobody else's way`(
        sql: String, table: String, id: Int64, column: String
    ) async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        for _ in 0..<2 { try await fixture.issue() }
        try await fixture.act(TicketID(1), .call(CounterID(1)))
        try damage(fixture, sql)
        do {
            try await fixture.act(TicketID(1), .undo)
            Issue.record("It was undone by a damaged row.")
        } catch StoreError.damagedRow(let foundTable, let foundID, let foundColumn) {
            #expect(foundTable == table && foundID == id && foundColumn == column)
        }
        #expect(try await fixture.act(TicketID(2), .call(CounterID(2))).state == .called)
    }

    @Test func `reading a damaged row is an error that names it`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        try await fixture.issue()
        try damage(fixture, "UPDATE tickets SET state = 'lost'")
        try damage(fixture, "UPDATE counters SET state = 'lost' WHERE id = 2")
        await #expect(throws: StoreError.self) { try await fixture.store.ticket(TicketID(1)) }
        do {
            _ = try await fixture.store.counters()
            Issue.record("A damaged counter was read.")
        } catch {
            #expect("\(error)".contains("row 2 of counters"))
        }
    }

    @Test func `a store whose link key is damaged isn't opened`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        _ = try fixture.store
        await fixture.close()
        try damage(fixture, "UPDATE settings SET value = x'01' WHERE key = 'link_key'")
        do {
            _ = try fixture.store
            Issue.record("It was opened.")
        } catch StoreError.cannotOpen(let cause) {
            #expect(cause.contains("link_key"))
        }
    }
}
