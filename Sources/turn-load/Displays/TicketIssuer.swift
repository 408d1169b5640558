import NIOCore
import QueueTestSupport

/// What the issuer of a displays' run tells it, on the run's event loop.
protocol TicketIssuerOwner: AnyObject {
    func issued(_ ticket: Int64, due: NIODeadline)
    /// A request was refused or lost; its ticket will not be waited for.
    func notIssued()
}

/// Issues tickets at a steady rate over a few connections. Lives on its run's event loop, which guards its state.
final class TicketIssuer: LoadConnectionOwner {
    private let plan: LoadPlan
    private let loop: any EventLoop
    private let owner: any TicketIssuerOwner
    private var requests: LoadRequests
    private var schedule: LoadSchedule
    private var idle: [LoadConnection] = []
    private var losses = 0
    private var isStopped = false
    /// Requests sent so far.
    private(set) var sent = 0

    init(plan: LoadPlan, rate: Double, loop: any EventLoop, owner: any TicketIssuerOwner) {
        self.plan = plan
        self.loop = loop
        self.owner = owner
        requests = LoadRequests(plan)
        schedule = LoadSchedule(began: .now(), rate: rate, limit: .max)
    }

    func start() {
        for _ in 0..<plan.connections { open() }
        tick()
    }

    /// Sends nothing more; answers on their way are still told.
    func stop() { isStopped = true }

    func opened(_ connection: LoadConnection) {}

    func ready(_ connection: LoadConnection) {
        idle.append(connection)
        send()
    }

    func answered(_ connection: LoadConnection, _ job: LoadJob, _ answer: HTTPAnswer) {
        guard answer.status == 201, let ticket = FieldScan.integer("\"id\":", in: answer.body) else {
            owner.notIssued()
            return
        }
        owner.issued(ticket, due: job.due)
    }

    func lost(_ connection: LoadConnection, _ job: LoadJob?) {
        idle.removeAll { $0 === connection }
        if job != nil { owner.notIssued() }
        reopen()
    }

    private func open() {
        LoadConnection.open(host: plan.host, port: plan.port, on: loop, owner: self) { [self] in reopen() }
    }

    private func reopen() {
        losses += 1
        guard !isStopped, losses < Limits.losses else { return }
        loop.assumeIsolated().scheduleTask(in: .milliseconds(Limits.reconnectMilliseconds)) { self.open() }
    }

    private func tick() {
        guard !isStopped else { return }
        schedule.advance(to: .now())
        send()
        guard let next = schedule.next else { return }
        loop.assumeIsolated().scheduleTask(deadline: next) { self.tick() }
    }

    private func send() {
        while !isStopped, let connection = idle.last, let due = schedule.take() {
            idle.removeLast()
            sent += 1
            connection.send(LoadJob(kind: .issue, due: due, lane: nil), requests.next(.issue))
        }
    }
}
