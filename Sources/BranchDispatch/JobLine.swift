import DequeModule

/// What is to be done, each once: one of a kind is enough, but one that is asked for while it runs runs again.
package struct JobLine<Job: Hashable & Sendable>: Sendable {
    private enum Phase {
        case queued, running, runningAgain
    }

    private let atOnce: Int
    private var waiting: Deque<Job> = []
    /// Jobs that wait or run.
    private var known: [Job: Phase] = [:]
    private var running = 0

    /// - Parameter atOnce: how many run at the same time, default `DispatchLimits.jobs`.
    package init(atOnce: Int = DispatchLimits.jobs) { self.atOnce = atOnce }

    /// Puts a job in the line, unless it stands there.
    package mutating func add(_ job: Job) {
        switch known[job] {
        case nil:
            known[job] = .queued
            waiting.append(job)
        case .running: known[job] = .runningAgain
        case .queued, .runningAgain: break
        }
    }

    /// Takes the jobs that may start now, in the order in which they came.
    package mutating func take() -> [Job] {
        let count = min(waiting.count, atOnce - running)
        guard count > 0 else { return [] }
        let started = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        for job in started { known[job] = .running }
        running += count
        return started
    }

    /// A job ended, and makes room for another.
    package mutating func ended(_ job: Job) {
        running -= 1
        if known.removeValue(forKey: job) == .runningAgain { add(job) }
    }
}
