import QueueDomain
import QueueTestSupport
import Testing

@Suite struct CallingOrderTests {
    /// Calls everybody and returns the ids in the order they came.
    private func order(_ scene: Scene) throws -> [TicketID] {
        var called: [TicketID] = []
        var current: Ticket?
        while let next = try scene.callNext(1, completes: current) {
            called.append(next.id)
            current = next
        }
        return called
    }

    @Test func `equal priorities are called by arrival, and in one millisecond by id`() throws {
        let scene = try Scene()
        let first = try scene.issue().id
        let second = try scene.issue().id
        scene.wait(1)
        let third = try scene.issue().id
        #expect(try order(scene) == [first, second, third])
    }

    @Test func `a step of priority is worth the queue's credit`() throws {
        let scene = try Scene()
        let early = try scene.issue().id
        scene.wait(600_000 - 1)
        let sooner = try scene.issue(priority: 2).id
        scene.wait(1)
        let level = try scene.issue(priority: 2).id
        scene.wait(1)
        let later = try scene.issue(priority: 2).id
        #expect(try order(scene) == [sooner, early, level, later])
    }

    @Test func `nobody is overtaken by those who arrive more than nine credits later`() throws {
        let scene = try Scene()
        let first = try scene.issue(priority: 1)
        scene.wait(9 * 600_000)
        let level = try scene.issue(priority: 10)
        #expect(first.rank == level.rank)
        scene.wait(1)
        let late = try scene.issue(priority: 10)
        #expect(late.rank > first.rank)
        #expect(try order(scene) == [first.id, level.id, late.id])
    }

