import QueueDomain
import QueueTestSupport

/// A small branch in memory that a test moves by hand: queue 1 and open counters 1 and 2 unless asked otherwise.
final class Scene {
    /// 2026-03-10T09:00:00Z, a Tuesday.
    static let morning = Timestamp(milliseconds: 1_773_133_200_000)

    let branch: SimulatedBranch
    var source: MemorySource { branch.source }
    var tick: Int64 { branch.clock.now().tick }
    var wall: Timestamp { branch.clock.now().wall }

    static func queue(_ prefix: String, _ change: (inout QueueSettings) -> Void = { _ in }) -> QueueSettings {
        var settings = QueueSettings(name: "Queue \(prefix)", prefix: prefix)
        change(&settings)
        return settings
    }

    init(
        queues: [QueueSettings] = [Scene.queue("A")], counters: [[ServedQueue]] = [[.one], [.one]],
        minCalled: Int64 = 0, lease: Int64? = 10 * Span.minute, maxHeld: Int? = nil, zone: ZoneOffsets = .utc,
        startsAt: Int32 = 4 * 3_600, wall: Timestamp = Scene.morning
    ) throws {
        let calendar = BusinessCalendar(zone: zone, startsAtSeconds: startsAt)
        branch = SimulatedBranch(
            rules: Rules(calendar: calendar, minCalled: minCalled, lease: lease, maxHeld: maxHeld), timeZone: "UTC",
            clock: SimulatedClock(wall: wall), zone: { _ in zone })
        for settings in queues { try run(.edit(.createQueue(settings))) }
        for (index, serves) in counters.enumerated() {
            try run(.edit(.createCounter(CounterSettings(name: "Counter \(index + 1)", serves: serves))))
            try run(.counter(CounterID(Int64(index + 1)), .open(nil)))
        }
    }

    /// Runs a command that must be accepted.
    @discardableResult
    func run(_ request: Command.Request, by actor: Actor = .staff, agent: AgentID? = nil) throws -> [Fact] {
        let decided = branch.run(Command(actor: actor, agentID: agent, request: request))
        if let rejection = decided.rejection { throw rejection }
        return decided.facts
    }

    /// Why a command is refused; nil when it isn't.
    func refusal(
        _ request: Command.Request, by actor: Actor = .staff, agent: AgentID? = nil, seat: CounterID? = nil
    ) -> Rejection? {
        branch.run(Command(actor: actor, agentID: agent, seat: seat, request: request)).rejection
    }

    @discardableResult
    func issue(_ queue: Int64 = 1, priority: Int = 1) throws -> Ticket {
        let request = Command.Request.issue(IssueRequest(queueID: QueueID(queue), priority: priority))
        return try answer(to: Command(actor: .staff, request: request))
    }

    @discardableResult
    func act(
        _ id: TicketID, _ action: TicketAction, expecting: Int64? = nil, by actor: Actor = .staff
    ) throws -> Ticket {
        try answer(to: Command(actor: actor, request: .ticket(id, action, expecting: expecting)))
    }

    func refusal(_ id: TicketID, _ action: TicketAction, expecting: Int64? = nil, by actor: Actor = .staff)
        -> RejectionCode?
    {
        refusal(.ticket(id, action, expecting: expecting), by: actor)?.code
    }

    /// Presses "call next"; nil when nobody waits.
    @discardableResult
    func callNext(_ counter: Int64 = 1, completes ticket: Ticket? = nil, queue: Int64? = nil) throws -> Ticket? {
        let seen = ticket.map { SeenTicket(id: $0.id, version: $0.version) }
        let request = CallNextRequest(
            counterID: CounterID(counter), completes: seen, queueID: queue.map(QueueID.init(_:)))
        let command = Command(actor: .staff, request: .callNext(request))
        return command.answer(from: try run(command.request))
    }

    private func answer(to command: Command) throws -> Ticket {
        let decided = branch.run(command)
        if let rejection = decided.rejection { throw rejection }
        guard let ticket = command.answer(from: decided.facts) else { throw NoTicket() }
        return ticket
    }

    struct NoTicket: Error {}

    func ticket(_ id: TicketID) throws -> Ticket {
        guard let ticket = source.ticket(id) else { throw NoTicket() }
        return ticket
    }

    func wait(_ milliseconds: Int64) { branch.clock.advance(milliseconds: milliseconds) }

    /// Lets a business day end and rolls it.
    func passDay() throws {
        wait(Span.day)
        try run(.rollDay, by: .system)
    }

    /// A ticket brought into a state; a called or serving one is at counter 1.
    func ticket(in state: TicketState) throws -> Ticket {
        let id = try issue().id
        switch state {
        case .waiting: break
        case .called: try act(id, .call(CounterID(1)))
        case .serving:
            try act(id, .call(CounterID(1)))
            try act(id, .start)
        case .parked:
            try act(id, .call(CounterID(1)))
            try act(id, .park(until: nil))
        case .completed:
            try act(id, .call(CounterID(1)))
            try act(id, .complete)
        case .noShow:
            try act(id, .call(CounterID(1)))
            try act(id, .noShow)
        case .cancelled: try act(id, .cancel)
        case .abandoned: try act(id, .abandon)
        case .expired:
            try passDay()
            try act(id, .expireDay, by: .system)
        }
        return try ticket(id)
    }
}

extension ServedQueue {
    static let one = ServedQueue(queueID: QueueID(1))
}

extension Actor {
    static let staff = Actor(role: .supervisor, id: 9)
}

extension Fact {
    var ticketChange: TicketFact? {
        if case .ticket(let change) = self { change } else { nil }
    }
}

extension Holding {
    static func worker(_ token: Int64) -> Holding { Holding(token: TokenID(token), isWorker: true) }
    static func staff(_ token: Int64) -> Holding { Holding(token: TokenID(token), isWorker: false) }
}
