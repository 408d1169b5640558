package import BranchStore
package import Logging
package import QueueDomain
import ServiceLifecycle
import Synchronization

/// How the dispatcher lets time pass; a test gives its own.
package struct DispatchTiming: Sendable {
    /// Sleeps for a span of the continuous clock; ends early when the task is cancelled.
    package var sleep: @Sendable (Duration) async -> Void

    package init(sleep: @escaping @Sendable (Duration) async -> Void) {
        self.sleep = sleep
    }

    /// The machine's own clock.
    package static let system = DispatchTiming { span in
        // Cancelling is the other way to end a sleep, and no failure.
        try? await Task.sleep(for: span, clock: ContinuousClock())
    }
}

/// Does what the branch does by itself: lets callers wait for a customer, calls to automatic counters, brings parked
/// tickets back, ends leases, rolls the business day and keeps the store tidy.
///
/// Woken by the log and by one timer; it never polls the database. Everything it decides by is in `DispatchState`;
/// whatever it wants done is a command to the writer like anybody's, and may be refused.
package final class DispatchService: Service {
    struct Shared {
        var state: DispatchState
        /// Callers whose tasks sleep, and wakes for those that don't sleep yet.
        var sleepers: [CallerID: CheckedContinuation<Wake, Never>] = [:]
        var mail: [CallerID: Wake] = [:]
        /// The tick until which the timer sleeps.
        var armed = Int64.max
        var day = DayState()
        var isStopped = false
    }

    let store: BranchStore
    let logger: Logger
    let timing: DispatchTiming
    /// Guards everything the dispatcher knows; held for a few instructions, never across an await.
    private let shared: Mutex<Shared>
    private let jobBell = Bell()
    private let timeBell = Bell()

    /// A dispatcher for a store; it works while `run()` does.
    package init(store: BranchStore, logger: Logger, timing: DispatchTiming = .system) {
        self.store = store
        self.logger = logger
        self.timing = timing
        shared = Mutex(Shared(state: DispatchState(lease: store.configuration.lease)))
    }

    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await work()
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
    }

    private func work() async {
        await load()
        let tick = store.moment().tick
        update { shared in
            shared.state.agenda.set(.rollDay, at: tick)
            shared.state.agenda.set(.expireDay, at: tick)
            shared.state.agenda.set(.purge, at: tick + DispatchLimits.purgeStepPause)
            // The log may hold what an earlier run purged; after the first purge, so that once is enough.
            shared.state.agenda.set(.scrub, at: tick + 2 * DispatchLimits.purgeStepPause)
            return []
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followLog() }
            group.addTask { await self.keepTime() }
            while !isStopped {
                for job in update(taking: { $0.state.jobs.take() }) {
                    group.addTask {
                        await self.perform(job)
                        self.update { shared in
                            shared.state.jobs.ended(job)
                            return []
                        }
                        self.jobBell.ring()
                    }
                }
                await jobBell.wait()
            }
            group.cancelAll()
        }
    }

    private var isStopped: Bool { shared.withLock { $0.isStopped } }

    private func stop() {
        update { shared in
            shared.isStopped = true
            return shared.state.close()
        }
        jobBell.ring()
    }

    /// Callers that wait at a queue.
    package func waiterCount(at queue: QueueID) -> Int {
        shared.withLock { $0.state.waiters.idleCallerCount(at: queue) }
    }

    /// Automatic counters that wait for a customer, by id.
    package var freeCounters: [CounterID] { shared.withLock { $0.state.waiters.idleCounters } }
}

// MARK: - State and effects

extension DispatchService {
    /// Changes what is known and performs what follows from it.
    func update(_ change: (inout Shared) -> [DispatchState.Effect]) {
        update(taking: { shared in (change(&shared), ()) })
    }

    /// Reads or takes something out of what is known.
    func update<Value: Sendable>(taking change: (inout Shared) -> Value) -> Value {
        update(taking: { shared in ([], change(&shared)) })
    }

