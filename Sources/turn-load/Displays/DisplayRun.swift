import NIOCore
import QueueTestSupport

/// One run of `displays`. Lives on one event loop, which guards its state and carries all of its connections.
final class DisplayRun: DisplayOwner, TicketIssuerOwner {
    private enum Phase { case opening, running, draining, over }

    private let plan: DisplayPlan
    private let loop: any EventLoop
    private let finished: EventLoopPromise<LoadReport>
    private let usage: ServerUsage
    private var book: SightingBook
    private var issuer: TicketIssuer?
    private var phase = Phase.opening
    private var started = 0
    private var open = 0
    private var settled = 0
    private var lostDisplays = 0
    private var notIssuedTickets = 0

    init(plan: DisplayPlan, loop: any EventLoop, finished: EventLoopPromise<LoadReport>, usage: ServerUsage) {
        self.plan = plan
        self.loop = loop
        self.finished = finished
        self.usage = usage
        book = SightingBook(displays: plan.count)
    }

    func start() {
        for _ in 0..<min(Limits.opening, plan.count) { openNext() }
    }

    func displayOpened() {
        open += 1
        settle()
    }

    func displaySaw(ticket: Int64) {
        book.seen(ticket, now: .now())
        endIfDone()
    }

    func displayLost(wasOpen: Bool, reason: String) {
        lostDisplays += 1
        if lostDisplays <= 5, phase != .over { Progress.say("a display was lost: \(reason)") }
        if wasOpen { open -= 1 } else { settle() }
    }

    func issued(_ ticket: Int64, due: NIODeadline) {
        book.answered(ticket, due: due, now: .now())
        endIfDone()
    }

    func notIssued() {
        notIssuedTickets += 1
        endIfDone()
    }

    private func openNext() {
        guard started < plan.count else { return }
        started += 1
        DisplayConnection.open(plan, number: started, on: loop, owner: self)
    }

    /// One more display is open or has failed to; when all have, the run begins.
    private func settle() {
        settled += 1
        openNext()
        guard settled == plan.count, phase == .opening else { return }
        phase = .running
        Progress.say("\(open) displays are open")
        if let rate = plan.rate {
            let issuer = TicketIssuer(plan: plan.issuing, rate: rate, loop: loop, owner: self)
            self.issuer = issuer
            issuer.start()
        }
        after(.nanoseconds(Int64(plan.duration * 1e9))) { $0.drain() }
        progress(second: 1)
    }

    private func drain() {
        guard phase == .running else { return }
        phase = .draining
        issuer?.stop()
        after(.seconds(Limits.drainSeconds)) { $0.finish() }
        endIfDone()
    }

    private func endIfDone() {
        guard phase == .draining, book.incomplete == 0, book.complete + notIssuedTickets >= issuer?.sent ?? 0 else {
            return
        }
        finish()
    }

    private func finish() {
        guard phase != .over else { return }
        phase = .over
        var report = book.report(seconds: plan.duration)
        report.counts = [
            ("displays", open), ("displays lost", lostDisplays), ("tickets shown", book.complete),
            ("tickets not shown everywhere", book.incomplete), ("not issued", notIssuedTickets),
        ]
        report.server = usage.sinceThen()
        finished.succeed(report)
    }

    private func progress(second: Int) {
        after(.seconds(1)) { run in
            guard run.phase == .running else { return }
            Progress.say(
                "\(second) s  \(run.open) displays  \(run.book.complete) shown  \(run.book.incomplete) on the way")
            run.progress(second: second + 1)
        }
    }

    private func after(_ delay: TimeAmount, _ action: @escaping (DisplayRun) -> Void) {
        loop.assumeIsolated().scheduleTask(in: delay) { action(self) }
    }
}
