import Synchronization

/// That the log has grown, told once until it is taken: a burst of commits is one event for the publisher.
final class GrowthNote: Sendable {
    private struct State {
        var known: Int64 = 0
        var head: Int64 = 0
        var isTold = false
    }

    /// Guards the heads between the log's follower and the publisher's task.
    private let state = Mutex(State())

    func begin(at head: Int64) {
        state.withLock {
            $0.known = head
            $0.head = max($0.head, head)
        }
    }

    /// Notes the head.
    /// - Returns: whether somebody must be told, because nobody was since the last look.
    func note(_ head: Int64) -> Bool {
        state.withLock { state in
            state.head = max(state.head, head)
            defer { state.isTold = true }
            return !state.isTold
        }
    }

    /// - Returns: the head and the one before, or nil when nothing is new.
    func take() -> (head: Int64, since: Int64)? {
        state.withLock { state in
            state.isTold = false
            guard state.head > state.known else { return nil }
            defer { state.known = state.head }
            return (state.head, state.known)
        }
    }
}
