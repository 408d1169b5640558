extension Decision {
    /// `POST /counters/{id}/call-next`: completes the current ticket as the caller saw it and calls the next one.
    func callNext(_ request: CallNextRequest) throws(Rejection) -> [Fact] {
        guard let counter = situation.counter else { throw Rejection(.counterNotFound) }
        if let queueID = request.queueID {
            guard situation.queue != nil else { throw Rejection(.queueNotFound) }
            let isServed = counter.settings.serves.contains { $0.queueID == queueID }
            guard isServed else { throw Rejection(.queueNotServed, ticket: situation.current) }
        }
        if request.isAutomatic {
            let isFree = counter.state == .open && counter.settings.automatic && situation.current == nil
            guard isFree else { throw Rejection(.notDue) }
        }
        guard counter.state != .closed else { throw Rejection(.counterClosed, ticket: situation.current) }
        let current = situation.current
        guard current.map({ SeenTicket(id: $0.id, version: $0.version) }) == request.completes else {
            throw Rejection(.counterChanged, ticket: current)
        }
        var facts: [Fact] = []
        if let current {
            let calledFor = now.tick - (current.calledTick ?? now.tick)
            if current.state == .called, calledFor < situation.rules.minCalled {
                throw Rejection(.justCalled, ticket: current)
            }
            facts.append(ended(current, .completed, as: .completed, kind: .completed))
        }
        guard let chosen = nextCandidate() else {
            if request.isAutomatic { throw Rejection(.notDue) }
            return facts
        }
        return facts + called(chosen.ticket, queue: chosen.queue, to: .counter(counter))
    }

    /// The best of the lowest tier that has anybody who may be called.
    private func nextCandidate() -> Situation.Candidate? {
        let due = situation.candidates.filter { now.tick - $0.ticket.queuedTick >= $0.helpAfter }
        guard let tier = due.map(\.tier).min() else { return nil }
        return due.filter { $0.tier == tier }.min { CallingOrder.precedes($0.ticket, $1.ticket) }
    }

    /// `POST /queues/{id}/reserve` without a counter.
    func reserve(_ holding: Holding) throws(Rejection) -> [Fact] {
        guard situation.queue != nil else { throw Rejection(.queueNotFound) }
        try checkHeld(holding, ticket: nil)
        guard let candidate = situation.candidates.first else { return [] }
        return called(candidate.ticket, queue: candidate.queue, to: .holder(holding))
    }

    func call(_ ticket: Ticket, to counterID: CounterID) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.waiting])
        let counter = try freeCounter(about: ticket)
        precondition(counter.id == counterID, "The loaded counter is the one that was asked for.")
        return called(ticket, queue: try ownQueue(), to: .counter(counter))
    }

    func hold(_ ticket: Ticket, _ holding: Holding) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.waiting])
        try checkHeld(holding, ticket: ticket)
        return called(ticket, queue: try ownQueue(), to: .holder(holding))
    }

    func checkHeld(_ holding: Holding, ticket: Ticket?) throws(Rejection) {
        if holding.isWorker, let most = situation.rules.maxHeld, situation.heldCount >= most {
            throw Rejection(.heldLimit, ticket: ticket)
        }
    }

    /// The loaded counter, which must be able to take a customer.
    func freeCounter(about ticket: Ticket) throws(Rejection) -> Counter {
        guard let counter = situation.counter else { throw Rejection(.counterNotFound, ticket: ticket) }
        guard counter.state != .closed else { throw Rejection(.counterClosed, ticket: ticket) }
        if let current = situation.current { throw Rejection(.counterBusy, ticket: current) }
        return counter
    }

    enum Caller {
        case counter(Counter)
        case holder(Holding)
    }

    /// waiting → called, and on to serving where the queue says so.
    private func called(_ ticket: Ticket, queue: Queue, to caller: Caller) -> [Fact] {
        var after = touched(ticket)
        after.state = .called
        after.calledTick = now.tick
        after.calledAt = now.wall
        after.firstCalledAt = ticket.firstCalledAt ?? now.wall
        after.callCount += 1
        after.targetCounterID = nil
        switch caller {
        case .counter(let counter):
            after.counterID = counter.id
            after.holder = nil
            after.leaseTick = nil
            after.agentID = command.agent(at: counter)
        case .holder(let holding):
            after.counterID = nil
            after.holder = holding.token
            after.leaseTick = holding.isWorker && situation.rules.lease != nil ? now.tick : nil
            after.agentID = command.agentID
        }
        let call = Fact.ticket(TicketFact(kind: .reserved, before: ticket, after: after, undo: .remember))
        guard queue.settings.autoStart else { return [call] }
        return [call, started(after, undo: .extend)]
    }

    func started(_ ticket: Ticket, undo: UndoRule) -> Fact {
        var after = touched(ticket)
        after.state = .serving
        after.startedTick = now.tick
        after.startedAt = now.wall
        return .ticket(TicketFact(kind: .started, before: ticket, after: after, undo: undo))
    }

    func recall(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.called])
        var after = touched(ticket)
        after.callCount += 1
        after.calledTick = now.tick
        after.calledAt = now.wall
        return [.ticket(TicketFact(kind: .recalled, before: ticket, after: after))]
    }
}
