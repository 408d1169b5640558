import BranchStore
import GRDB
import QueueDomain
import Testing

struct PlannedStatement: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: String
    let index: String
    let arguments: Int
}

/// Which index SQLite takes for the probes of the hot path; a sort or a scan would cost more the longer the line is.
@Suite struct QueryPlanTests {
    static let statements = [
        PlannedStatement(testDescription: "head", sql: TicketStatements.head, index: "tickets_line", arguments: 1),
        PlannedStatement(
            testDescription: "follower", sql: TicketStatements.follower, index: "tickets_line", arguments: 3),
        PlannedStatement(testDescription: "tail", sql: TicketStatements.tail, index: "tickets_line", arguments: 1),
        PlannedStatement(
            testDescription: "count ahead", sql: TicketStatements.countAhead, index: "tickets_line", arguments: 4),
        PlannedStatement(
            testDescription: "head at a counter", sql: TicketStatements.headAtCounter, index: "tickets_counter_line",
            arguments: 1),
        PlannedStatement(
            testDescription: "follower at a counter", sql: TicketStatements.followerAtCounter,
            index: "tickets_counter_line", arguments: 3),
        PlannedStatement(
            testDescription: "line at a counter", sql: TicketStatements.lineAtCounter, index: "tickets_counter_line",
            arguments: 2),
        PlannedStatement(
            testDescription: "current", sql: TicketStatements.current, index: "tickets_one_per_counter", arguments: 1),
        PlannedStatement(
            testDescription: "number open", sql: TicketStatements.numberOpen, index: "tickets_number", arguments: 1),
        PlannedStatement(
            testDescription: "number ended", sql: TicketStatements.numberEnded, index: "ticket_history_number",
            arguments: 2),
        PlannedStatement(
            testDescription: "held", sql: TicketStatements.heldCount, index: "tickets_held", arguments: 2),
    ]

    @Test(arguments: statements)
    func `a probe searches its index and never sorts`(statement: PlannedStatement) async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let plan = try fixture.raw { (db: Database) throws in
            let arguments = StatementArguments(Array(repeating: 1, count: statement.arguments))
            return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + statement.sql, arguments: arguments)
                .map { $0["detail"] as String }
        }
        let search = plan.first { $0.contains("tickets") || $0.contains("ticket_history") }
        #expect(search?.hasPrefix("SEARCH") == true, "\(plan)")
        #expect(search?.contains("INDEX \(statement.index) ") == true, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
