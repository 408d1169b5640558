import Foundation
import GRDB
package import QueueEvents

/// What the branch remembers of its uplink.
package struct SyncState: Equatable, Sendable {
    /// Head office's number of the branch; nil before it was enrolled.
    package var branch: Int64?
    /// The publisher's generation; each connect and each rewind has a higher one, stored before it is used.
    package var gen: Int64 = 0
    /// What head office has for certain; `.none` = nothing.
    package var acked: UplinkPosition = .none
    /// Which life of head office said so.
    package var incarnation: String?

    package init() {}
}

/// A stretch of the branch's history under one label.
package struct Epoch: Equatable, Sendable {
    /// 1, 2, 3 …
    package var number: Int64
    /// Eight random bytes.
    package var lineage: UInt64
    package var firstSeq: Int64
    /// The last event before it that other histories share; nil for the first epoch and for a baseline.
    package var parent: FrameHeader.Parent?
    /// Why it was opened: first, restore, fork or baseline.
    package var reason: String

    package init(number: Int64, lineage: UInt64, firstSeq: Int64, parent: FrameHeader.Parent?, reason: String) {
        self.number = number
        self.lineage = lineage
        self.firstSeq = firstSeq
        self.parent = parent
        self.reason = reason
    }
}

extension SyncState {
    static func load(_ db: Database) throws -> SyncState {
        let sql = "SELECT branch_id, gen, acked_epoch, acked_seq, acked_chain, hq_incarnation FROM sync_state"
        return try db.first(sql, []) { row in
            var state = SyncState()
            state.branch = row[0]
            state.gen = row[1]
            if let epoch = row[2] as Int64?, let chain = row[4] as Data? {
                state.acked = UplinkPosition(epoch: epoch, seq: row[3], chain: EventChain(stored: chain))
            }
            state.incarnation = row[5]
            return state
        } ?? SyncState()
    }

    func save(_ db: Database) throws {
        let isEmpty = acked == .none
        try db.change(
            """
            UPDATE sync_state SET branch_id = ?, gen = ?, acked_epoch = ?, acked_seq = ?, acked_chain = ?,
                hq_incarnation = ?, epoch = (SELECT max(epoch) FROM epochs)
            """,
            [
                branch, gen, isEmpty ? nil : acked.epoch, acked.seq, isEmpty ? nil : acked.chain.stored, incarnation,
            ])
    }
}

extension Epoch {
    static func all(_ db: Database) throws -> [Epoch] {
        try db.every(
            "SELECT epoch, lineage, first_seq, parent_epoch, parent_chain, reason FROM epochs ORDER BY epoch", []
        ) { row in
            var parent: FrameHeader.Parent?
            if let epoch = row[3] as Int64?, let chain = row[4] as Data? {
                parent = FrameHeader.Parent(epoch: epoch, chain: EventChain(stored: chain))
            }
            return Epoch(
                number: row[0], lineage: EventChain(stored: row[1]).value, firstSeq: row[2], parent: parent,
                reason: row[5])
        }
    }

    func insert(_ db: Database) throws {
        try db.change(
            """
            INSERT INTO epochs (epoch, lineage, first_seq, parent_epoch, parent_chain, reason)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [number, EventChain(value: lineage).stored, firstSeq, parent?.epoch, parent?.chain.stored, reason])
    }
}
