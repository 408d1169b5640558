import GRDB

/// Reads the database beside the running server, as somebody who trusts none of its answers. It only reads: a second
/// connection that wrote or checkpointed could damage the file.
struct DatabaseOracle {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The number of each ticket by its id, open and ended ones.
    func numbers() throws -> [Int64: String] {
        try queue.read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, number FROM tickets UNION ALL SELECT id, number FROM ticket_history")
            var found: [Int64: String] = [:]
            while let row = try rows.next() {
                let id: Int64 = row["id"]
                guard found[id] == nil else { throw OracleFailure.twice("ticket \(id) is open and ended") }
                found[id] = row["number"]
            }
            return found
        }
    }

    /// The ids of tickets in that state.
    func tickets(in state: String) throws -> Set<Int64> {
        try queue.read { db in
            try Set(
                Int64.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM tickets WHERE state = ?1
                        UNION ALL SELECT id FROM ticket_history WHERE state = ?1
                        """, arguments: [state]))
        }
    }

    /// The tickets of events of that type, in the order of the log.
    func ticketsOfEvents(_ type: String) throws -> [Int64] {
        try queue.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT ticket_id FROM events WHERE type = ? ORDER BY seq", arguments: [type])
        }
    }

    /// What must hold in every database, as sentences about what does not; empty when all is well.
    func violations() throws -> [String] {
        try queue.read { db in
            var found: [String] = []
            for (sql, sentence) in Self.rules where try Int.fetchOne(db, sql: sql) ?? 0 != 0 { found.append(sentence) }
            let events = try Row.fetchOne(
                db, sql: "SELECT count(*) AS n, coalesce(min(seq), 1) AS low, coalesce(max(seq), 0) AS high FROM events"
            )
            if let events {
                let (count, low, high): (Int, Int, Int) = (events["n"], events["low"], events["high"])
                if low != 1 || high - low + 1 != count { found.append("seq has gaps: \(count) in \(low)...\(high)") }
            }
            return found
        }
    }

    /// SQLite's own check of the whole file.
    func integrity() throws -> String {
        try queue.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") ?? "" }
    }

    private static let rules = [
        (
            "SELECT count(*) FROM (SELECT number FROM tickets GROUP BY number HAVING count(*) > 1)",
            "two open tickets have the same number"
        ),
        (
            """
            SELECT count(*) FROM (SELECT counter_id FROM tickets
            WHERE state IN ('called', 'serving') AND counter_id IS NOT NULL GROUP BY counter_id HAVING count(*) > 1)
            """,
            "a counter has two tickets"
        ),
        (
            """
            SELECT (SELECT count(*) FROM tickets) + (SELECT count(*) FROM ticket_history)
                - (SELECT count(*) FROM events WHERE type = 'ticket.created')
            """,
            "tickets and ticket.created events differ in number"
        ),
        (
            "SELECT sum(waiting) - (SELECT count(*) FROM tickets WHERE state = 'waiting') FROM queues",
            "the queues' counts of waiting tickets are wrong"
        ),
    ]
}

enum OracleFailure: Error {
    case twice(String)
}
