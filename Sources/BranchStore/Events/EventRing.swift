import DequeModule
import Synchronization

/// The newest committed events, for everybody who follows the log; whoever is further behind reads the database.
package final class EventRing: Sendable {
    private struct State {
        var events: Deque<LoggedEvent> = []
        var head: Int64
        var followers: [Int: AsyncStream<Int64>.Continuation] = [:]
        var nextFollower = 0
        var isFinished = false
    }

    /// Guards the events, the head and the list of followers; held for a few instructions.
    private let state: Mutex<State>

    init(head: Int64) { state = Mutex(State(head: head)) }

    /// The newest committed sequence number.
    package var head: Int64 { state.withLock { $0.head } }

    /// Events after a sequence number, oldest first.
    /// - Returns: nil when some of them have left the ring.
    package func events(after seq: Int64, limit: Int) -> [LoggedEvent]? {
        state.withLock { state in
            guard seq < state.head else { return [] }
            guard let first = state.events.first, first.seq <= seq + 1 else { return nil }
            let start = Int(seq + 1 - first.seq)
            return Array(state.events[start..<min(state.events.count, start + limit)])
        }
    }

    /// Tells the head each time the log has grown; a slow follower sees only the newest head. The first element is
    /// the head of now. Ends when the store closes or the stream is dropped.
    package func growth() -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            guard !state.isFinished else { return continuation.finish() }
            let id = state.nextFollower
            state.nextFollower += 1
            state.followers[id] = continuation
            continuation.onTermination = { [weak self] _ in self?.forget(id) }
            continuation.yield(state.head)
        }
        return stream
    }

    private func forget(_ id: Int) { state.withLock { _ = $0.followers.removeValue(forKey: id) } }

    func append(_ events: [LoggedEvent]) {
        guard let last = events.last else { return }
        let followers = state.withLock { state in
            state.events.append(contentsOf: events)
            if state.events.count > StoreLimits.ring {
                state.events.removeFirst(state.events.count - StoreLimits.ring)
            }
            state.head = last.seq
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield(last.seq) }
    }

    func finish() {
        let followers = state.withLock { state in
            state.isFinished = true
            let all = Array(state.followers.values)
            state.followers = [:]
            return all
        }
        for follower in followers { follower.finish() }
    }
}
