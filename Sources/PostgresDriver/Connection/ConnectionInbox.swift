import Dispatch
import Synchronization

/// What waits for a connection's thread.
final class ConnectionInbox: Sendable {
    /// A piece of work. `run` returns how to tell its caller, so that the inbox is in its new state before.
    struct Job: Sendable {
        let run: @Sendable (PostgresSession) -> @Sendable () -> Void
        let refuse: @Sendable (PostgresError) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isClosed = false
        var isEnded = false
        var whenEnded: [@Sendable () -> Void] = []
    }

    /// Guards what waits; held for a few instructions.
    private let state = Mutex(State())
    /// One signal for every job and one for the closing.
    private let wake = DispatchSemaphore(value: 0)

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Why the job is refused, or nil when it was taken.
    func add(_ job: Job) -> PostgresError? {
        let refusal = state.withLock { state -> PostgresError? in
            if state.isClosed { return Self.closed }
            guard state.jobs.count < PostgresDriverLimits.waitingWork else {
                return PostgresError(
                    .overloaded, "\(PostgresDriverLimits.waitingWork) pieces of work wait", operation: "perform")
            }
            state.jobs.append(job)
            return nil
        }
        if refusal == nil { wake.signal() }
        return refusal
    }

    /// Refuses new work; what waits is still done. Calls `whenEnded` when the thread has ended, at once if it has.
    func close(_ whenEnded: (@Sendable () -> Void)? = nil) {
        let isEnded = state.withLock { state in
            state.isClosed = true
            if let whenEnded, !state.isEnded { state.whenEnded.append(whenEnded) }
            return state.isEnded
        }
        if isEnded { whenEnded?() }
        wake.signal()
    }

    /// The thread's next job, waited for; nil when it shall end.
    func next() -> Job? {
        while true {
            wake.wait()
            let (job, isClosed) = state.withLock { state -> (Job?, Bool) in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if let job { return job }
            if isClosed { return nil }
        }
    }

    /// The connection is lost: refuses what waits, and everything from now on.
    func abandon() {
        let jobs = state.withLock { state in
            state.isClosed = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { job.refuse(Self.closed) }
    }

    /// The thread is done and its connection gone.
    func end() {
        abandon()
        let waiters = state.withLock { state in
            state.isEnded = true
            defer { state.whenEnded = [] }
            return state.whenEnded
        }
        for waiter in waiters { waiter() }
    }

    private static let closed = PostgresError(.closed, "the connection is closed", operation: "perform")
}

/// The loop of a connection's thread.
enum ConnectionThread {
    /// Connects, tells how that went, and works until the inbox is closed or the connection lost.
    static func run(
        _ options: PostgresOptions, _ inbox: ConnectionInbox, connected: @Sendable (PostgresError?) -> Void
    ) {
        work(options, inbox, connected)
        // The session is gone here, and the socket with it.
        inbox.end()
    }

    private static func work(
        _ options: PostgresOptions, _ inbox: ConnectionInbox, _ connected: (PostgresError?) -> Void
    ) {
        let session: PostgresSession
        do throws(PostgresError) {
            session = PostgresSession(link: try PostgresLink.open(options))
        } catch {
            inbox.abandon()
            connected(error)
            return
        }
        connected(nil)
        while let job = inbox.next() {
            let tell = job.run(session)
            if session.isBroken { inbox.abandon() }
            tell()
            if session.isBroken { return }
        }
    }
}
