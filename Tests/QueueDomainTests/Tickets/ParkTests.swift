import QueueDomain
import QueueTestSupport
import Testing

@Suite struct ParkTests {
    @Test func `a parked ticket frees its counter and comes back at its time`() throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: .serving)
        let parked = try scene.act(ticket.id, .park(until: scene.wall.adding(milliseconds: 60_000)))
        #expect(parked.counterID == nil)
        #expect(parked.parkedAt == scene.wall)
        #expect(parked.parkUntilTick == scene.tick + 60_000)
        #expect(scene.source.current(at: CounterID(1)) == nil)
        scene.wait(59_999)
        #expect(scene.refusal(ticket.id, .returnFromPark, by: .system) == .notDue)
        scene.wait(1)
        let facts = try scene.run(.ticket(ticket.id, .returnFromPark), by: .system)
        let back = try scene.ticket(ticket.id)
        #expect(back.state == .waiting && back.rank == ticket.rank)
        #expect(back.parkUntil == nil && back.parkUntilTick == nil && back.parkedAt == nil)
        #expect(facts.first?.ticketChange?.kind == .resumed)
        #expect(facts.first?.ticketChange?.details.reason == .parkEnded)
    }

    @Test func `a step of the wall clock doesn't move the return`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .called).id
        try scene.act(id, .park(until: scene.wall.adding(milliseconds: 60_000)))
        scene.branch.clock.stepWall(milliseconds: Span.hour)
        #expect(scene.refusal(id, .returnFromPark) == .notDue)
        scene.wait(60_000)
        try scene.act(id, .returnFromPark)
    }

    @Test func `without a time it waits to be resumed`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .parked).id
        scene.wait(Span.day)
        #expect(scene.refusal(id, .returnFromPark) == .notDue)
    }

    @Test func `a time that passed returns at once`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .called).id
        try scene.act(id, .park(until: scene.wall.adding(milliseconds: -5)))
        #expect(try scene.act(id, .returnFromPark).state == .waiting)
    }

    @Test(arguments: [Rules.longestPark + 1, Int64.max - 1])
    func `nobody is parked longer than the limit`(span: Int64) throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .called).id
        #expect(scene.refusal(id, .park(until: scene.wall.adding(milliseconds: span))) == .parkTooLong)
        try scene.act(id, .park(until: scene.wall.adding(milliseconds: Rules.longestPark)))
    }

    @Test func `resumed at a counter it is served there, with its first start`() throws {
        let scene = try Scene()
        let serving = try scene.ticket(in: .serving)
        scene.wait(5_000)
        try scene.act(serving.id, .park(until: nil))
        scene.wait(5_000)
        let resumed = try scene.act(serving.id, .resume(CounterID(2)))
        #expect(resumed.state == .serving)
        #expect(resumed.counterID == CounterID(2))
        #expect(resumed.startedTick == serving.startedTick)
        #expect(resumed.parkedAt == nil)
    }

    @Test func `one parked before its start starts when it is resumed`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .parked).id
        scene.wait(5_000)
        #expect(try scene.act(id, .resume(CounterID(1))).startedTick == scene.tick)
    }

    @Test func `a counter that can't take it refuses the resume`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .parked).id
        let current = try scene.ticket(in: .called)
        let busy = scene.refusal(.ticket(id, .resume(CounterID(1))))
        #expect(busy?.code == .counterBusy)
        #expect(busy?.ticket == current)
        try scene.run(.counter(CounterID(2), .close))
        #expect(scene.refusal(id, .resume(CounterID(2))) == .counterClosed)
        #expect(scene.refusal(id, .resume(CounterID(9))) == .counterNotFound)
    }
}
