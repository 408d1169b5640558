import Crypto
import Foundation
import GRDB
package import QueueDomain
import QueueEvents

/// Who did something that is audited, and from where.
package struct AuditActor: Equatable, Sendable {
    /// A role, `console` for the control socket, or `nobody`.
    package var role: String
    /// The person's, agent's or token's id.
    package var id: Int64?
    package var deviceID: Int64?

    /// - Parameters:
    ///   - role: a role, `console` or `nobody`.
    ///   - id: the person's, agent's or token's id.
    ///   - deviceID: the paired device.
    package init(role: String, id: Int64? = nil, deviceID: Int64? = nil) {
        self.role = role
        self.id = id
        self.deviceID = deviceID
    }

    /// Somebody at the box itself.
    package static let console = AuditActor(role: "console")
    /// Somebody who isn't signed in.
    package static let nobody = AuditActor(role: "nobody")
}

/// One thing to be noted: never a secret, never a customer's name.
package struct AuditNote: Equatable, Sendable {
    package var actor: AuditActor
    /// `noun.verb`, such as `device.revoked`.
    package var action: String
    /// What it was done to, such as `queue 3`.
    package var target: String?
    /// JSON objects, or nil.
    package var before: String?
    package var after: String?

    /// - Parameters:
    ///   - actor: who did it.
    ///   - action: `noun.verb`.
    ///   - target: what it was done to.
    ///   - before: a JSON object, or nil.
    ///   - after: a JSON object, or nil.
    package init(
        _ actor: AuditActor, _ action: String, target: String? = nil, before: String? = nil, after: String? = nil
    ) {
        self.actor = actor
        self.action = action
        self.target = target
        self.before = before
        self.after = after
    }
}

/// A line of the audit log.
package struct AuditLine: Equatable, Sendable {
    package var seq: Int64
    package var at: Timestamp
    package var note: AuditNote
    /// The name as it is now; nil where there is none any more.
    package var actorName: String?
    /// SHA-256 over the chain before and the line.
    var chain: [UInt8]
}

extension WriterSession {
    /// Appends a line to the audit log, in this transaction.
    func record(_ note: AuditNote) throws {
        let last = try db.first("SELECT seq, chain FROM audit ORDER BY seq DESC LIMIT 1", []) { row in
            (seq: row[0] as Int64, chain: Array(row[1] as Data))
        }
        let seq = (last?.seq ?? 0) + 1
        let at = now.wall.milliseconds
        let chain = AuditChain.next(after: last?.chain ?? AuditChain.first, seq: seq, at: at, note)
        try db.change(
            """
            INSERT INTO audit (seq, at, actor_role, actor_id, device_id, action, target, before, after, chain)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                seq, at, note.actor.role, note.actor.id, note.actor.deviceID, note.action, note.target, note.before,
                note.after, Data(chain),
            ])
    }
}

/// chain(n) = SHA-256(chain(n − 1) ‖ the line as a JSON array), chain(0) = 32 zeros.
enum AuditChain {
    static let first = [UInt8](repeating: 0, count: 32)

    static func next(after chain: [UInt8], seq: Int64, at: Int64, _ note: AuditNote) -> [UInt8] {
        var text = JSONText()
        text.beginArray()
        text.integer(seq)
        text.integer(at)
        for part in [note.actor.role, note.action, note.target, note.before, note.after] {
            if let part { text.string(part) } else { text.null() }
        }
        for id in [note.actor.id, note.actor.deviceID] {
            if let id { text.integer(id) } else { text.null() }
        }
        text.endArray()
        return Array(SHA256.hash(data: chain + text.bytes))
    }
}

extension BranchStore {
    private static let auditColumns = """
        audit.seq, audit.at, audit.actor_role, audit.actor_id, audit.device_id, audit.action, audit.target,
        audit.before, audit.after, audit.chain, CASE audit.actor_role WHEN 'agent' THEN agents.name
            WHEN 'admin' THEN people.name WHEN 'supervisor' THEN people.name END
        """
    private static let auditTables = """
        audit LEFT JOIN people ON people.id = audit.actor_id LEFT JOIN agents ON agents.id = audit.actor_id
        """

    /// Notes something that changes no other row.
    package func record(_ note: AuditNote) async throws(StoreError) {
        try await writer.perform { session in try session.record(note) }
    }

    /// The newest lines of the audit log before a line, newest first.
    /// - Parameters:
    ///   - seq: only older lines; nil = from the newest.
    ///   - limit: 1 to `StoreLimits.page` + 1.
    package func auditLines(before seq: Int64?, limit: Int) async throws(StoreError) -> [AuditLine] {
        try await readers.read { db in
            try db.every(
                """
                SELECT \(Self.auditColumns) FROM \(Self.auditTables) WHERE audit.seq < ?
                ORDER BY audit.seq DESC LIMIT ?
                """, [seq ?? Int64.max, limit], Self.line)
        }
    }

    /// The first line of the audit log that isn't what was written, or nil.
    package func brokenAuditLine() async throws(StoreError) -> Int64? {
        var chain = AuditChain.first
        var seq: Int64 = 0
        while true {
            let after = seq
            let page = try await readers.read { db in
                try db.every(
                    """
                    SELECT \(Self.auditColumns) FROM \(Self.auditTables) WHERE audit.seq > ?
                    ORDER BY audit.seq LIMIT ?
                    """, [after, StoreLimits.chainPage], Self.line)
            }
            guard !page.isEmpty else { return nil }
            for line in page {
                let expected = AuditChain.next(after: chain, seq: line.seq, at: line.at.milliseconds, line.note)
                guard line.seq == seq + 1, line.chain == expected else { return seq + 1 }
                seq = line.seq
                chain = line.chain
            }
        }
    }

    private static func line(_ row: Row) -> AuditLine {
        AuditLine(
            seq: row[0], at: Timestamp(milliseconds: row[1]),
            note: AuditNote(
                AuditActor(role: row[2], id: row[3], deviceID: row[4]), row[5], target: row[6], before: row[7],
                after: row[8]), actorName: row[10], chain: Array(row[9] as Data))
    }
}
