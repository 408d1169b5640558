import QueueDomain
import QueueTestSupport
import Testing

@Suite struct CallNextTests {
    @Test func `an empty branch calls nobody and changes nothing`() throws {
        let scene = try Scene()
        #expect(try scene.callNext() == nil)
        #expect(try scene.run(.callNext(CallNextRequest(counterID: CounterID(1)))).isEmpty)
    }

    @Test func `what it completes is completed also when nobody waits`() throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: .serving)
        #expect(try scene.callNext(1, completes: ticket) == nil)
        #expect(try scene.ticket(ticket.id).state == .completed)
    }

    @Test func `it completes and calls in one step`() throws {
        let scene = try Scene()
        let first = try scene.ticket(in: .serving)
        let second = try scene.issue()
        let request = CallNextRequest(
            counterID: CounterID(1), completes: SeenTicket(id: first.id, version: first.version))
        let facts = try scene.run(.callNext(request)).compactMap(\.ticketChange)
        #expect(facts.map(\.kind) == [.completed, .reserved])
        #expect(facts.map(\.after.id) == [first.id, second.id])
    }

    @Test func `a counter that isn't as the caller saw it is refused with its current ticket`() throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: .called)
        let stale = SeenTicket(id: ticket.id, version: ticket.version - 1)
        let other = SeenTicket(id: TicketID(77), version: ticket.version)
        for seen in [nil, stale, other] {
            let rejection = scene.refusal(.callNext(CallNextRequest(counterID: CounterID(1), completes: seen)))
            #expect(rejection?.code == .counterChanged)
            #expect(rejection?.ticket == ticket)
        }
        let free = CallNextRequest(counterID: CounterID(2), completes: SeenTicket(id: ticket.id, version: 2))
        #expect(scene.refusal(.callNext(free))?.code == .counterChanged)
        #expect(scene.refusal(.callNext(free))?.ticket == nil)
    }

    @Test func `a called customer is completed no sooner than the shortest call`() throws {
        let scene = try Scene(minCalled: 1_500)
        let ticket = try scene.ticket(in: .called)
        scene.wait(1_499)
        let request = CallNextRequest(
            counterID: CounterID(1), completes: SeenTicket(id: ticket.id, version: ticket.version))
        #expect(scene.refusal(.callNext(request))?.code == .justCalled)
        scene.wait(1)
        try scene.callNext(1, completes: ticket)
        #expect(try scene.ticket(ticket.id).state == .completed)
    }

    @Test func `a customer being served may be completed at once`() throws {
        let scene = try Scene(minCalled: 1_500)
        try scene.callNext(1, completes: try scene.ticket(in: .serving))
    }

    @Test func `a recall begins the shortest call anew`() throws {
        let scene = try Scene(minCalled: 1_500)
        let id = try scene.ticket(in: .called).id
        scene.wait(5_000)
        let recalled = try scene.act(id, .recall)
        scene.wait(1_000)
        let request = CallNextRequest(
            counterID: CounterID(1), completes: SeenTicket(id: id, version: recalled.version))
        #expect(scene.refusal(.callNext(request))?.code == .justCalled)
    }

    @Test func `a closed counter calls nobody, a paused one does`() throws {
        let scene = try Scene()
        try scene.issue()
        try scene.run(.counter(CounterID(1), .close))
        #expect(scene.refusal(.callNext(CallNextRequest(counterID: CounterID(1))))?.code == .counterClosed)
        try scene.run(.counter(CounterID(2), .pause))
        #expect(try scene.callNext(2) != nil)
    }

    @Test func `an unknown counter or queue is not found`() throws {
        let scene = try Scene()
        #expect(scene.refusal(.callNext(CallNextRequest(counterID: CounterID(9))))?.code == .counterNotFound)
        let request = CallNextRequest(counterID: CounterID(1), queueID: QueueID(9))
        #expect(scene.refusal(.callNext(request))?.code == .queueNotFound)
    }

    @Test func `a queue that is named is the only one called from`() throws {
        let both = [ServedQueue.one, ServedQueue(queueID: QueueID(2), tier: 2)]
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")], counters: [both, both])
        try scene.issue(1)
        let wanted = try scene.issue(2)
        #expect(try scene.callNext(1, queue: 2)?.id == wanted.id)
        #expect(try scene.callNext(2, queue: 2) == nil)
    }

    @Test func `a queue that the counter doesn't serve is not called from`() throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        let left = try scene.issue(2)
        let request = CallNextRequest(counterID: CounterID(1), queueID: QueueID(2))
        #expect(scene.refusal(.callNext(request))?.code == .queueNotServed)
        #expect(try scene.ticket(left.id).state == .waiting)
    }

    @Test func `an agent who is inactive or gone takes nobody`() throws {
        let scene = try Scene()
        try scene.run(.edit(.createAgent(name: "Kim", isActive: false)))
        let waiting = try scene.issue()
        let parked = try scene.ticket(in: .parked)
        let holding = Holding.staff(7)
        let requests: [Command.Request] = [
            .callNext(CallNextRequest(counterID: CounterID(1))), .reserve(QueueID(1), holding),
            .ticket(waiting.id, .call(CounterID(1))), .ticket(waiting.id, .hold(holding)),
            .ticket(parked.id, .resume(CounterID(1))),
            .ticket(waiting.id, .setStatus(expected: .waiting, to: .processing, holding: holding)),
        ]
        for request in requests {
            for (agent, code) in [(1, RejectionCode.agentInactive), (9, .agentNotFound)] {
                let agent = Int64(agent)
                let refusal = scene.refusal(request, by: Actor(role: .agent, id: agent), agent: AgentID(agent))
                #expect(refusal?.code == code)
            }
        }
    }

    @Test func `an agent who was made inactive still ends what is at hand`() throws {
        let scene = try Scene()
        try scene.run(.edit(.createAgent(name: "Kim", isActive: false)))
        let called = try scene.ticket(in: .called)
        let facts = try scene.run(
            .ticket(called.id, .complete), by: Actor(role: .agent, id: 1), agent: AgentID(1))
        #expect(facts.first?.ticketChange?.after.state == .completed)
    }

    @Suite struct Tiers {
        static let serves = [
            ServedQueue(queueID: QueueID(1)), ServedQueue(queueID: QueueID(2), tier: 2, helpAfter: 60),
            ServedQueue(queueID: QueueID(3), tier: 2),
        ]

        private func scene() throws -> Scene {
            try Scene(queues: ["A", "B", "C"].map { Scene.queue($0) }, counters: [Self.serves, Self.serves])
        }

        @Test func `its own queues come before those it helps, however long they wait`() throws {
            let scene = try scene()
            try scene.issue(3)
            scene.wait(Span.hour)
            let own = try scene.issue(1)
            #expect(try scene.callNext()?.id == own.id)
        }

        @Test func `within a tier the lowest rank of all queues is called`() throws {
            let scene = try scene()
            let second = try scene.issue(3)
            scene.wait(60_000)
            let first = try scene.issue(2, priority: 2)
            scene.wait(60_000)
            #expect(try scene.callNext(1)?.id == first.id)
            #expect(try scene.callNext(2)?.id == second.id)
        }

        @Test func `it helps a queue only when its head waited that long`() throws {
            let scene = try scene()
            let ticket = try scene.issue(2)
            scene.wait(59_999)
            #expect(try scene.callNext() == nil)
            scene.wait(1)
            #expect(try scene.callNext()?.id == ticket.id)
        }

        @Test func `a transfer begins the waiting for help anew`() throws {
            let scene = try scene()
            let id = try scene.issue(1).id
            try scene.act(id, .call(CounterID(1)))
            scene.wait(Span.hour)
            try scene.act(id, .transfer(.queue(QueueID(2)), .arrival))
            #expect(try scene.callNext() == nil)
        }

        @Test func `its own line comes before every queue`() throws {
            let scene = try scene()
            let id = try scene.issue(2).id
            try scene.issue(1, priority: 10)
            try scene.act(id, .call(CounterID(2)))
            try scene.act(id, .transfer(.counter(CounterID(1)), .last))
            #expect(try scene.callNext(1)?.id == id)
            #expect(try scene.ticket(id).targetCounterID == nil)
        }

        @Test func `nobody else calls from a counter's own line`() throws {
            let scene = try scene()
            let id = try scene.issue(1).id
            try scene.act(id, .call(CounterID(2)))
            try scene.act(id, .transfer(.counter(CounterID(1)), .last))
            #expect(try scene.callNext(2) == nil)
            #expect(try scene.run(.reserve(QueueID(1), .worker(1))).isEmpty)
        }
    }

    @Suite struct Automatic {
        private func scene(automatic: Bool) throws -> Scene {
            let scene = try Scene(counters: [])
            let settings = CounterSettings(name: "1", automatic: automatic, serves: [.one])
            try scene.run(.edit(.createCounter(settings)))
            try scene.run(.counter(CounterID(1), .open(nil)))
            return scene
        }

        private let request = Command.Request.callNext(CallNextRequest(counterID: CounterID(1), isAutomatic: true))

        @Test func `an open, free, automatic counter calls by itself`() throws {
            let scene = try scene(automatic: true)
            let id = try scene.issue().id
            try scene.run(request, by: .system)
            #expect(try scene.ticket(id).state == .called)
            #expect(scene.refusal(request, by: .system)?.code == .notDue)
        }

        @Test func `when nobody waits nothing is due`() throws {
            #expect(try scene(automatic: true).refusal(request)?.code == .notDue)
        }

        @Test(arguments: [CounterAction.pause, .close])
        func `a counter that pauses or is closed doesn't`(action: CounterAction) throws {
            let scene = try scene(automatic: true)
            try scene.issue()
            try scene.run(.counter(CounterID(1), action))
            #expect(scene.refusal(request)?.code == .notDue)
        }

        @Test func `a counter that isn't automatic doesn't`() throws {
            let scene = try scene(automatic: false)
            try scene.issue()
            #expect(scene.refusal(request)?.code == .notDue)
        }
    }
}
