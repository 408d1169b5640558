import DequeModule
import NIOCore

/// When the requests of an open loop are due: request k at k / rate after the beginning, whatever the server does.
struct LoadSchedule {
    private let began: NIODeadline
    private let rate: Double
    private let limit: Int
    private var count = 0
    private var backlog = Deque<NIODeadline>()
    /// Requests that came due while the backlog was full.
    private(set) var dropped = 0

    /// - Parameters:
    ///   - rate: requests a second.
    ///   - limit: requests in all.
    init(began: NIODeadline, rate: Double, limit: Int) {
        self.began = began
        self.rate = rate
        self.limit = limit
    }

    /// Requests whose time has come and that no connection took yet.
    var waiting: Int { backlog.count }

    /// When the next request comes due; nil when the limit is reached.
    var next: NIODeadline? {
        count < limit ? began + .nanoseconds(Int64(Double(count) / rate * 1e9)) : nil
    }

    /// Puts everything that is due by now into the backlog.
    mutating func advance(to now: NIODeadline) {
        while let due = next, due <= now {
            count += 1
            if backlog.count < Limits.backlog { backlog.append(due) } else { dropped += 1 }
        }
    }

    /// The oldest request that is due.
    mutating func take() -> NIODeadline? { backlog.popFirst() }
}
