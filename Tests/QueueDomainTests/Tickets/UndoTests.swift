import QueueDomain
import QueueTestSupport
import Testing

@Suite struct UndoTests {
    /// What can be undone, and from which state it was done.
    static let undoable: [(TicketAction, TicketState)] = [
        (.call(CounterID(1)), .waiting), (.hold(.staff(5)), .waiting), (.noShow, .called), (.complete, .called),
        (.complete, .serving), (.cancel, .waiting), (.cancel, .parked), (.abandon, .waiting), (.abandon, .parked),
        (.park(until: nil), .called), (.park(until: nil), .serving), (.requeue, .called), (.requeue, .serving),
        (.transfer(.queue(QueueID(2)), .first), .called), (.transfer(.counter(CounterID(2)), .last), .serving),
    ]

    @Test(arguments: undoable)
    func `an undo gives back every field but version and stamp`(action: TicketAction, from state: TicketState) throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        let before = try scene.ticket(in: state)
        scene.wait(1_000)
        let changed = try scene.act(before.id, action)
        let seq = scene.source.lastSeq
        scene.wait(14_999)
        let facts = try scene.run(.ticket(before.id, .undo, expecting: changed.version))
        var expected = before
        expected.version = changed.version + 1
        expected.updatedAt = scene.wall
        #expect(try scene.ticket(before.id) == expected)
        let change = facts.first?.ticketChange
        #expect(change?.kind == .reinstated)
        #expect(change?.details.undoes == seq)
        #expect(change?.details.previousState == changed.state)
        #expect(scene.refusal(before.id, .undo) == .nothingToUndo)
    }

    @Test(arguments: undoable)
    func `the window ends an undo`(action: TicketAction, from state: TicketState) throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        let id = try scene.ticket(in: state).id
        try scene.act(id, action)
        scene.wait(15_000)
        #expect(scene.refusal(id, .undo) == .undoExpired)
    }

    @Test(arguments: [1, 15, 300])
    func `a queue sets its window`(seconds: Int) throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.undoWindow = seconds }])
        let first = try scene.issue().id
        let second = try scene.issue().id
        try scene.act(first, .cancel)
        try scene.act(second, .cancel)
        scene.wait(Int64(seconds) * 1_000 - 1)
        try scene.act(first, .undo)
        scene.wait(1)
        #expect(scene.refusal(second, .undo) == .undoExpired)
    }

    @Test func `a window of nothing never undoes`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.undoWindow = 0 }])
        let id = try scene.issue().id
        try scene.act(id, .cancel)
        #expect(scene.refusal(id, .undo) == .undoExpired)
    }

    @Test(arguments: [
        TicketAction.recall, .start, .update(estimatedTime: .set(5), progress: .keep),
        .patch(priority: .set(2), estimatedTime: .keep, language: .keep),
    ])
    func `an action that can't be undone hides the one before it`(action: TicketAction) throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .called).id
        try scene.act(id, action)
        #expect(scene.refusal(id, .undo) == .nothingToUndo)
    }

    @Test func `a new ticket has nothing to undo`() throws {
        let scene = try Scene()
        #expect(scene.refusal(try scene.issue().id, .undo) == .nothingToUndo)
    }

    @Test func `a call that started by itself is undone whole`() throws {
        let scene = try Scene(queues: [Scene.queue("A") { $0.autoStart = true }])
        let ticket = try scene.issue()
        let serving = try scene.act(ticket.id, .call(CounterID(1)))
        let facts = try scene.run(.ticket(ticket.id, .undo))
        let back = try scene.ticket(ticket.id)
        #expect(serving.version == 3)
        #expect(back.state == .waiting && back.version == 4)
        #expect(back.callCount == 0)
        #expect(facts.first?.ticketChange?.details.undoes == scene.source.lastSeq - 2)
    }

    @Test func `when its counter was taken meanwhile it waits with its old rank, and the answer says so`() throws {
        let scene = try Scene()
        let first = try scene.ticket(in: .serving)
        let second = try scene.issue()
        try scene.callNext(1, completes: first)
        #expect(try scene.ticket(second.id).counterID == CounterID(1))
        let facts = try scene.run(.ticket(first.id, .undo))
        let back = try scene.ticket(first.id)
        #expect(back.state == .waiting)
        #expect(back.rank == first.rank)
        #expect(back.counterID == nil && back.startedTick == nil)
        #expect(facts.first?.ticketChange?.details.reason == .counterTaken)
        #expect(try scene.callNext(2) == scene.ticket(first.id))
    }

    @Test func `when its counter closed meanwhile it waits`() throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: .called)
        try scene.act(ticket.id, .noShow)
        try scene.run(.counter(CounterID(1), .close))
        #expect(try scene.act(ticket.id, .undo).state == .waiting)
    }

    @Test func `a paused counter gets its customer back`() throws {
        let scene = try Scene()
        let ticket = try scene.ticket(in: .called)
        try scene.act(ticket.id, .complete)
        try scene.run(.counter(CounterID(1), .pause))
        #expect(try scene.act(ticket.id, .undo).counterID == CounterID(1))
    }

    @Test func `back in the line of a counter that closed it waits in its queue's line`() throws {
        let scene = try Scene()
        let id = try scene.ticket(in: .called).id
        try scene.act(id, .transfer(.counter(CounterID(2)), .last))
        try scene.act(id, .cancel)
        try scene.run(.counter(CounterID(2), .close))
        let back = try scene.act(id, .undo)
        #expect(back.state == .waiting && back.targetCounterID == nil)
        #expect(scene.source.head(of: QueueID(1))?.id == id)
    }

    @Test func `a number that is open again refuses the undo before anything is written`() throws {
        // The queue that ended it remembers longer than the queue that draws.
        let scene = try Scene(
            queues: [
                Scene.queue("A") {
                    $0.lastNumber = 1
                    $0.undoWindow = 5
                }, Scene.queue("B") { $0.undoWindow = 60 },
            ])
        let id = try scene.ticket(in: .called).id
        try scene.act(id, .transfer(.queue(QueueID(2)), .arrival))
        let ended = try scene.act(id, .cancel)
        scene.wait(5_000)
        #expect(try scene.issue().number == ended.number)
        #expect(scene.refusal(id, .undo) == .numberInUse)
        #expect(try scene.ticket(id) == ended)
    }

    @Test func `an undo into a queue that was deleted is refused`() throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        let id = try scene.ticket(in: .called).id
        try scene.act(id, .transfer(.queue(QueueID(2)), .arrival))
        try scene.run(.edit(.deleteQueue(QueueID(1), expecting: nil)))
        #expect(scene.refusal(id, .undo) == .queueNotFound)
    }

    @Test func `an undone transfer tells the queue that it left`() throws {
        let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
        let id = try scene.ticket(in: .called).id
        try scene.act(id, .transfer(.queue(QueueID(2)), .arrival))
        let change = try scene.run(.ticket(id, .undo)).first?.ticketChange
        #expect(change?.details.previousQueueID == QueueID(2))
        #expect(change?.after.queueID == QueueID(1))
    }

    @Test func `a change of credit between an action and its undo moves the remembered rank too`() throws {
        let scene = try Scene()
        let ticket = try scene.issue(priority: 4)
        try scene.act(ticket.id, .cancel)
        let settings = Scene.queue("A") { $0.credit = 60 }
        try scene.run(.edit(.changeQueue(QueueID(1), settings, expecting: nil)))
        #expect(try scene.act(ticket.id, .undo).rank == ticket.arrivalTick - 3 * 60_000)
    }

    @Test func `a worker's lease begins anew when its ticket comes back`() throws {
        let scene = try Scene()
        let id = try scene.issue().id
        try scene.act(id, .hold(.worker(1)))
        try scene.act(id, .complete)
        scene.wait(9_000)
        let back = try scene.act(id, .undo)
        #expect(back.holder == TokenID(1))
        #expect(back.leaseTick == scene.tick)
    }

    @Test func `a worker that holds its fill meanwhile doesn't get the ticket back`() throws {
        let scene = try Scene(maxHeld: 1)
        let first = try scene.issue().id
        let second = try scene.issue().id
        try scene.act(first, .hold(.worker(1)))
        try scene.act(first, .complete)
        try scene.act(second, .hold(.worker(1)))
        #expect(try scene.act(first, .undo).state == .waiting)
    }

    @Suite struct ByLink {
        @Test func `a customer who left by the link comes back within 15 seconds`() throws {
            let scene = try Scene(queues: [Scene.queue("A") { $0.undoWindow = 0 }])
            let ticket = try scene.issue()
            try scene.act(ticket.id, .abandon, by: .link)
            scene.wait(14_999)
            let back = try scene.act(ticket.id, .undo, by: .link)
            #expect(back.state == .waiting && back.rank == ticket.rank)
        }

        @Test func `after 15 seconds it is too late, whatever the queue's window`() throws {
            let scene = try Scene(queues: [Scene.queue("A") { $0.undoWindow = 300 }])
            let id = try scene.issue().id
            try scene.act(id, .abandon, by: .link)
            scene.wait(15_000)
            #expect(scene.refusal(id, .undo, by: .link) == .undoExpired)
            try scene.act(id, .undo)
        }

        @Test(arguments: [TicketAction.abandon, .cancel])
        func `a customer can't take back what staff did`(action: TicketAction) throws {
            let scene = try Scene()
            let id = try scene.issue().id
            try scene.act(id, action)
            #expect(scene.refusal(id, .undo, by: .link) == .nothingToUndo)
        }
    }
}