    @Test func `without credit priority means nothing`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.credit = 0 }])
        let first = try scene.issue(priority: 1).id
        scene.wait(1)
        let second = try scene.issue(priority: 10).id
        #expect(try order(scene) == [first, second])
    }

    @Test func `strict takes every higher priority first`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.strict = true }])
        let low = try scene.issue(priority: 1).id
        scene.wait(12 * Span.hour)
        let high = try scene.issue(priority: 3).id
        let higher = try scene.issue(priority: 10).id
        #expect(try order(scene) == [higher, high, low])
    }

    @Test func `a new priority moves the rank by its credit and keeps the arrival`() throws {
        let scene = try Scene()
        let ticket = try scene.issue(priority: 2)
        scene.wait(10_000)
        let moved = try scene.act(ticket.id, .patch(priority: .set(5), estimatedTime: .keep, language: .keep))
        #expect(moved.rank == ticket.arrivalTick - 4 * 600_000)
        let back = try scene.act(ticket.id, .patch(priority: .set(2), estimatedTime: .keep, language: .keep))
        #expect(back.rank == ticket.rank)
    }

    @Test func `a new credit moves every open ticket of the queue, and no other`() throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        let waiting = try scene.issue(1, priority: 3)
        let called = try scene.issue(1, priority: 2)
        try scene.act(called.id, .call(CounterID(1)))
        let other = try scene.issue(2, priority: 3)
        let settings = Scene.queue("A") { $0.strict = true }
        try scene.run(.edit(.changeQueue(QueueID(1), settings, expecting: 1)))
        #expect(try scene.ticket(waiting.id).rank == waiting.arrivalTick - 2 * CallingOrder.strictCredit)
        #expect(try scene.ticket(called.id).rank == called.arrivalTick - CallingOrder.strictCredit)
        #expect(try scene.ticket(other.id).rank == other.rank)
        #expect(try scene.ticket(waiting.id).version == waiting.version)
    }

    @Test(arguments: [TicketAction.requeue, .park(until: nil)])
    func `requeue and resume keep the rank`(action: TicketAction) throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: .serving)
        scene.wait(60_000)
        var after = try scene.act(ticket.id, action)
        if after.state == .parked { after = try scene.act(ticket.id, .resume(nil)) }
        #expect(after.state == .waiting)
        #expect(after.rank == ticket.rank)
    }

    @Suite struct Transfers {
        @Test func `by arrival keeps the arrival with the new queue's credit`() throws {
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B") { $0.credit = 60 }])
            let ticket = try scene.issue(1, priority: 3)
            try scene.act(ticket.id, .call(CounterID(1)))
            scene.wait(30_000)
            let after = try scene.act(ticket.id, .transfer(.queue(QueueID(2)), .arrival))
            #expect(after.rank == ticket.arrivalTick - 2 * 60_000)
            #expect(after.queueID == QueueID(2))
            #expect(after.number == ticket.number)
            #expect(after.queuedTick == scene.tick && after.queuedAt == scene.wall)
            #expect(after.arrivalTick == ticket.arrivalTick)
        }

        @Test func `first stands before the head`() throws {
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
            let head = try scene.issue(2, priority: 10)
            let id = try scene.ticket(in: .called).id
            let after = try scene.act(id, .transfer(.queue(QueueID(2)), .first))
            #expect(after.rank == head.rank - 1)
            #expect(scene.source.head(of: QueueID(2))?.id == id)
        }

        @Test func `first of an empty line, or first by arrival anyway, is the formula's rank`() throws {
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
            let ticket = try scene.ticket(in: .called)
            scene.wait(1_000)
            #expect(try scene.act(ticket.id, .transfer(.queue(QueueID(2)), .first)).rank == ticket.arrivalTick)
            try scene.act(ticket.id, .call(CounterID(1)))
            try scene.issue(2)
            #expect(try scene.act(ticket.id, .transfer(.queue(QueueID(2)), .first)).rank == ticket.arrivalTick)
        }

        @Test func `last is now, whatever the priority`() throws {
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
            let ticket = try scene.issue(1, priority: 10)
            try scene.act(ticket.id, .call(CounterID(1)))
            scene.wait(45_000)
            #expect(try scene.act(ticket.id, .transfer(.queue(QueueID(2)), .last)).rank == scene.tick)
        }

        @Test func `an unknown target is refused`() throws {
            let scene = try Scene()
            let id = try scene.ticket(in: .called).id
            #expect(scene.refusal(id, .transfer(.queue(QueueID(9)), .arrival)) == .queueNotFound)
            #expect(scene.refusal(id, .transfer(.counter(CounterID(9)), .arrival)) == .counterNotFound)
            try scene.run(.counter(CounterID(2), .close))
            #expect(scene.refusal(id, .transfer(.counter(CounterID(2)), .arrival)) == .counterClosed)
        }

        @Test func `the event names the queue that the ticket left and the place`() throws {
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
            let id = try scene.ticket(in: .serving).id
            let change = try scene.run(.ticket(id, .transfer(.queue(QueueID(2)), .last))).first?.ticketChange
            #expect(change?.details.previousQueueID == QueueID(1))
            #expect(change?.details.place == .last)
            #expect(change?.details.previousState == .serving)
        }
    }

    @Suite struct LettingAhead {
        @Test func `the next one goes first, twice at most`() throws {
            let scene = try Scene()
            let polite = try scene.issue().id
            var others: [TicketID] = []
            for _ in 0..<3 {
                scene.wait(1_000)
                others.append(try scene.issue().id)
            }
            try scene.act(polite, .letAhead, by: .link)
            #expect(scene.source.line(of: QueueID(1)).places.map(\.id) == [others[0], polite, others[1], others[2]])
            try scene.act(polite, .letAhead, by: .link)
            #expect(scene.source.line(of: QueueID(1)).places.map(\.id) == [others[0], others[1], polite, others[2]])
            #expect(scene.refusal(polite, .letAhead, by: .link) == .letAheadLimit)
        }

        @Test func `in one millisecond too the next one goes first`() throws {
            let scene = try Scene()
            let first = try scene.issue().id
            let second = try scene.issue().id
            try scene.act(first, .letAhead)
            #expect(scene.source.head(of: QueueID(1))?.id == second)
            try scene.act(second, .letAhead)
            #expect(scene.source.head(of: QueueID(1))?.id == first)
        }

        @Test func `the last one has nobody to let ahead`() throws {
            let scene = try Scene()
            #expect(scene.refusal(try scene.issue().id, .letAhead) == .nobodyBehind)
        }

        @Test func `in a counter's own line the next one of that line goes first`() throws {
            let scene = try Scene()
            var ids: [TicketID] = []
            for _ in 0..<2 {
                let id = try scene.ticket(in: .called).id
                try scene.act(id, .transfer(.counter(CounterID(2)), .arrival))
                ids.append(id)
                scene.wait(1_000)
            }
            try scene.issue()
            try scene.act(ids[0], .letAhead)
            #expect(scene.source.head(ofLineAt: CounterID(2))?.id == ids[1])
        }
    }
}
