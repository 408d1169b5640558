import QueueDomain
import QueueTestSupport
import Testing

@Suite struct DayTests {
    @Test func `a day rolls at its end and not before`() throws {
        let scene = try Scene()
        let day = scene.source.branchRow.day
        scene.wait(19 * Span.hour - 1)
        #expect(scene.refusal(.rollDay)?.code == .notDue)
        scene.wait(1)
        try scene.run(.rollDay, by: .system)
        #expect(scene.source.branchRow.day == day.next)
        #expect(scene.source.branchRow.dayBeganTick == scene.tick)
        #expect(scene.refusal(.rollDay)?.code == .notDue)
    }

    @Test func `days missed while off close one at a time`() throws {
        let scene = try Scene()
        let day = scene.source.branchRow.day
        scene.branch.restart(reboot: 3 * Span.day)
        for step in 1...3 {
            let facts = try scene.run(.rollDay, by: .system)
            guard case .branch(let change) = facts.first else {
                Issue.record("A roll is a fact of the branch.")
                return
            }
            #expect(change.kind == .dayClosed)
            #expect(change.after.day.number == day.number + Int32(step))
        }
        #expect(scene.refusal(.rollDay)?.code == .notDue)
    }

    @Test func `a day never goes back with the wall clock`() throws {
        let scene = try Scene()
        try scene.passDay()
        let day = scene.source.branchRow.day
        scene.branch.clock.setSynchronized(true)
        scene.branch.clock.stepWall(milliseconds: -5 * Span.day)
        #expect(scene.refusal(.rollDay)?.code == .notDue)
        #expect(scene.source.branchRow.day == day)
        #expect(try scene.issue().day == day)
    }

    @Test func `a wall clock that isn't believed rolls nothing`() throws {
        let scene = try Scene()
        scene.branch.clock.stepWall(milliseconds: 2 * Span.day)
        #expect(scene.refusal(.rollDay)?.code == .notDue)
        scene.branch.clock.setSynchronized(true)
        try scene.run(.rollDay)
    }

    @Test(arguments: [
        (TicketState.waiting, TicketState.expired), (.parked, .expired), (.called, .noShow),
    ])
    func `what is open at the end of the day expires`(state: TicketState, end: TicketState) throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: state)
        #expect(scene.refusal(ticket.id, .expireDay) == .notDue)
        try scene.passDay()
        let facts = try scene.run(.ticket(ticket.id, .expireDay), by: .system)
        let ended = try scene.ticket(ticket.id)
        #expect(ended.state == end)
        #expect(ended.outcome == .expired)
        #expect(ended.endedBy == .system)
        #expect(facts.first?.ticketChange?.details.reason == .dayEnded)
        #expect(scene.refusal(ticket.id, .undo) == .nothingToUndo)
    }

    @Test func `a service that goes on is left alone for four hours`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .serving).id
        try scene.passDay()
        scene.wait(4 * Span.hour - 1)
        #expect(scene.refusal(id, .expireDay) == .notDue)
        scene.wait(1)
        #expect(try scene.act(id, .expireDay, by: .system).state == .expired)
    }

    @Test(arguments: TicketState.allCases.filter { !$0.isEnded })
    func `a queue may carry its tickets over`(state: TicketState) throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.carryOver = true }])
        let ticket = try scene.ticket(in: state)
        try scene.passDay()
        scene.wait(5 * Span.hour)
        #expect(scene.refusal(ticket.id, .expireDay) == .notDue)
        #expect(try scene.ticket(ticket.id) == ticket)
    }

    @Test func `a ticket of today doesn't expire`() throws {
        let scene = try Scene()
        try scene.passDay()
        #expect(scene.refusal(try scene.issue().id, .expireDay) == .notDue)
    }

    @Test func `a night with summer time's beginning rolls once, with its end once`() throws {
        for start in SimulatedZones.berlin.changes.map(\.from) {
            let scene = try Scene(
                zone: SimulatedZones.berlin, startsAt: 9_000, wall: start.adding(milliseconds: -10 * Span.hour))
            let day = scene.source.branchRow.day
            var rolls = 0
            for _ in 0..<(30 * 60) {
                scene.wait(Span.minute)
                if scene.refusal(.rollDay) == nil { rolls += 1 }
            }
            #expect(rolls == 1)
            #expect(scene.source.branchRow.day == day.next)
        }
    }
}
