/// Spreads what must be done for every branch within an interval over many small steps, so that thousands of branches
/// never hold up the frames of one.
package struct RefreshRound: Sendable {
    private struct Turn {
        /// The next branch's place among those that are served.
        var next = 0
        /// When the last step was made, nil before the first.
        var last: ContinuousClock.Instant?
        /// What is left of a branch from the last step: a step's share need not be whole.
        var part = 0.0

        /// The branches of the next step: as large a share of all as of the interval has gone by.
        mutating func step(_ served: [Int64], _ now: ContinuousClock.Instant, _ interval: Duration) -> [Int64] {
            guard let last, !served.isEmpty else {
                self.last = now
                return []
            }
            part = min(part + (now - last) / interval * Double(served.count), Double(served.count))
            self.last = now
            let count = Int(part)
            guard count > 0 else { return [] }
            part -= Double(count)
            let start = next < served.count ? next : 0
            next = (start + count) % served.count
            return (0..<count).map { served[(start + $0) % served.count] }
        }
    }

    private var answers = Turn()
    private var heartbeats = Turn()

    package init() {}

    /// The branches whose answers are to be written now; each one comes once an interval.
    package mutating func due(_ served: [Int64], now: ContinuousClock.Instant, every interval: Duration) -> [Int64] {
        answers.step(served, now, interval)
    }

    /// The branches whose heartbeats are to be read now; each one comes once an interval.
    package mutating func heartbeatsDue(
        _ served: [Int64], now: ContinuousClock.Instant, every interval: Duration
    ) -> [Int64] {
        heartbeats.step(served, now, interval)
    }
}
