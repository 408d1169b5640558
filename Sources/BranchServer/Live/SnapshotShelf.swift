import BranchStore
import NIOCore
import QueueDomain
import QueueEvents
import WebSocketTransport

/// Makes snapshot frames and lends the newest to everybody who comes in the same moment: five hundred displays that
/// come back at once cost one reading of the branch.
actor SnapshotShelf {
    /// Whose snapshot it is; two clients with the same key get the same bytes.
    struct Key: Hashable {
        let isStaff: Bool
        /// nil = all queues.
        let queues: Set<QueueID>?
    }

    struct Shelved {
        /// The newest event that it contains.
        let seq: Int64
        let frame: EncodedFrame
        fileprivate let madeAt: ContinuousClock.Instant
    }

    private let store: BranchStore
    private var kept: [Key: Shelved] = [:]
    /// Who waits for a snapshot that is being made; a key stands here while somebody makes it.
    private var making: [Key: [CheckedContinuation<Void, Never>]] = [:]

    init(store: BranchStore) { self.store = store }

    /// A snapshot that is at most `Limits.snapshotAge` old and `Limits.snapshotLag` events behind.
    func snapshot(for key: Key) async throws(StoreError) -> Shelved {
        while true {
            if let known = kept[key], isFresh(known) { return known }
            guard making[key] != nil else { return try await make(key) }
            await withCheckedContinuation { making[key]?.append($0) }
        }
    }

    private func isFresh(_ shelved: Shelved) -> Bool {
        shelved.madeAt.duration(to: .now) < .milliseconds(Limits.snapshotAge)
            && store.writer.ring.head - shelved.seq <= Limits.snapshotLag
    }

    private func make(_ key: Key) async throws(StoreError) -> Shelved {
        making[key] = []
        defer {
            for waiter in making.removeValue(forKey: key) ?? [] { waiter.resume() }
        }
        let madeAt = ContinuousClock.now
        let count: Int
        if let queues = key.queues { count = queues.count } else { count = try await store.queues().count }
        let share = Limits.snapshotTicketsInAll / max(1, count)
        let snapshot = try await store.snapshot(
            of: key.queues, waitingPerQueue: min(Limits.snapshotTickets, max(Limits.snapshotTicketsAtLeast, share)),
            wantsTexts: key.isStaff)
        let frame = Frames.snapshot(snapshot, lineage: store.lineage, view: key.isStaff ? .staff : .board)
        let made = Shelved(seq: snapshot.seq, frame: frame, madeAt: madeAt)
        keep(made, as: key)
        return made
    }

    /// What is no longer fresh goes first: a frame of the staff holds names, and names are kept on the store's clock.
    private func keep(_ made: Shelved, as key: Key) {
        kept[key] = nil
        kept = kept.filter { isFresh($0.value) }
        let bytes = kept.values.reduce(made.frame.bytes.readableBytes) { $0 + $1.frame.bytes.readableBytes }
        if kept.count >= Limits.keptSnapshots || bytes > Limits.keptSnapshotBytes { kept = [:] }
        kept[key] = made
    }
}
