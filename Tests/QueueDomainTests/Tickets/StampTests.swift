import QueueDomain
import QueueTestSupport
import Testing

@Suite struct StampTests {
    @Test func `a new ticket is stamped with its arrival`() throws {
        let scene = try Scene()
        scene.wait(5_000)
        let ticket = try scene.issue(priority: 3)
        #expect(ticket.version == 1)
        #expect(ticket.state == .waiting)
        #expect(ticket.arrivalTick == scene.tick)
        #expect(ticket.queuedTick == scene.tick)
        #expect(ticket.rank == scene.tick - 2 * 600_000)
        #expect(ticket.arrivedAt == scene.wall)
        #expect(ticket.queuedAt == scene.wall)
        #expect(ticket.updatedAt == scene.wall)
        #expect(ticket.callCount == 0)
        #expect(ticket.firstCalledAt == nil)
    }

    @Test func `a call stamps the call, the counter and the agent of the counter`() throws {
        let scene = try Scene()
        try scene.run(.edit(.createAgent(name: "Kim", isActive: true)))
        try scene.run(.counter(CounterID(2), .open(AgentID(1))))
        let id = try scene.issue().id
        scene.wait(60_000)
        let kim = Actor(role: .agent, id: 1)
        let ticket = try #require(
            try scene.run(.ticket(id, .call(CounterID(2))), by: kim).first?.ticketChange?.after)
        #expect(ticket.calledTick == scene.tick)
        #expect(ticket.calledAt == scene.wall)
        #expect(ticket.firstCalledAt == scene.wall)
        #expect(ticket.callCount == 1)
        #expect(ticket.counterID == CounterID(2))
        #expect(ticket.agentID == AgentID(1))
        #expect(ticket.holder == nil)
        #expect(ticket.waitingTime == 60_000)
    }

    @Test func `the caller's own agent is stamped rather than the counter's`() throws {
        let scene = try Scene()
        for name in ["Kim", "Lou"] { try scene.run(.edit(.createAgent(name: name, isActive: true))) }
        try scene.run(.counter(CounterID(2), .open(AgentID(1))))
        let id = try scene.issue().id
        let facts = try scene.run(
            .ticket(id, .call(CounterID(2))), by: Actor(role: .agent, id: 2), agent: AgentID(2))
        #expect(facts.first?.ticketChange?.after.agentID == AgentID(2))
    }

    @Test(arguments: [ActorRole.supervisor, .admin])
    func `who calls for a counter without serving there stamps no agent`(role: ActorRole) throws {
        let scene = try Scene()
        try scene.run(.edit(.createAgent(name: "Kim", isActive: true)))
        try scene.run(.counter(CounterID(2), .open(AgentID(1))))
        let id = try scene.issue().id
        let called = try scene.run(.ticket(id, .call(CounterID(2))), by: Actor(role: role, id: 3))
        #expect(called.first?.ticketChange?.after.counterID == CounterID(2))
        #expect(called.first?.ticketChange?.after.agentID == nil)
        try scene.act(id, .park(until: nil))
        let resumed = try scene.run(.ticket(id, .resume(CounterID(2))), by: Actor(role: role, id: 3))
        #expect(resumed.first?.ticketChange?.after.agentID == nil)
    }

    @Test func `a recall counts and moves the call, not the first one`() throws {
        let scene = try Scene()
        let called = try scene.ticket(in: .called)
        scene.wait(9_000)
        let recalled = try scene.act(called.id, .recall)
        #expect(recalled.callCount == 2)
        #expect(recalled.calledTick == scene.tick)
        #expect(recalled.firstCalledAt == called.firstCalledAt)
        #expect(recalled.calledAt == scene.wall)
    }

    @Test func `walking time runs from call to start and handling time from start to end`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .called).id
        scene.wait(12_000)
        #expect(try scene.act(id, .start).walkingTime == 12_000)
        scene.wait(90_000)
        let ended = try scene.act(id, .complete)
        #expect(ended.handlingTime == 90_000)
        #expect(ended.startedAt == ended.endedAt?.adding(milliseconds: -90_000))
    }

    @Test(arguments: [
        (TicketAction.complete, TicketState.called, TicketOutcome.completed), (.noShow, .called, .noShow),
        (.cancel, .waiting, .cancelled), (.abandon, .parked, .abandoned),
    ])
    func `an end is stamped with time, actor and outcome`(
        action: TicketAction, from state: TicketState, outcome: TicketOutcome
    ) throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: state)
        scene.wait(3_000)
        let ended = try scene.act(ticket.id, action)
        #expect(ended.endedTick == scene.tick)
        #expect(ended.endedAt == scene.wall)
        #expect(ended.endedBy == .staff)
        #expect(ended.outcome == outcome)
        #expect(ended.updatedAt == scene.wall)
        #expect(ended.parkUntilTick == nil)
    }

    @Test func `back in line nothing of the call remains but its count and the first call`() throws {
        let scene = try Scene()
        let serving = try scene.ticket(in: .serving)
        try scene.act(serving.id, .update(estimatedTime: .keep, progress: .set(40)))
        let back = try scene.act(serving.id, .requeue)
        #expect(back.counterID == nil)
        #expect(back.agentID == nil)
        #expect(back.calledTick == nil && back.calledAt == nil)
        #expect(back.startedTick == nil && back.startedAt == nil)
        #expect(back.progress == nil)
        #expect(back.callCount == 1)
        #expect(back.firstCalledAt == serving.firstCalledAt)
        #expect(back.queuedTick == serving.queuedTick)
    }

    @Test func `a queue that starts by itself serves at the call, as two events`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.autoStart = true }])
        let id = try scene.issue().id
        let facts = try scene.run(.ticket(id, .call(CounterID(1)))).compactMap(\.ticketChange)
        #expect(facts.map(\.kind) == [.reserved, .started])
        #expect(facts.map(\.after.version) == [2, 3])
        #expect(facts.last?.after.state == .serving)
        #expect(facts.last?.after.startedTick == facts.last?.after.calledTick)
    }

    @Test func `an update changes only what it names`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .serving).id
        try scene.act(id, .update(estimatedTime: .set(300), progress: .set(20)))
        let after = try scene.act(id, .update(estimatedTime: .keep, progress: .set(nil)))
        #expect(after.estimatedTime == 300)
        #expect(after.progress == nil)
    }

    @Test(arguments: [
        (TicketAction.update(estimatedTime: .set(-1), progress: .keep), "estimated_time"),
        (.update(estimatedTime: .keep, progress: .set(101)), "progress"),
        (.update(estimatedTime: .keep, progress: .set(-1)), "progress"),
        (.patch(priority: .set(0), estimatedTime: .keep, language: .keep), "priority"),
        (.patch(priority: .set(11), estimatedTime: .keep, language: .keep), "priority"),
        (.patch(priority: .keep, estimatedTime: .set(-5), language: .keep), "estimated_time"),
    ])
    func `a value out of bounds is refused by name`(action: TicketAction, field: String) throws {
        let scene = try Scene()
        let id = try scene.issue().id
        let rejection = scene.refusal(.ticket(id, action))
        #expect(rejection?.code == .invalidSetting)
        #expect(rejection?.fault?.field == field)
    }

    @Test(arguments: [0, 11, Int.min, Int.max])
    func `a new ticket's priority is 1 to 10`(priority: Int) throws {
        let request = IssueRequest(queueID: QueueID(1), priority: priority)
        #expect(try Scene().refusal(.issue(request))?.fault?.field == "priority")
    }

    @Test func `bounds themselves are allowed`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .serving).id
        try scene.act(id, .update(estimatedTime: .set(0), progress: .set(0)))
        try scene.act(id, .update(estimatedTime: .set(Int.max), progress: .set(100)))
        #expect(try scene.act(id, .patch(priority: .set(10), estimatedTime: .keep, language: .keep)).priority == 10)
    }
}
