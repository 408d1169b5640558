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

    typealias Shelved = FrameShelf<Key, EncodedFrame>.Shelved

    private let store: BranchStore
    private var kept = FrameShelf<Key, EncodedFrame>()
    /// Who waits for a snapshot that is being made; a key stands here while somebody makes it.
    private var making: [Key: [CheckedContinuation<Void, Never>]] = [:]

    init(store: BranchStore) { self.store = store }

    /// A snapshot that is at most `Limits.snapshotAge` old and `Limits.snapshotLag` events behind.
    func snapshot(for key: Key) async throws(StoreError) -> Shelved {
        while true {
            if let known = kept.fresh(key, now: .now, head: store.writer.ring.head) { return known }
            guard making[key] != nil else { return try await make(key) }
            await withCheckedContinuation { making[key]?.append($0) }
        }
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
        return kept.keep(
            frame, seq: snapshot.seq, bytes: frame.bytes.readableBytes, as: key, madeAt: madeAt, now: .now,
            head: store.writer.ring.head)
    }
}
