import QueueDomain
import QueueTestSupport
import Testing

@Suite struct ReinstateTests {
    @Test(arguments: TicketState.allCases.filter(\.isEnded))
    func `a ticket that ended today waits again with its old rank and number`(state: TicketState) throws {
        let scene = try Scene()
        let ended = try scene.ticket(in: state)
        scene.wait(3 * Span.hour)
        let facts = try scene.run(.ticket(ended.id, .reinstate))
        let back = try scene.ticket(ended.id)
        #expect(back.state == .waiting)
        #expect(back.rank == ended.rank)
        #expect(back.number == ended.number)
        #expect(back.counterID == nil && back.outcome == nil && back.endedTick == nil && back.endedBy == nil)
        #expect(facts.first?.ticketChange?.kind == .reinstated)
        #expect(facts.first?.ticketChange?.details.reason == .reinstated)
        #expect(facts.first?.ticketChange?.details.previousState == state)
        #expect(scene.refusal(ended.id, .undo) == .nothingToUndo)
    }

    @Test func `one that ended before the business day is left alone`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .completed).id
        try scene.passDay()
        #expect(scene.refusal(id, .reinstate) == .notEndedToday)
    }

    @Test func `one that ended in the instant the day began is of today`() throws {
        let scene = try Scene()
        let id = try scene.issue().id
        try scene.passDay()
        try scene.act(id, .expireDay, by: .system)
        #expect(try scene.ticket(id).endedTick == scene.source.branchRow.dayBeganTick)
        #expect(try scene.act(id, .reinstate).state == .waiting)
    }

    @Test func `a number that is open again is decided before anything is written`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.lastNumber = 1 }])
        let ended = try scene.ticket(in: .completed)
        scene.wait(15_000)
        #expect(try scene.issue().number == ended.number)
        let rejection = scene.refusal(.ticket(ended.id, .reinstate))
        #expect(rejection?.code == .numberInUse)
        #expect(rejection?.ticket == ended)
    }

    @Test func `a ticket whose queue was deleted stays ended`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .completed).id
        try scene.run(.edit(.deleteQueue(QueueID(1), expecting: nil)))
        #expect(scene.refusal(id, .reinstate) == .queueNotFound)
    }

    @Test func `a reinstated ticket stands where it stood`() throws {
        let scene = try Scene()
        let first = try scene.issue()
        scene.wait(1_000)
        try scene.issue()
        try scene.act(first.id, .cancel)
        scene.wait(60_000)
        try scene.act(first.id, .reinstate)
        #expect(try scene.callNext()?.id == first.id)
    }
}
