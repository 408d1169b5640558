import BranchStore
import Dispatch
import Synchronization

/// Holds the writer at a failpoint until the test lets it go on, and counts transactions.
final class WriterGate: Sendable {
    private struct State {
        var holdsAt: Failpoint?
        var isHolding = false
        var commits = 0
        var commitsAtCheckpoint: Int?
    }

    /// Guards what is held and counted.
    private let state = Mutex(State())
    private let released = DispatchSemaphore(value: 0)

    /// To be given to `WriterOptions.failpoint`.
    var failpoint: @Sendable (Failpoint) -> Void {
        { [self] point in
            let holds = state.withLock { state in
                if point == .afterCommit { state.commits += 1 }
                if point == .beforeCheckpoint { state.commitsAtCheckpoint = state.commits }
                guard state.holdsAt == point else { return false }
                state.isHolding = true
                return true
            }
            if holds { released.wait() }
        }
    }

    var commits: Int { state.withLock { $0.commits } }

    /// How many commits there were when the writer last came to a checkpoint.
    var commitsAtCheckpoint: Int? { state.withLock { $0.commitsAtCheckpoint } }

    /// The next time that the writer comes to the point it waits there.
    func close(at point: Failpoint = .beforeBegin) { state.withLock { $0.holdsAt = point } }

    /// Returns once the writer waits.
    func held() async {
        while !state.withLock({ $0.isHolding }) { await Task.yield() }
    }

    func open() {
        let wasHolding = state.withLock { state in
            defer { state.isHolding = false }
            state.holdsAt = nil
            return state.isHolding
        }
        if wasHolding { released.signal() }
    }
}
