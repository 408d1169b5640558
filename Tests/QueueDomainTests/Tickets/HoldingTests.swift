import QueueDomain
import QueueTestSupport
import Testing

@Suite struct HoldingTests {
    @Test func `a reserve takes the head and is held by the token`() throws {
        let scene = try Scene()
        let low = try scene.issue()
        let high = try scene.issue(priority: 2)
        try scene.run(.reserve(QueueID(1), .worker(3)))
        let held = try scene.ticket(high.id)
        #expect(held.state == .called)
        #expect(held.holder == TokenID(3) && held.counterID == nil)
        #expect(held.leaseTick == scene.tick)
        #expect(try scene.ticket(low.id).state == .waiting)
    }

    @Test func `an empty queue reserves nobody, an unknown one is not found`() throws {
        let scene = try Scene()
        #expect(try scene.run(.reserve(QueueID(1), .worker(1))).isEmpty)
        #expect(scene.refusal(.reserve(QueueID(5), .worker(1)))?.code == .queueNotFound)
    }

    @Test func `a worker holds no more than the limit`() throws {
        let scene = try Scene(maxHeld: 2)
        let ids = try (0..<4).map { _ in try scene.issue().id }
        try scene.run(.reserve(QueueID(1), .worker(1)))
        try scene.act(ids[1], .hold(.worker(1)))
        #expect(scene.refusal(.reserve(QueueID(1), .worker(1)))?.code == .heldLimit)
        #expect(scene.refusal(ids[2], .hold(.worker(1))) == .heldLimit)
        try scene.act(ids[0], .complete)
        try scene.act(ids[2], .hold(.worker(1)))
        #expect(try scene.run(.reserve(QueueID(1), .worker(2))).count == 1)
    }

    @Test func `without a limit, and for staff, any number is held`() throws {
        for (limit, holding) in [(nil, Holding.worker(1)), (1, Holding.staff(1))] as [(Int?, Holding)] {
            let scene = try Scene(maxHeld: limit)
            for _ in 0..<5 {
                try scene.issue()
                #expect(try scene.run(.reserve(QueueID(1), holding)).count == 1)
            }
        }
    }

    @Test func `a lease ends when nothing was heard for all of it`() throws {
        let scene = try Scene(lease: 60_000)
        let ticket = try scene.issue()
        try scene.act(ticket.id, .hold(.worker(1)))
        scene.wait(59_999)
        #expect(scene.refusal(ticket.id, .expireLease, by: .system) == .notDue)
        scene.wait(1)
        let facts = try scene.run(.ticket(ticket.id, .expireLease), by: .system)
        let back = try scene.ticket(ticket.id)
        #expect(back.state == .waiting && back.holder == nil && back.leaseTick == nil)
        #expect(back.rank == ticket.rank)
        #expect(facts.first?.ticketChange?.kind == .requeued)
        #expect(facts.first?.ticketChange?.details.reason == .leaseExpired)
        #expect(scene.refusal(ticket.id, .undo) == .nothingToUndo)
    }

    @Test func `an update begins the lease anew, a start doesn't`() throws {
        let scene = try Scene(lease: 60_000)
        let id = try scene.issue().id
        try scene.act(id, .hold(.worker(1)))
        scene.wait(30_000)
        #expect(try scene.act(id, .update(estimatedTime: .keep, progress: .set(50))).leaseTick == scene.tick)
        let leased = scene.tick
        scene.wait(10_000)
        #expect(try scene.act(id, .start).leaseTick == leased)
        scene.wait(50_000)
        try scene.act(id, .expireLease, by: .system)
    }

    @Test func `staff hold without a lease, and no lease means none`() throws {
        let scene = try Scene()
        let id = try scene.issue().id
        #expect(try scene.act(id, .hold(.staff(1))).leaseTick == nil)
        scene.wait(Span.day)
        #expect(scene.refusal(id, .expireLease) == .notDue)
        let free = try Scene(lease: nil)
        let other = try free.issue().id
        #expect(try free.act(other, .hold(.worker(1))).leaseTick == nil)
    }

    @Test(arguments: [TicketAction.requeue, .park(until: nil), .complete, .transfer(.queue(QueueID(1)), .last)])
    func `whatever ends the holding ends the lease`(action: TicketAction) throws {
        let scene = try Scene()
        let id = try scene.issue().id
        try scene.act(id, .hold(.worker(1)))
        let after = try scene.act(id, action)
        #expect(after.leaseTick == nil && after.holder == nil)
    }
}
