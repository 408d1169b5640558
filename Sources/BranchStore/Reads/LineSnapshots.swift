import GRDB
import QueueDomain
import Synchronization

/// Each queue's line as it stood at most a second ago, shared by everybody who asks how many are ahead.
final class LineSnapshots: Sendable {
    private struct Place: Sendable {
        let rank: Int64
        let id: Int64
    }

    private struct Snapshot: Sendable {
        let takenAt: ContinuousClock.Instant
        let places: [Place]
    }

    /// Guards the snapshots, at most one a queue.
    private let snapshots = Mutex<[QueueID: Snapshot]>([:])

    /// How many of the snapshot are called before a ticket; at most `StoreLimits.peopleAhead`.
    func peopleAhead(of ticket: Ticket, from readers: ReaderPool) async throws(StoreError) -> Int {
        guard ticket.waitsInQueueLine else { return 0 }
        let places = try await places(in: ticket.queueID, from: readers)
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            let place = places[middle]
            if (place.rank, place.id) < (ticket.rank, ticket.id.rawValue) { low = middle + 1 } else { high = middle }
        }
        // A ticket that was let behind since the snapshot still stands in it at its old place, before itself.
        let countsItself = places[..<low].contains { $0.id == ticket.id.rawValue }
        return countsItself ? low - 1 : low
    }

    private func places(in queue: QueueID, from readers: ReaderPool) async throws(StoreError) -> [Place] {
        let now = ContinuousClock.now
        let age = Duration.milliseconds(StoreLimits.lineSnapshotAge)
        if let known = snapshots.withLock({ $0[queue] }), now - known.takenAt < age { return known.places }
        let places = try await readers.read { db in
            try db.every(
                """
                SELECT rank, id FROM tickets
                WHERE queue_id = ? AND state = 'waiting' AND target_counter_id IS NULL ORDER BY rank, id LIMIT ?
                """, [queue.rawValue, StoreLimits.peopleAhead]
            ) { Place(rank: $0[0], id: $0[1]) }
        }
        snapshots.withLock { $0[queue] = Snapshot(takenAt: now, places: places) }
        return places
    }
}
