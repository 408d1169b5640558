package import QueueEvents

/// What head office holds of a branch, as the cursor's row and the epochs' rows say it.
package struct BranchCursor: Equatable, Sendable {
    /// The newest event of the live history, `.none` when nothing was taken.
    package var position: UplinkPosition
    /// Every epoch of which something was taken, by its number.
    package var epochs: [TakenEpoch]

    package init(position: UplinkPosition = .none, epochs: [TakenEpoch] = []) {
        self.position = position
        self.epochs = epochs
    }

    /// True before the first event of the branch.
    package var isEmpty: Bool { position.seq == 0 }

    /// An epoch by its number.
    package func epoch(_ number: Int64) -> TakenEpoch? { epochs.last { $0.number == number } }

    /// The last event of an epoch that belongs to the live history, which goes from the cursor back through the
    /// parents; nil when none does.
    package func liveLast(of number: Int64) -> Int64? {
        if number == position.epoch { return position.seq }
        var child = epoch(position.epoch)
        while let found = child, let parent = found.parent, parent.epoch < found.number {
            if parent.epoch == number { return parent.seq }
            child = epoch(parent.epoch)
        }
        return nil
    }
}

/// A stretch of a branch's history that head office has begun to take.
package struct TakenEpoch: Equatable, Sendable {
    package var number: Int64
    /// Eight random bytes: two epochs with one number are told apart by it.
    package var lineage: UInt64
    package var firstSeq: Int64
    /// The event that the first one follows; nil for a branch's first event and for a baseline.
    package var parent: UplinkPosition?
    /// The chain's link before the first event when history before it is not held and won't come; else nil.
    package var anchor: EventChain?

    package init(
        number: Int64, lineage: UInt64, firstSeq: Int64, parent: UplinkPosition? = nil, anchor: EventChain? = nil
    ) {
        self.number = number
        self.lineage = lineage
        self.firstSeq = firstSeq
        self.parent = parent
        self.anchor = anchor
    }
}
