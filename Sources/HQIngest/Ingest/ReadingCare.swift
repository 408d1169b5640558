import RedisStreams
import Synchronization

/// What an ingest learns about entries that can't be read, over its sessions: a reply beyond the connection's bounds
/// ends the connection, and the next session must not ask for the same again.
///
/// Redis tells no entry's length. So after such an end whatever was delivered and not committed is read one entry at a
/// time, its id being known before; the one at which the connection ends again is too long.
final class ReadingCare: Sendable {
    /// One entry of a branch's stream.
    struct Place: Hashable {
        var branch: Int64
        var id: String
    }

    private struct State {
        var isNeeded = false
        var asked: Place?
        /// At most one more for each session, until everything delivered was read.
        var tooLong: Set<Place> = []
        var hasLearned = false
    }

    /// Guards what is known; the reader of one session after the other changes it.
    private let state = Mutex(State())

    /// Whether pending entries are to be read one by one.
    var isNeeded: Bool { state.withLock { $0.isNeeded } }

    func isTooLong(_ place: Place) -> Bool { state.withLock { $0.tooLong.contains(place) } }

    /// Notes which entry is asked for alone, nil when it came.
    func ask(_ place: Place?) { state.withLock { $0.asked = place } }

    /// Notes why a read failed. Other failures than these say nothing about an entry.
    func note(_ error: RedisError) {
        state.withLock { state in
            switch error {
            case .protocolViolation:
                if let asked = state.asked { state.tooLong.insert(asked) }
                (state.isNeeded, state.hasLearned) = (true, true)
            case .timedOut: state.isNeeded = true
            default: break
            }
            state.asked = nil
        }
    }

    /// Everything that was delivered is read.
    func end() { state.withLock { $0 = State() } }

    /// Whether the last session ended wiser, so that the next one need not wait long.
    func takeLearning() -> Bool {
        state.withLock { state in
            defer { state.hasLearned = false }
            return state.hasLearned
        }
    }
}
