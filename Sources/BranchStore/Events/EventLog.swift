import Foundation
import GRDB
package import QueueEvents

/// An event as it is stored.
package struct StoredEvent: Sendable {
    package let seq: Int64
    package let body: [UInt8]
    package let queueID: Int64?
    package let previousQueueID: Int64?
    package let counterID: Int64?
}

/// A link of the chain: an event's number and its hash.
package struct ChainLink: Equatable, Sendable {
    package var seq: Int64
    package var chain: EventChain
}

extension BranchStore {
    /// Events after a sequence number, oldest first.
    /// - Returns: nil when some of them were pruned.
    package func events(after seq: Int64, limit: Int) async throws(StoreError) -> [StoredEvent]? {
        if let recent = writer.ring.events(after: seq, limit: limit) {
            return recent.map {
                StoredEvent(
                    seq: $0.seq, body: $0.body, queueID: $0.queueID, previousQueueID: $0.previousQueueID,
                    counterID: $0.counterID)
            }
        }
        return try await readers.read { db in
            let pruned = try db.first("SELECT pruned_seq FROM branch", []) { $0[0] as Int64 } ?? 0
            guard seq >= pruned else { return nil }
            return try db.every(
                """
                SELECT seq, body, queue_id, previous_queue_id, counter_id FROM events WHERE seq > ?
                ORDER BY seq LIMIT ?
                """, [seq, limit]
            ) {
                StoredEvent(
                    seq: $0[0], body: Array($0[1] as Data), queueID: $0[2], previousQueueID: $0[3], counterID: $0[4])
            }
        }
    }

    /// The sequence number before the oldest event kept.
    package func prunedSeq() async throws(StoreError) -> Int64 {
        try await readers.read { db in try db.first("SELECT pruned_seq FROM branch", []) { $0[0] } ?? 0 }
    }

    /// Walks the kept log from its anchor and compares every link.
    /// - Returns: the first event whose link or number is wrong, or nil when the log is whole.
    package func firstBrokenEvent() async throws(StoreError) -> Int64? {
        try await readers.read { db in
            guard let row = try BranchRow.load(db) else { return 0 }
            var seq = row.prunedSeq
            var chain = row.prunedChain
            let cursor = try Row.fetchCursor(db, sql: "SELECT seq, uid, body, chain FROM events ORDER BY seq")
            while let event = try cursor.next() {
                chain = chain.next(uid: EventUID(text: event[1]), body: Array(event[2] as Data))
                guard event[0] == seq + 1, chain == EventChain(stored: event[3]) else { return seq + 1 }
                seq += 1
            }
            return seq == row.lastSeq && chain == row.lastChain ? nil : seq + 1
        }
    }
}
