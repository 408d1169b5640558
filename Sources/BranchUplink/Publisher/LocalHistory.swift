package import QueueEvents

/// A place in the log: an event's number, 0 = before the first, and the chain's link there.
package struct LogPoint: Hashable, Sendable {
    package var seq: Int64
    package var chain: EventChain

    package init(seq: Int64, chain: EventChain) {
        self.seq = seq
        self.chain = chain
    }
}

/// A label for every event from a number on, up to where a later epoch begins.
package struct LocalEpoch: Equatable, Sendable {
    package var number: Int64
    /// Eight random bytes.
    package var lineage: UInt64
    package var firstSeq: Int64
    /// The last event before it, which other histories share; nil for the first epoch and for a baseline.
    package var parent: FrameHeader.Parent?
    /// True when nothing before its first event will ever come.
    package var isBaseline: Bool

    package init(
        number: Int64, lineage: UInt64, firstSeq: Int64, parent: FrameHeader.Parent? = nil, isBaseline: Bool = false
    ) {
        self.number = number
        self.lineage = lineage
        self.firstSeq = firstSeq
        self.parent = parent
        self.isBaseline = isBaseline
    }
}

/// An event out of the log.
package struct LocalEvent: Equatable, Sendable {
    package var seq: Int64
    package var chain: EventChain
    /// The exact bytes that are stored.
    package var body: [UInt8]

    package init(seq: Int64, chain: EventChain, body: [UInt8]) {
        self.seq = seq
        self.chain = chain
        self.body = body
    }
}

/// What the publisher knows of the log without reading events.
package struct LocalHistory: Equatable, Sendable {
    /// The newest event's number, 0 = none.
    package var head: Int64
    /// The event that the oldest kept one follows: the last pruned one, or seq 0 with the chain's beginning.
    package var anchor: LogPoint
    /// Every epoch, by number; never empty.
    package var epochs: [LocalEpoch]

    package init(head: Int64, anchor: LogPoint, epochs: [LocalEpoch]) {
        self.head = head
        self.anchor = anchor
        self.epochs = epochs
    }

    /// The newest epoch that has begun by an event: its label. Also of events that are yet to come.
    package func epoch(of seq: Int64) -> LocalEpoch? { epochs.last { $0.firstSeq <= seq } }

    /// The epoch opened last.
    package var newest: LocalEpoch? { epochs.last }

    /// A point with its label; epoch 0 for what lies before every epoch.
    func position(of point: LogPoint) -> UplinkPosition {
        UplinkPosition(epoch: epoch(of: point.seq)?.number ?? 0, seq: point.seq, chain: point.chain)
    }

    /// The position before everything that is kept: what head office surely has, or will never get.
    var beginning: UplinkPosition { UplinkPosition(epoch: 0, seq: anchor.seq, chain: anchor.chain) }
}
