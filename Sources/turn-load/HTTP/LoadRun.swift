import NIOCore
import QueueTestSupport

/// One run of `http`: says which request goes out when, and keeps the measure. Lives on one event loop, which guards
/// all of its state and carries all of its connections.
final class LoadRun: LoadConnectionOwner {
    private enum Phase { case running, draining, over }

    private let plan: LoadPlan
    private let loop: any EventLoop
    private let finished: EventLoopPromise<LoadReport>
    private var requests: LoadRequests
    private var mix: LoadMix
    private var lanes: CounterLanes
    private var recorder: Recorder
    /// Nil in a closed loop.
    private var schedule: LoadSchedule?
    private let pool: LoadPool
    private var sent = 0
    private var inFlight = 0
    private var phase = Phase.running

    init(plan: LoadPlan, loop: any EventLoop, finished: EventLoopPromise<LoadReport>) {
        self.plan = plan
        self.loop = loop
        self.finished = finished
        pool = LoadPool(plan: plan, loop: loop)
        requests = LoadRequests(plan)
        mix = plan.mix
        lanes = CounterLanes(counters: plan.counters)
        let began = NIODeadline.now()
        recorder = Recorder(began: began, warmup: plan.warmup, duration: plan.duration)
        schedule = plan.rate.map { LoadSchedule(began: began, rate: $0, limit: plan.requests) }
    }

    func start() {
        fill()
        tick()
        after(.nanoseconds(Int64(plan.duration * 1e9))) { $0.drain() }
        progress(second: 1)
    }

    func opened(_ connection: LoadConnection) {
        pool.opened()
        fill()
    }

    func ready(_ connection: LoadConnection) {
        pool.put(connection)
        sendWhatIsDue()
    }

    func answered(_ connection: LoadConnection, _ job: LoadJob, _ answer: HTTPAnswer) {
        inFlight -= 1
        recorder.record(job.kind, due: job.due, status: answer.status, now: .now())
        lanes.learn(job, answer)
        sendWhatIsDue()
        endIfDone()
    }

    func lost(_ connection: LoadConnection, _ job: LoadJob?) {
        pool.lost(connection)
        if let job {
            inFlight -= 1
            recorder.failed(job.kind)
            lanes.release(job)
        }
        pool.fillLater(for: self) { self.recorder.notConnected() }
        if pool.isHopeless { drain() }
        endIfDone()
    }

    private func fill() {
        pool.fill(for: self) { self.recorder.notConnected() }
    }

    /// Gives work to free connections: in an open loop what is due, in a closed one to each its next request.
    private func sendWhatIsDue() {
        while phase == .running, sent < plan.requests, pool.hasFree {
            if schedule != nil, schedule?.waiting == 0 { return }
            guard let (kind, lane) = nextKind(), let connection = pool.take() else { return }
            let job = LoadJob(kind: kind, due: schedule?.take() ?? .now(), lane: lane)
            sent += 1
            inFlight += 1
            connection.send(job, request(kind, lane: lane))
        }
    }

    /// The kind whose turn it is. One that waits for a counter gives way to one that does not; nil when all wait.
    private func nextKind() -> (kind: LoadKind, lane: Int?)? {
        for kind in [mix.next()] + mix.kinds {
            guard kind == .call || kind == .complete else { return (kind, nil) }
            if let lane = lanes.take(for: kind) { return (kind, lane) }
        }
        return nil
    }

    private func request(_ kind: LoadKind, lane: Int?) -> ByteBuffer {
        guard let lane else { return requests.next(kind) }
        let counter = lanes[lane]
        if kind == .complete, let current = counter.current { return requests.complete(current, lane: lane) }
        return requests.call(counter: counter.counter, current: counter.current, lane: lane)
    }

    /// Looks at the schedule when its next request comes due.
    private func tick() {
        guard phase == .running, schedule != nil else { return }
        let now = NIODeadline.now()
        schedule?.advance(to: now)
        sendWhatIsDue()
        guard let next = schedule?.next else { return }
        let deadline = max(next, now + .microseconds(Limits.tickMicroseconds))
        loop.assumeIsolated().scheduleTask(deadline: deadline) { self.tick() }
    }

    private func endIfDone() {
        if phase == .running, sent >= plan.requests, inFlight == 0 { drain() }
        if phase == .draining, inFlight == 0 { finish() }
    }

    private func drain() {
        guard phase == .running else { return }
        phase = .draining
        pool.stop()
        recorder.ended = .now()
        recorder.notSent = schedule.map { $0.waiting + $0.dropped } ?? 0
        guard inFlight > 0 else { return finish() }
        after(.seconds(Limits.drainSeconds)) { $0.finish() }
    }

    private func finish() {
        guard phase != .over else { return }
        phase = .over
        recorder.unanswered = inFlight
        finished.succeed(recorder.report())
    }

    private func progress(second: Int) {
        after(.seconds(1)) { run in
            guard run.phase == .running else { return }
            Progress.say(
                run.recorder.progressLine(second: second, waiting: run.schedule?.waiting ?? 0, open: run.pool.open))
            run.progress(second: second + 1)
        }
    }

    private func after(_ delay: TimeAmount, _ action: @escaping (LoadRun) -> Void) {
        loop.assumeIsolated().scheduleTask(in: delay) { action(self) }
    }
}
