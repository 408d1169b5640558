import BranchStore
import GRDB
import QueueDomain
import Testing

/// A statement that must fail, whatever the code above the schema does.
struct ForbiddenStatement: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: String

    init(_ what: String, _ sql: String) {
        testDescription = what
        self.sql = sql
    }
}

@Suite struct ConstraintTests {
    /// Ticket 1 waits, 2 is called at counter 1, 3 is held by token 7, 4 is parked, 5 is completed.
    private func fixture() async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        for _ in 1...5 { try await fixture.issue() }
        try await fixture.act(TicketID(4), .call(CounterID(1)))
        try await fixture.act(TicketID(4), .park(until: nil))
        try await fixture.act(TicketID(5), .call(CounterID(1)))
        try await fixture.act(TicketID(5), .complete)
        try await fixture.act(TicketID(2), .call(CounterID(1)))
        try await fixture.act(TicketID(3), .hold(Holding(token: TokenID(7), isWorker: true)))
        try await fixture.run(.edit(.createAgent(name: "Kim", isActive: true)))
        return fixture
    }

    static let tickets: [ForbiddenStatement] = [
        .init(
            "two tickets at a counter",
            "UPDATE tickets SET state = 'serving', holder = NULL, lease_tick = NULL, counter_id = 1 WHERE id = 3"),
        .init("a number twice", "UPDATE tickets SET number = 'A002' WHERE id = 1"),
        .init("a state that isn't one", "UPDATE tickets SET state = 'lost' WHERE id = 1"),
        .init("an ended state among the open", "UPDATE tickets SET state = 'completed' WHERE id = 1"),
        .init("an open state among the ended", "UPDATE ticket_history SET state = 'waiting' WHERE id = 5"),
        .init("called by nobody", "UPDATE tickets SET state = 'called' WHERE id = 1"),
        .init("waiting at a counter", "UPDATE tickets SET state = 'waiting' WHERE id = 2"),
        .init("parked at a counter", "UPDATE tickets SET counter_id = 2 WHERE id = 4"),
        .init("at a counter and held", "UPDATE tickets SET holder = 7 WHERE id = 2"),
        .init("called and in a counter's line", "UPDATE tickets SET target_counter_id = 1 WHERE id = 2"),
        .init("priority 0", "UPDATE tickets SET priority = 0 WHERE id = 1"),
        .init("priority 11", "UPDATE tickets SET priority = 11 WHERE id = 1"),
        .init("progress 101", "UPDATE tickets SET progress = 101 WHERE id = 1"),
        .init("a negative estimate", "UPDATE tickets SET estimated_time = -1 WHERE id = 1"),
        .init("version 0", "UPDATE tickets SET version = 0 WHERE id = 1"),
        .init("text for a number", "UPDATE tickets SET rank = 'first' WHERE id = 1"),
        .init("a queue that isn't there", "UPDATE tickets SET queue_id = 99 WHERE id = 1"),
        .init("an open ticket that ended", "UPDATE tickets SET ended_tick = 5 WHERE id = 1"),
        .init("an ended ticket without an end", "UPDATE ticket_history SET ended_at = NULL WHERE id = 5"),
        .init("an ended ticket without an outcome", "UPDATE ticket_history SET outcome = NULL WHERE id = 5"),
        .init("an ended ticket that is held", "UPDATE ticket_history SET holder = 7 WHERE id = 5"),
        .init("a status that differs from the state", "UPDATE tickets SET status = 'done' WHERE id = 1"),
        .init("a short link hash", "UPDATE tickets SET link_hash = x'00' WHERE id = 1"),
        .init(
            "a link twice", "UPDATE tickets SET link_hash = (SELECT link_hash FROM tickets WHERE id = 2) WHERE id = 1"),
        .init(
            "a long name",
            "INSERT INTO ticket_person (ticket_id, customer_name, stored_tick) "
                + "VALUES (1, printf('%.201c', 'x'), 0)"),
        .init(
            "a long note",
            "INSERT INTO ticket_person (ticket_id, note, stored_tick) VALUES (1, printf('%.501c', 'x'), 0)"),
    ]

    static let others: [ForbiddenStatement] = [
        .init(
            "a second branch",
            "INSERT INTO branch (id, name, time_zone, day, day_began_tick, version, next_ticket_id, next_queue_id, "
                + "next_counter_id, next_agent_id, last_seq, last_chain, last_tick, last_at, pruned_seq, pruned_chain) "
                + "SELECT 2, name, time_zone, day, day_began_tick, version, "
                + "next_ticket_id, next_queue_id, next_counter_id, next_agent_id, last_seq, last_chain, last_tick, "
                + "last_at, pruned_seq, pruned_chain FROM branch"),
        .init("pruned beyond the end", "UPDATE branch SET pruned_seq = last_seq + 1"),
        .init("a short chain", "UPDATE branch SET last_chain = x'0011'"),
        .init("a queue with open tickets deleted", "DELETE FROM queues WHERE id = 1"),
        .init("a negative length", "UPDATE queues SET waiting = -1"),
        .init("a range upside down", "UPDATE queues SET first_number = 10, last_number = 9"),
        .init("a number too large", "UPDATE queues SET last_number = 1000000"),
        .init("a credit too large", "UPDATE queues SET credit = 86401"),
        .init("an undo too long", "UPDATE queues SET undo_window = 301"),
        .init("a flag that is neither", "UPDATE queues SET open = 2"),
        .init(
            "a prefix twice",
            "INSERT INTO queues SELECT 2, 'Other', prefix, first_number, last_number, credit, strict, open, cap, "
                + "undo_window, carry_over, auto_start, target_wait, 0, NULL, NULL, 1, NULL, NULL FROM queues"),
        .init("a branch without a language", "UPDATE branch SET language = ''"),
        .init("names neither taken nor not", "UPDATE branch SET names = 2"),
        .init("purged at once", "UPDATE branch SET purge_hours = 0"),
        .init("purged after too long", "UPDATE branch SET purge_hours = 721"),
        .init("hours that are no JSON", "UPDATE branch SET hours = 'nine to five'"),
        .init("hours that are no list", "UPDATE branch SET hours = '{}'"),
        .init("exceptions that are no list", "UPDATE branch SET exceptions = '1'"),
        .init("no exceptions", "UPDATE branch SET exceptions = NULL"),
        .init("names that are no object", "UPDATE queues SET names = '[]'"),
        .init("a queue's hours that are no JSON", "UPDATE queues SET hours = '['"),
        .init("a name without letters", "UPDATE queues SET name = ''"),
        .init("a counter's state that isn't one", "UPDATE counters SET state = 'ajar' WHERE id = 1"),
        .init("a counter's name twice", "UPDATE counters SET name = 'Counter 2' WHERE id = 1"),
        .init("an agent at two counters", "UPDATE counters SET agent_id = 1"),
        .init("an agent at a closed counter", "UPDATE counters SET state = 'closed', agent_id = 1 WHERE id = 1"),
        .init("an agent that isn't there", "UPDATE counters SET agent_id = 99 WHERE id = 1"),
        .init("a served queue twice", "INSERT INTO counter_queues VALUES (1, 5, 1, 1, 0)"),
        .init("tier 10", "UPDATE counter_queues SET tier = 10"),
        .init("a served queue that isn't there", "UPDATE counter_queues SET queue_id = 99"),
        .init("an event's number twice", "INSERT INTO events SELECT * FROM events WHERE seq = 1"),
        .init("event 0", "UPDATE events SET seq = 0 WHERE seq = 1"),
        .init("a short link of the chain", "UPDATE events SET chain = x'01' WHERE seq = 1"),
        .init("a second sync state", "INSERT INTO sync_state (id, epoch, gen, acked_seq) VALUES (2, 1, 0, 0)"),
        .init(
            "a short token hash",
            "INSERT INTO tokens (id, role, name, hash, created_at) VALUES (1, 'kiosk', 'k', x'00', 0)"),
        .init(
            "a short key",
            "INSERT INTO idempotency_keys (scope, request_hash, status, stored_tick) "
                + "VALUES (x'00', zeroblob(32), 201, 0)"),
    ]

    @Test func `tickets can't break their invariants`() async throws {
        try await check(Self.tickets)
    }

    @Test func `nor can any other table`() async throws {
        try await check(Self.others)
    }

    private func check(_ statements: [ForbiddenStatement]) async throws {
        let fixture = try await fixture()
        try fixture.raw { (db: Database) throws in
            for statement in statements {
                let error = #expect(throws: DatabaseError.self, "\(statement.testDescription)") {
                    try db.execute(sql: statement.sql)
                }
                // A mistyped statement fails too, but not for this reason.
                let isConstraint = error?.resultCode == .SQLITE_CONSTRAINT
                let isGenerated = error?.message?.contains("generated column") == true
                #expect(isConstraint || isGenerated, "\(statement.testDescription): \(String(describing: error))")
            }
        }
    }
}
