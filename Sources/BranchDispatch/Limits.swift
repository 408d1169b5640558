/// Bounds of the dispatcher, each with its unit.
package enum DispatchLimits {
    /// Callers that may wait at one queue.
    package static let waitersPerQueue = 500
    /// Callers that may wait at all queues together.
    package static let waiters = 2_000
    /// The longest time that a caller may wait, seconds.
    package static let longestWait = 60
    /// The longest sleep of the timer, seconds: a suspend or a step of a clock is noticed after it.
    package static let longestSleep = 60
    /// Events taken from the ring at once.
    package static let events = 512
    /// Jobs of the box itself that are under way at once.
    package static let jobs = 32
    /// Parked or leased tickets kept in memory by when they are due; later ones are read when these have passed.
    package static let dueTickets = 10_000
    /// Overdue tickets read at once at the end of a business day.
    package static let overduePage = 200
    /// Overdue tickets that stand in the writer's queue at once, so that customers are not delayed.
    package static let overdueAtOnce = 8
    /// Milliseconds until what failed is tried again.
    package static let retryPause: Int64 = 2_000
    /// Milliseconds between two looks at a line that a counter will help soon.
    package static let helpPause: Int64 = 100
    /// Milliseconds without a write after which the log is checkpointed.
    package static let checkpointPause: Int64 = 2_000
    /// Milliseconds between two purges, and between two steps of a purge that has more to do.
    package static let purgePause: Int64 = 60_000
    package static let purgeStepPause: Int64 = 1_000
    /// Milliseconds between two scrubs of the log.
    package static let scrubPause: Int64 = 3_600_000
}