    func update<Value: Sendable>(taking change: (inout Shared) -> ([DispatchState.Effect], Value)) -> Value {
        let (woken, hasJobs, isSooner, value) = shared.withLock { shared in
            let (effects, value) = change(&shared)
            var woken: [(CheckedContinuation<Wake, Never>, Wake)] = []
            var hasJobs = false
            for effect in effects {
                switch effect {
                case .job(let job):
                    shared.state.jobs.add(job)
                    hasJobs = true
                case .wake(let caller, let wake):
                    if let sleeper = shared.sleepers.removeValue(forKey: caller) {
                        woken.append((sleeper, wake))
                    } else {
                        shared.mail[caller] = wake
                    }
                }
            }
            let isSooner = (shared.state.agenda.soonest() ?? .max) < shared.armed
            return (woken, hasJobs, isSooner, value)
        }
        for (sleeper, wake) in woken { sleeper.resume(returning: wake) }
        if hasJobs { jobBell.ring() }
        if isSooner { timeBell.ring() }
        return value
    }

    /// Sleeps until the caller is told what to do.
    func nextWake(of caller: CallerID) async -> Wake {
        await withCheckedContinuation { continuation in
            let wake = shared.withLock { shared -> Wake? in
                if let wake = shared.mail.removeValue(forKey: caller) { return wake }
                shared.sleepers[caller] = continuation
                return nil
            }
            if let wake { continuation.resume(returning: wake) }
        }
    }
}

// MARK: - Log and timer

extension DispatchService {
    /// Reads what the database says, as often as it takes.
    func load() async {
        while !isStopped {
            do {
                let snapshot = try await snapshot()
                let branch = try await store.branch()
                let tick = store.moment().tick
                update { shared in
                    shared.day.begin(branch)
                    return shared.state.load(snapshot, at: tick)
                }
                return
            } catch {
                report(error, doing: "read the branch's state")
                await timing.sleep(.milliseconds(DispatchLimits.retryPause))
            }
        }
    }

    private func snapshot() async throws(StoreError) -> DispatchSnapshot {
        let seq = store.writer.ring.head
        let waiting = try await store.queues().map { ($0.id, $0.waiting) }
        return DispatchSnapshot(
            seq: seq, counters: try await store.counters(),
            waiting: Dictionary(waiting, uniquingKeysWith: { first, _ in first }),
            parked: try await store.parkedTickets(limit: DispatchLimits.dueTickets),
            leased: try await store.leasedTickets(limit: DispatchLimits.dueTickets))
    }

    private func followLog() async {
        for await _ in store.writer.ring.growth() { await catchUp() }
    }

    /// Takes in the events behind the cursor. A reload, which sets the cursor, may run beside it: a portion that
    /// doesn't follow on the cursor any more is read again.
    func catchUp() async {
        let ring = store.writer.ring
        var isBehind = true
        while isBehind, !isStopped {
            let cursor = update(taking: { $0.state.cursor })
            guard let events = ring.events(after: cursor, limit: DispatchLimits.events) else {
                await load()
                continue
            }
            update { $0.state.apply(events) }
            isBehind = !events.isEmpty
        }
    }

    private func keepTime() async {
        while !isStopped {
            let tick = store.moment().tick
            update { $0.state.takeDue(at: tick) }
            let longest = Int64(DispatchLimits.longestSleep) * Span.second
            let pause = update(taking: { shared in
                let next = min(shared.state.agenda.soonest() ?? .max, tick + longest)
                shared.armed = next
                return max(0, next - tick)
            })
            await withTaskGroup { group in
                group.addTask { await self.timing.sleep(.milliseconds(pause)) }
                group.addTask { await self.timeBell.wait() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Errors of the box's own work; what a closing store refuses and what a shutdown cancels is none.
    func report(_ error: StoreError, doing task: String) {
        if case .closed = error { return }
        if isStopped || Task.isCancelled { return }
        logger.error(
            "The dispatcher could not do its work and will try again",
            metadata: ["task": "\(task)", "error": "\(error)"])
    }
}
