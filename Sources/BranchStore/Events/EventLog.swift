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

    package init(seq: Int64, chain: EventChain) {
        self.seq = seq
        self.chain = chain
    }
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

    /// Walks the kept log from its anchor and compares every link, a page at a time, so that no reader is held for
    /// long; what is appended or pruned meanwhile is no fault.
    /// - Parameters:
    ///   - page: events read at once, one or more; default `StoreLimits.chainPage`.
    ///   - pause: between two pages; none by default. Ends early when the task is cancelled, and the walk goes on.
    /// - Returns: the first event whose link or number is wrong, or nil when the log is whole.
    package func firstBrokenEvent(
        page: Int = StoreLimits.chainPage, pause: Duration = .zero
    ) async throws(StoreError) -> Int64? {
        var place: ChainLink?
        while true {
            let from = place
            switch try await readers.read({ db in try Self.walk(db, from: from, page: page) }) {
            case .broken(let seq): return seq
            case .whole: return nil
            case .more(let link): place = link
            }
            // Cancelled: the next reading fails.
            if pause > .zero { try? await Task.sleep(for: pause) }
        }
    }

    private enum Walk: Sendable {
        case broken(Int64)
        case whole
        case more(ChainLink)
    }

    private static func walk(_ db: Database, from place: ChainLink?, page: Int) throws -> Walk {
        guard let row = try BranchRow.load(db) else { return .broken(0) }
        var link = ChainLink(seq: row.prunedSeq, chain: row.prunedChain)
        // Where the log was pruned beyond the place, its anchor is the next one.
        if let place, place.seq > link.seq { link = place }
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT seq, uid, body, chain FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
            arguments: [link.seq, page])
        var count = 0
        while let event = try cursor.next() {
            let chain = link.chain.next(uid: EventUID(text: event[1]), body: Array(event[2] as Data))
            guard event[0] == link.seq + 1, chain == EventChain(stored: event[3]) else { return .broken(link.seq + 1) }
            link = ChainLink(seq: link.seq + 1, chain: chain)
            count += 1
        }
        if count == page { return .more(link) }
        return link.seq == row.lastSeq && link.chain == row.lastChain ? .whole : .broken(link.seq + 1)
    }
}
