import NIOCore

/// One timer for a deadline that moves with every request: it is set again only when it fires too early, or when the
/// deadline has come nearer. So a busy connection costs one timer task in ten seconds and not two a request.
///
/// Confined to one event loop.
struct DeadlineTimer {
    private var scheduled: Scheduled<Void>?
    private var firesAt: NIODeadline?

    /// Makes sure that `fire` runs no later than at `deadline`; it may run earlier. nil: nothing is due any more.
    mutating func arm(
        for deadline: NIODeadline?, on eventLoop: NIOIsolatedEventLoop, fire: @escaping () -> Void
    ) {
        guard let deadline else { return }
        if let firesAt, firesAt <= deadline { return }
        scheduled?.cancel()
        firesAt = deadline
        scheduled = eventLoop.scheduleTask(deadline: deadline, fire)
    }

    /// The timer has run.
    mutating func fired() {
        scheduled = nil
        firesAt = nil
    }

    /// Forgets the timer, at the latest when its channel has closed.
    mutating func cancel() {
        scheduled?.cancel()
        fired()
    }
}
