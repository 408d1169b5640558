import GRDB
import QueueDomain

/// Rows of `counters` and of `counter_queues`.
enum CounterRow {
    private static let columns = "id, name, state, automatic, agent_id, version"
    private static let byID = "SELECT \(columns) FROM counters WHERE id = ?"
    private static let all = "SELECT \(columns) FROM counters ORDER BY id"
    private static let serves = """
        SELECT queue_id, tier, help_after FROM counter_queues WHERE counter_id = ? ORDER BY position
        """
    private static let save = """
        INSERT INTO counters (\(columns)) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, state = excluded.state,
            automatic = excluded.automatic, agent_id = excluded.agent_id, version = excluded.version
        """

    static func load(_ id: CounterID, _ db: Database) throws -> Counter? {
        guard var counter = try db.first(byID, [id.rawValue], read) else { return nil }
        counter.settings.serves = try served(by: id, db)
        return counter
    }

    static func loadAll(_ db: Database) throws -> [Counter] {
        var counters = try db.every(all, [], read)
        for index in counters.indices { counters[index].settings.serves = try served(by: counters[index].id, db) }
        return counters
    }

    private static func served(by id: CounterID, _ db: Database) throws -> [ServedQueue] {
        try db.every(serves, [id.rawValue]) {
            ServedQueue(queueID: QueueID($0[0]), tier: $0[1], helpAfter: $0[2])
        }
    }

    private static func read(_ row: Row) throws(StoreError) -> Counter {
        guard let state = CounterState(rawValue: row[2]) else {
            throw .damagedRow(table: "counters", id: row[0], column: "state")
        }
        return Counter(
            id: CounterID(row[0]), settings: CounterSettings(name: row[1], automatic: row[3]), state: state,
            agentID: (row[4] as Int64?).map(AgentID.init(_:)), version: row[5])
    }

    static func save(_ counter: Counter, servesChanged: Bool, _ db: Database) throws {
        try db.change(
            save,
            [
                counter.id.rawValue, counter.settings.name, counter.state.rawValue, counter.settings.automatic,
                counter.agentID?.rawValue, counter.version,
            ])
        guard servesChanged else { return }
        try db.change("DELETE FROM counter_queues WHERE counter_id = ?", [counter.id.rawValue])
        for (position, served) in counter.settings.serves.enumerated() {
            try db.change(
                """
                INSERT INTO counter_queues (counter_id, position, queue_id, tier, help_after) VALUES (?, ?, ?, ?, ?)
                """,
                [counter.id.rawValue, position, served.queueID.rawValue, served.tier, served.helpAfter])
        }
    }

    static func delete(_ id: CounterID, _ db: Database) throws {
        try db.change("DELETE FROM counters WHERE id = ?", [id.rawValue])
    }
}
