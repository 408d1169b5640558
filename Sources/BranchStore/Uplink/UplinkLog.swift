import Foundation
import GRDB
import QueueDomain
package import QueueEvents

/// The log as the uplink sees it at one moment.
package struct UplinkHistory: Equatable, Sendable {
    /// The newest event's number, 0 = none, and the chain's link there.
    package var head: ChainLink
    /// The last pruned event, 0 = none: the anchor that the oldest kept event follows.
    package var anchor: ChainLink
    /// Every epoch, the oldest first; never empty.
    package var epochs: [Epoch]

    /// The label of an event.
    package func epoch(of seq: Int64) -> Epoch? {
        epochs.last { $0.firstSeq <= seq }
    }
}

/// An event on its way to head office.
package struct UplinkEvent: Equatable, Sendable {
    package var seq: Int64
    /// The exact bytes that are stored.
    package var body: [UInt8]
    /// The chain's link at this event.
    package var chain: EventChain
}

extension BranchStore {
    /// What the branch remembers of its uplink.
    package func syncState() async throws(StoreError) -> SyncState {
        try await readers.read { db in try SyncState.load(db) }
    }

    /// Where the log begins and ends, and its epochs.
    package func uplinkHistory() async throws(StoreError) -> UplinkHistory {
        try await readers.read { db in
            guard let row = try BranchRow.load(db) else { throw StoreError.readFailed("the database holds no branch") }
            return UplinkHistory(
                head: ChainLink(seq: row.lastSeq, chain: row.lastChain),
                anchor: ChainLink(seq: row.prunedSeq, chain: row.prunedChain), epochs: try Epoch.all(db))
        }
    }

    /// Events after a sequence number with their chain links, oldest first: at most `limit` and about `bytes` bytes
    /// of bodies, but at least one when there is any.
    /// - Returns: nil when some of them were pruned.
    package func uplinkEvents(
        after seq: Int64, limit: Int, bytes: Int
    ) async throws(StoreError) -> [UplinkEvent]? {
        try await readers.read { db in
            let pruned = try db.first("SELECT pruned_seq FROM branch", []) { $0[0] as Int64 } ?? 0
            guard seq >= pruned else { return nil }
            let statement = try db.cachedStatement(
                sql: "SELECT seq, body, chain FROM events WHERE seq > ? ORDER BY seq LIMIT ?")
            let cursor = try Row.fetchCursor(statement, arguments: [seq, limit])
            var found: [UplinkEvent] = []
            var size = 0
            while size < bytes, let row = try cursor.next() {
                let body = Array(row[1] as Data)
                size += body.count
                found.append(UplinkEvent(seq: row[0], body: body, chain: EventChain(stored: row[2])))
            }
            return found
        }
    }

    /// The chain's links at some events, for those that are still known: kept ones and the anchor.
    package func chainLinks(at sequences: [Int64]) async throws(StoreError) -> [ChainLink] {
        try await readers.read { db in
            guard let row = try BranchRow.load(db) else { return [] }
            return try sequences.compactMap { seq in
                if seq == row.prunedSeq { return ChainLink(seq: seq, chain: row.prunedChain) }
                return try db.first("SELECT chain FROM events WHERE seq = ?", [seq]) {
                    ChainLink(seq: seq, chain: EventChain(stored: $0[0]))
                }
            }
        }
    }

    /// How long ago an event was written, by the writer's own count; nil when it isn't kept.
    package func age(of seq: Int64) async throws(StoreError) -> Duration? {
        let now = writer.moment().tick
        return try await readers.read { db in
            try db.first("SELECT tick FROM events WHERE seq = ?", [seq]) { .milliseconds(max(0, now - $0[0])) }
        }
    }

    /// Changes what the branch remembers of its uplink, at lowest priority.
    /// - Returns: the state as it is stored now, durably.
    @discardableResult
    package func changeSyncState(
        _ change: @escaping @Sendable (inout SyncState) -> Void
    ) async throws(StoreError) -> SyncState {
        try await writer.perform { session in
            var state = try SyncState.load(session.db)
            change(&state)
            try state.save(session.db)
            return state
        }
    }

    /// Opens an epoch: one row and no event. From now on the log's events from `firstSeq` on have its label, and
    /// clients of the old incarnation begin anew.
    /// - Parameters:
    ///   - number: above every one known here and at head office.
    ///   - parent: the last event that head office shares, before `firstSeq`; nil for a baseline.
    /// - Throws: `StoreError.batchFailed` when the number is taken, or the first event isn't kept any more.
    package func openEpoch(
        number: Int64, firstSeq: Int64, parent: FrameHeader.Parent?, reason: String
    ) async throws(StoreError) -> Epoch {
        try await writer.perform { session in
            guard firstSeq > session.memory.row.prunedSeq else {
                throw StoreError.batchFailed("event \(firstSeq) isn't kept any more")
            }
            let epoch = Epoch(
                number: number, lineage: UInt64.random(in: .min ... .max), firstSeq: firstSeq, parent: parent,
                reason: reason)
            try epoch.insert(session.db)
            try SyncState.load(session.db).save(session.db)
            session.memory.lineage = epoch.lineage
            return epoch
        }
    }
}
