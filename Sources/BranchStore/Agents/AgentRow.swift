import GRDB
package import QueueDomain

/// A staff member with the name, which no event carries.
package struct NamedAgent: Equatable, Sendable {
    package var agent: Agent
    package var name: String
}

/// Rows of `agents`.
enum AgentRow {
    static let byID = "SELECT id, active, version, name FROM agents WHERE id = ?"
    static let all = "SELECT id, active, version, name FROM agents ORDER BY id"

    static func read(_ row: Row) -> NamedAgent {
        NamedAgent(agent: Agent(id: AgentID(row[0]), isActive: row[1], version: row[2]), name: row[3])
    }

    static func save(_ agent: Agent, name: String?, _ db: Database) throws {
        if let name {
            try db.change(
                """
                INSERT INTO agents (id, name, active, version) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, active = excluded.active,
                    version = excluded.version
                """, [agent.id.rawValue, name, agent.isActive, agent.version])
        } else {
            try db.change(
                "UPDATE agents SET active = ?, version = ? WHERE id = ?",
                [agent.isActive, agent.version, agent.id.rawValue])
        }
    }

    static func delete(_ id: AgentID, _ db: Database) throws {
        try db.change("DELETE FROM agents WHERE id = ?", [id.rawValue])
    }
}
