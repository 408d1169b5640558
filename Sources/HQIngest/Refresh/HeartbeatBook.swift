/// Which heartbeats are written down already: they are looked at more often than they are sent, so that a branch that
/// begins is not called silent, and PostgreSQL need not hear of each look.
package struct HeartbeatBook: Sendable {
    private var sent: [Int64: ContinuousClock.Instant] = [:]

    package init() {}

    /// Forgets the branches that are not served any more.
    package mutating func keep(_ served: [Int64]) {
        guard sent.count > served.count else { return }
        let kept = Set(served)
        sent = sent.filter { kept.contains($0.key) }
    }

    /// Takes note of a heartbeat.
    /// - Parameter moment: when it was sent, which can't be told to the millisecond.
    /// - Returns: whether it is another one than the last.
    package mutating func isNew(_ branch: Int64, sentAt moment: ContinuousClock.Instant) -> Bool {
        if let last = sent[branch], moment - last < HQIngestLimits.heartbeatBlur { return false }
        sent[branch] = moment
        return true
    }
}
