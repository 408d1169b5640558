import Foundation
import GRDB
import QueueDomain

/// A session's row. Ticks are the branch's own milliseconds.
package struct StoredSession: Equatable, Sendable {
    package var id: Int64
    /// SHA-256 of the cookie's secret.
    package var hash: [UInt8]
    /// Either a person's id, with name and role, or an agent's, with the name.
    package var personID: Int64?
    package var agentID: Int64?
    package var name: String
    package var role: String
    package var deviceID: Int64?
    package var createdTick: Int64
    package var authenticatedTick: Int64
    package var seenTick: Int64
}

/// A session to be stored.
package struct NewSession: Sendable {
    package var hash: [UInt8]
    package var personID: Int64?
    package var agentID: Int64?
    package var deviceID: Int64?
    /// Who is noted for having signed in.
    package var actor: AuditActor

    /// - Precondition: the hash has 32 bytes, and either a person or an agent is named.
    package init(hash: [UInt8], personID: Int64? = nil, agentID: Int64? = nil, deviceID: Int64?, actor: AuditActor) {
        precondition(hash.count == 32, "A secret's hash is a SHA-256 digest.")
        precondition((personID == nil) != (agentID == nil), "A session is one person's or one agent's.")
        self.hash = hash
        self.personID = personID
        self.agentID = agentID
        self.deviceID = deviceID
        self.actor = actor
    }
}

extension WriterSession {
    /// The next id of a person, device or session: drawn once, and never that of a program's token.
    func drawCredentialID() throws -> Int64 {
        let key = "next_credential_id"
        let next = try db.first("SELECT value FROM settings WHERE key = ?", [key]) { $0[0] as Int64 }
        let id = next ?? StoreLimits.firstCredentialID
        try db.change("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", [key, id + 1])
        return id
    }
}

extension BranchStore {
    private static let sessionSQL = """
        SELECT sessions.id, sessions.hash, sessions.person_id, sessions.agent_id,
            coalesce(people.name, agents.name), coalesce(people.role, 'agent'), sessions.device_id,
            sessions.created_tick, sessions.authenticated_tick, sessions.seen_tick
        FROM sessions LEFT JOIN people ON people.id = sessions.person_id
            LEFT JOIN agents ON agents.id = sessions.agent_id
        """

    /// Every session that was stored and not ended.
    package func sessions() async throws(StoreError) -> [StoredSession] {
        try await readers.read { db in try db.every("\(Self.sessionSQL) ORDER BY sessions.id", [], Self.session) }
    }

    /// Stores a session; its owner's oldest give way beyond `StoreLimits.sessionsPerOwner`.
    /// - Returns: its row and the ids of those that gave way; nil when the person, agent or device is gone.
    package func create(
        _ new: NewSession
    ) async throws(StoreError) -> (session: StoredSession, ended: [Int64])? {
        try await writer.perform { session in
            let db = session.db
            let owner = new.personID ?? new.agentID
            let column = new.personID == nil ? "agent_id" : "person_id"
            guard try Self.exists(new, db) else { return nil }
            let older = try db.every(
                "SELECT id FROM sessions WHERE \(column) = ? ORDER BY seen_tick DESC, id DESC LIMIT -1 OFFSET ?",
                [owner, StoreLimits.sessionsPerOwner - 1]
            ) { $0[0] as Int64 }
            for id in older { try db.change("DELETE FROM sessions WHERE id = ?", [id]) }
            let id = try session.drawCredentialID()
            let tick = session.now.tick
            try db.change(
                """
                INSERT INTO sessions (id, hash, person_id, agent_id, device_id, created_tick, authenticated_tick,
                    seen_tick) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, [id, Data(new.hash), new.personID, new.agentID, new.deviceID, tick, tick, tick])
            if let personID = new.personID {
                let at = session.now.wall.milliseconds
                try db.change("UPDATE people SET last_seen_at = ? WHERE id = ?", [at, personID])
            }
            try session.record(AuditNote(new.actor, "session.began"))
            guard let row = try db.first("\(Self.sessionSQL) WHERE sessions.id = ?", [id], Self.session) else {
                throw StoreError.batchFailed("a session was lost in its own transaction")
            }
            return (row, older)
        }
    }

    private static func exists(_ new: NewSession, _ db: Database) throws -> Bool {
        if let id = new.deviceID {
            let isPaired = try db.first("SELECT 1 FROM devices WHERE id = ?", [id]) { _ in true } ?? false
            guard isPaired else { return false }
        }
        if let id = new.personID {
            return try db.first("SELECT 1 FROM people WHERE id = ? AND active = 1", [id]) { _ in true } ?? false
        }
        return try db.first("SELECT 1 FROM agents WHERE id = ? AND active = 1", [new.agentID]) { _ in true } ?? false
    }

    /// Notes that the secret was asked for again.
    /// - Returns: the tick; nil when the session has ended.
    package func reauthenticate(session id: Int64, by actor: AuditActor) async throws(StoreError) -> StoredSession? {
        try await writer.perform { session in
            let db = session.db
            try db.change(
                "UPDATE sessions SET authenticated_tick = ?, seen_tick = ? WHERE id = ?",
                [session.now.tick, session.now.tick, id])
            guard let row = try db.first("\(Self.sessionSQL) WHERE sessions.id = ?", [id], Self.session) else {
                return nil
            }
            try session.record(AuditNote(actor, "session.reauthenticated"))
            return row
        }
    }

    /// Ends sessions that somebody signed out of.
    package func endSessions(_ ids: [Int64], by actor: AuditActor) async throws(StoreError) {
        try await writer.perform { session in
            for id in ids { try session.db.change("DELETE FROM sessions WHERE id = ?", [id]) }
            if !ids.isEmpty { try session.record(AuditNote(actor, "session.ended")) }
        }
    }

    /// Notes when sessions and devices were last used, and drops sessions that ended by themselves.
    /// - Parameters:
    ///   - sessions: ticks by id.
    ///   - devices: ids of devices that were seen since the last time.
    ///   - ended: ids.
    package func noteUse(
        sessions: [Int64: Int64], devices: Set<Int64>, ended: [Int64]
    ) async throws(StoreError) {
        try await writer.perform { session in
            let db = session.db
            for (id, tick) in sessions.sorted(by: { $0.key < $1.key }) {
                try db.change("UPDATE sessions SET seen_tick = max(seen_tick, ?) WHERE id = ?", [tick, id])
            }
            let at = session.now.wall.milliseconds
            for id in devices.sorted() { try db.change("UPDATE devices SET last_seen_at = ? WHERE id = ?", [at, id]) }
            for id in ended { try db.change("DELETE FROM sessions WHERE id = ?", [id]) }
        }
    }

    private static func session(_ row: Row) -> StoredSession {
        StoredSession(
            id: row[0], hash: Array(row[1] as Data), personID: row[2], agentID: row[3], name: row[4], role: row[5],
            deviceID: row[6], createdTick: row[7], authenticatedTick: row[8], seenTick: row[9])
    }
}
