import Foundation
import GRDB
package import QueueDomain

/// A token's row; the token itself is stored nowhere.
package struct StoredToken: Equatable, Sendable {
    package var id: Int64
    package var role: String
    package var name: String
    /// SHA-256 of the token.
    package var hash: [UInt8]
    package var agentID: Int64?
    package var counterID: Int64?
    package var createdAt: Timestamp
    package var lastSeenAt: Timestamp?
    package var revokedAt: Timestamp?
}

/// A token to be stored.
package struct NewToken: Sendable {
    package var role: String
    /// 1…60 characters, unique.
    package var name: String
    /// SHA-256 of the token.
    package var hash: [UInt8]
    package var agentID: Int64?
    package var counterID: Int64?

    /// - Precondition: the hash has 32 bytes.
    package init(role: String, name: String, hash: [UInt8], agentID: Int64?, counterID: Int64?) {
        precondition(hash.count == 32, "A token's hash is a SHA-256 digest.")
        self.role = role
        self.name = name
        self.hash = hash
        self.agentID = agentID
        self.counterID = counterID
    }
}

/// Why a token was not stored.
package enum TokenRefusal: Error, Equatable, Sendable {
    case nameTaken
    case nameInvalid
    case agentUnknown
    case counterUnknown
    case tooMany
}

extension BranchStore {
    private static let tokenColumns = """
        id, role, name, hash, agent_id, counter_id, created_at, last_seen_at, revoked_at
        """

    /// Every token, revoked ones too, by id.
    package func tokens() async throws(StoreError) -> [StoredToken] {
        try await readers.read { db in
            try db.every("SELECT \(Self.tokenColumns) FROM tokens ORDER BY id", [], Self.token)
        }
    }

    /// Stores a token.
    /// - Returns: its row, or why it wasn't stored.
    package func create(_ token: NewToken) async throws(StoreError) -> Result<StoredToken, TokenRefusal> {
        try await writer.perform { session in
            let db = session.db
            if let refusal = try Self.refusal(of: token, session) { return .failure(refusal) }
            let newest: Int64? = try db.first("SELECT coalesce(max(id), 0) FROM tokens", []) { $0[0] }
            let id = (newest ?? 0) + 1
            try db.change(
                """
                INSERT INTO tokens (id, role, name, hash, agent_id, counter_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    id, token.role, token.name, Data(token.hash), token.agentID, token.counterID,
                    session.now.wall.milliseconds,
                ])
            try session.record(
                AuditNote(.console, "token.created", target: "token \(id)", after: #"{"role":"\#(token.role)"}"#))
            return .success(
                StoredToken(
                    id: id, role: token.role, name: token.name, hash: token.hash, agentID: token.agentID,
                    counterID: token.counterID, createdAt: session.now.wall))
        }
    }

    private static func refusal(of token: NewToken, _ session: WriterSession) throws -> TokenRefusal? {
        if BranchName.fault(token.name) != nil { return .nameInvalid }
        let db = session.db
        let taken = try db.first("SELECT 1 FROM tokens WHERE name = ?", [token.name]) { _ in true } ?? false
        if taken { return .nameTaken }
        if let id = token.agentID, try session.agent(AgentID(id)) == nil { return .agentUnknown }
        if let id = token.counterID, try session.counter(CounterID(id)) == nil { return .counterUnknown }
        let count = try db.first("SELECT count(*) FROM tokens", []) { $0[0] as Int } ?? 0
        return count >= StoreLimits.tokens ? .tooMany : nil
    }

    /// Ends a token by its name or id; its row stays.
    /// - Returns: the row, or nil when there is none that is still good.
    package func revokeToken(_ nameOrID: String) async throws(StoreError) -> StoredToken? {
        try await writer.perform { session in
            let db = session.db
            let sql = """
                SELECT \(Self.tokenColumns) FROM tokens
                WHERE revoked_at IS NULL AND (name = ?1 OR CAST(id AS TEXT) = ?1) ORDER BY name = ?1 DESC LIMIT 1
                """
            guard var token = try db.first(sql, [nameOrID], Self.token) else { return nil }
            token.revokedAt = session.now.wall
            try db.change(
                "UPDATE tokens SET revoked_at = ? WHERE id = ?", [session.now.wall.milliseconds, token.id])
            try session.record(AuditNote(.console, "token.revoked", target: "token \(token.id)"))
            return token
        }
    }

    /// Notes when tokens were last used, milliseconds since 1970 by id.
    package func noteTokensSeen(_ seen: [Int64: Int64]) async throws(StoreError) {
        try await writer.perform { session in
            for (id, at) in seen.sorted(by: { $0.key < $1.key }) {
                try session.db.change("UPDATE tokens SET last_seen_at = ? WHERE id = ?", [at, id])
            }
        }
    }

    private static func token(_ row: Row) -> StoredToken {
        StoredToken(
            id: row[0], role: row[1], name: row[2], hash: Array(row[3] as Data), agentID: row[4], counterID: row[5],
            createdAt: Timestamp(milliseconds: row[6]),
            lastSeenAt: (row[7] as Int64?).map(Timestamp.init(milliseconds:)),
            revokedAt: (row[8] as Int64?).map(Timestamp.init(milliseconds:)))
    }
}
