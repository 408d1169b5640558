import DequeModule
import Dispatch
import Synchronization

/// The newest committed events, for everybody who follows the log; whoever is further behind reads the database.
package final class EventRing: Sendable {
    private struct State {
        var events: Deque<LoggedEvent> = []
        var head: Int64
        var followers: [Int: AsyncStream<Int64>.Continuation] = [:]
        var nextFollower = 0
        var isFinished = false
        /// The head that followers were told last, and whether somebody is telling them.
        var announced: Int64
        var isAnnouncing = false
    }

    /// Guards the events, the head and the list of followers; held for a few instructions.
    private let state: Mutex<State>

    /// Tells the followers. There may be thousands, and the writer has answers to give and a next batch to write.
    private let announcer = DispatchQueue(label: "turn.ring", qos: .userInitiated)

    init(head: Int64) { state = Mutex(State(head: head, announced: head)) }

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

    /// Takes the events of one commit in, and has the followers told.
    func append(_ events: [LoggedEvent]) {
        guard let last = events.last else { return }
        let mustAnnounce = state.withLock { state in
            state.events.append(contentsOf: events)
            if state.events.count > StoreLimits.ring {
                state.events.removeFirst(state.events.count - StoreLimits.ring)
            }
            state.head = last.seq
            defer { state.isAnnouncing = true }
            return !state.isAnnouncing
        }
        if mustAnnounce { announcer.async { self.announce() } }
    }

    /// Until nobody has to be told of a newer head.
    private func announce() {
        while let (head, followers) = nextAnnouncement() {
            for follower in followers { follower.yield(head) }
        }
    }

    private func nextAnnouncement() -> (head: Int64, followers: [AsyncStream<Int64>.Continuation])? {
        state.withLock { state in
            guard state.announced < state.head else {
                state.isAnnouncing = false
                return nil
            }
            state.announced = state.head
            return (state.head, Array(state.followers.values))
        }
    }

    /// Ends the streams; each still gets the newest head.
    func finish() {
        state.withLock { $0.isFinished = true }
        announcer.async {
            let followers = self.state.withLock { state in
                defer { state.followers = [:] }
                return Array(state.followers.values)
            }
            for follower in followers { follower.finish() }
        }
    }
}
