import BranchDispatch
import BranchStore
import QueueDomain
import Synchronization

/// The clocks and the sleep of a test: they move only when the test says so.
final class ManualTime: Sendable {
    private struct State {
        var boottime: Int64 = 1_000_000
        var wall: Int64
        var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextSleeper = 0
        var sleeps: [Duration] = []
    }

    /// Guards the clocks and those who sleep.
    private let state: Mutex<State>

    /// - Parameter wall: milliseconds since 1970; noon of 2026-03-02 UTC unless told.
    init(wall: Int64 = 1_772_452_800_000) { state = Mutex(State(wall: wall)) }

    var reading: ClockReading {
        state.withLock {
            ClockReading(
                bootID: "test", boottime: $0.boottime, wall: Timestamp(milliseconds: $0.wall), synchronized: false)
        }
    }

    var wall: Timestamp { reading.wall }

    /// The longest sleep that anybody asked for.
    var longestSleep: Duration { state.withLock { $0.sleeps.max() ?? .zero } }

    var timing: DispatchTiming {
        DispatchTiming { span in
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = self.state.withLock { state in
                        state.sleeps.append(span)
                        if Task.isCancelled { return true }
                        state.nextSleeper += 1
                        state.sleepers[state.nextSleeper] = continuation
                        return false
                    }
                    if isOver { continuation.resume() }
                }
            } onCancel: {
                self.wakeAll()
            }
        }
    }

    /// Lets time pass on both clocks.
    func advance(milliseconds: Int64) {
        state.withLock {
            $0.boottime += milliseconds
            $0.wall += milliseconds
        }
        wakeAll()
    }

    /// Sets the wall clock, as a technician would.
    func stepWall(milliseconds: Int64) { state.withLock { $0.wall += milliseconds } }

    /// Ends all sleeps; whoever slept looks at the clock again.
    func wakeAll() {
        let sleepers = state.withLock { state in
            let all = Array(state.sleepers.values)
            state.sleepers = [:]
            return all
        }
        for sleeper in sleepers { sleeper.resume() }
    }
}
