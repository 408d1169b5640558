import QueueDomain
import QueueTestSupport
import Testing

@Suite struct CounterTests {
    private func scene(agents: Int = 2) throws -> Scene {
        let scene = try Scene()
        for index in 1...agents { try scene.run(.edit(.createAgent(name: "Agent \(index)", isActive: true))) }
        return scene
    }

    private func counter(_ scene: Scene, _ id: Int64 = 1) -> Counter? { scene.source.counter(CounterID(id)) }

    @Test func `it opens with an agent, pauses, goes on and closes`() throws {
        let scene = try scene()
        try scene.run(.counter(CounterID(1), .close))
        try scene.run(.counter(CounterID(1), .open(AgentID(1))))
        #expect(counter(scene)?.state == .open)
        #expect(counter(scene)?.agentID == AgentID(1))
        try scene.run(.counter(CounterID(1), .pause))
        #expect(counter(scene)?.state == .paused)
        #expect(counter(scene)?.agentID == AgentID(1))
        try scene.run(.counter(CounterID(1), .open(AgentID(1))))
        #expect(counter(scene)?.state == .open)
        let version = counter(scene)?.version ?? 0
        try scene.run(.counter(CounterID(1), .close))
        #expect(counter(scene)?.state == .closed)
        #expect(counter(scene)?.agentID == nil)
        #expect(counter(scene)?.version == version + 1)
    }

    @Test func `an agent has one counter`() throws {
        let scene = try scene()
        try scene.run(.counter(CounterID(1), .open(AgentID(1))))
        #expect(scene.refusal(.counter(CounterID(2), .open(AgentID(1))))?.code == .agentElsewhere)
        try scene.run(.counter(CounterID(1), .close))
        try scene.run(.counter(CounterID(2), .open(AgentID(1))))
    }

    @Test func `another agent's counter is occupied until it closes`() throws {
        let scene = try scene()
        try scene.run(.counter(CounterID(1), .open(AgentID(1))))
        #expect(scene.refusal(.counter(CounterID(1), .open(AgentID(2))))?.code == .counterOccupied)
        try scene.run(.counter(CounterID(1), .pause))
        #expect(scene.refusal(.counter(CounterID(1), .open(AgentID(2))))?.code == .counterOccupied)
    }

    @Test func `an open without an agent keeps the one who is there, and a closed counter opens with none`() throws {
        let scene = try scene()
        try scene.run(.counter(CounterID(1), .open(AgentID(1))))
        try scene.run(.counter(CounterID(1), .pause))
        try scene.run(.counter(CounterID(1), .open(nil)))
        #expect(counter(scene)?.agentID == AgentID(1))
        try scene.run(.counter(CounterID(1), .close))
        try scene.run(.counter(CounterID(1), .open(nil)))
        #expect(counter(scene)?.agentID == nil)
    }

    @Test func `unknown and inactive agents don't open`() throws {
        let scene = try scene()
        #expect(scene.refusal(.counter(CounterID(1), .open(AgentID(9))))?.code == .agentNotFound)
        try scene.run(.edit(.changeAgent(AgentID(2), name: "Agent 2", isActive: false, expecting: nil)))
        #expect(scene.refusal(.counter(CounterID(1), .open(AgentID(2))))?.code == .agentInactive)
    }

    @Test(arguments: [CounterAction.open(nil), .close, .pause])
    func `an unknown counter is not found`(action: CounterAction) throws {
        #expect(try Scene().refusal(.counter(CounterID(9), action))?.code == .counterNotFound)
    }

    @Test(arguments: [TicketState.called, .serving])
    func `with a customer it doesn't close, but pauses`(state: TicketState) throws {
        let scene = try scene()
        let ticket = try scene.ticket(in: state)
        let rejection = scene.refusal(.counter(CounterID(1), .close))
        #expect(rejection?.code == .counterBusy)
        #expect(rejection?.ticket == ticket)
        try scene.run(.counter(CounterID(1), .pause))
        #expect(scene.source.current(at: CounterID(1)) == ticket)
    }

    @Test func `a closed counter doesn't pause`() throws {
        let scene = try scene()
        try scene.run(.counter(CounterID(1), .close))
        #expect(scene.refusal(.counter(CounterID(1), .pause))?.code == .counterClosed)
    }

    @Test func `closing returns its own line to the queues, in rank, before the close`() throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        var line: [Ticket] = []
        for queue in [1, 2, 1] as [Int64] {
            let ticket = try scene.issue(queue)
            try scene.act(ticket.id, .call(CounterID(2)))
            line.append(try scene.act(ticket.id, .transfer(.counter(CounterID(1)), .arrival)))
            scene.wait(1_000)
        }
        let facts = try scene.run(.counter(CounterID(1), .close))
        #expect(facts.compactMap(\.ticketChange).map(\.after.id) == line.map(\.id))
        #expect(facts.compactMap(\.ticketChange).allSatisfy { $0.details.reason == .counterClosed })
        #expect(facts.last?.ticketChange == nil)
        for ticket in line {
            let back = try scene.ticket(ticket.id)
            #expect(back.state == .waiting && back.targetCounterID == nil)
            #expect(back.rank == ticket.rank && back.queueID == ticket.queueID)
            #expect(scene.refusal(ticket.id, .undo) == .nothingToUndo)
        }
        #expect(scene.source.queue(QueueID(1))?.waiting == 2)
        #expect(scene.source.queue(QueueID(2))?.waiting == 1)
    }

    @Test func `its own line has a bound, and closing returns all of it`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.lastNumber = 9_999 }])
        for _ in 0..<DomainLimits.counterLine {
            let id = try scene.issue().id
            try scene.act(id, .call(CounterID(1)))
            try scene.act(id, .transfer(.counter(CounterID(2)), .arrival))
        }
        let id = try scene.issue().id
        try scene.act(id, .call(CounterID(1)))
        #expect(scene.refusal(id, .transfer(.counter(CounterID(2)), .arrival)) == .queueFull)
        #expect(try scene.run(.counter(CounterID(2), .close)).count == DomainLimits.counterLine + 1)
        #expect(scene.source.line(ofCounter: CounterID(2)).places.isEmpty)
        #expect(scene.source.queue(QueueID(1))?.waiting == DomainLimits.counterLine)
    }

    @Test func `a call to a busy or closed counter is refused with what stands in its way`() throws {
        let scene = try scene()
        let current = try scene.ticket(in: .called)
        let waiting = try scene.issue()
        let busy = scene.refusal(.ticket(waiting.id, .call(CounterID(1))))
        #expect(busy?.code == .counterBusy)
        #expect(busy?.ticket == current)
        try scene.run(.counter(CounterID(2), .close))
        let closed = scene.refusal(.ticket(waiting.id, .call(CounterID(2))))
        #expect(closed?.code == .counterClosed)
        #expect(closed?.ticket == waiting)
    }
}
