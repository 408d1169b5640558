import Synchronization

/// The number of requests that the responder works on, over all connections; waiting ones are left out.
package final class InFlight: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    /// - Parameter limit: requests at the same time; `Limits.requestsInFlight` unless a test says otherwise.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Requests in flight now.
    package var current: Int { count.load(ordering: .relaxed) }

    /// Takes a place. Returns false, and takes none, when all are taken.
    package func enter() -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    /// Takes a place even beyond the limit, for a request that was let in before and comes back from waiting.
    package func comeBack() {
        count.add(1, ordering: .relaxed)
    }

    /// Gives the place back.
    package func leave() {
        count.subtract(1, ordering: .relaxed)
    }
}
