/// The newest frames that may be shared, by whom they are for. A value: the time and the place in the log come from
/// outside.
package struct FrameShelf<Key: Hashable & Sendable, Frame: Sendable>: Sendable {
    /// What is lent.
    package struct Shelved: Sendable {
        /// The newest event that it contains.
        package let seq: Int64
        package let frame: Frame
        fileprivate let bytes: Int
        fileprivate let madeAt: ContinuousClock.Instant
    }

    private var kept: [Key: Shelved] = [:]

    /// Nothing is kept.
    package init() {}

    /// How many frames are kept.
    package var count: Int { kept.count }

    /// A frame that is less than `Limits.snapshotAge` old and at most `Limits.snapshotLag` events behind, or nil.
    package func fresh(_ key: Key, now: ContinuousClock.Instant, head: Int64) -> Shelved? {
        kept[key].flatMap { Self.isFresh($0, now, head) ? $0 : nil }
    }

    /// Keeps a frame, which is handed back.
    ///
    /// What is no longer fresh goes first: a frame of the staff holds names, and names are kept on the store's clock.
    /// If there is no room then, all go.
    ///
    /// - Parameters:
    ///   - seq: the newest event that it contains.
    ///   - bytes: its size.
    ///   - madeAt: when the reading for it began.
    package mutating func keep(
        _ frame: Frame, seq: Int64, bytes: Int, as key: Key, madeAt: ContinuousClock.Instant,
        now: ContinuousClock.Instant, head: Int64
    ) -> Shelved {
        let made = Shelved(seq: seq, frame: frame, bytes: bytes, madeAt: madeAt)
        kept[key] = nil
        kept = kept.filter { Self.isFresh($0.value, now, head) }
        let total = kept.values.reduce(bytes) { $0 + $1.bytes }
        if kept.count >= Limits.keptSnapshots || total > Limits.keptSnapshotBytes { kept = [:] }
        kept[key] = made
        return made
    }

    private static func isFresh(_ shelved: Shelved, _ now: ContinuousClock.Instant, _ head: Int64) -> Bool {
        shelved.madeAt.duration(to: now) < .milliseconds(Limits.snapshotAge)
            && head - shelved.seq <= Limits.snapshotLag
    }
}
