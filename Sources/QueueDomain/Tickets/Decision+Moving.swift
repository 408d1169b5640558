extension Decision {
    /// waiting again, with the rank it has; calls and their stamps are over.
    func backInLine(_ ticket: Ticket) -> Ticket {
        var after = ticket
        after.state = .waiting
        after.counterID = nil
        after.targetCounterID = nil
        after.holder = nil
        after.agentID = nil
        after.leaseTick = nil
        after.calledTick = nil
        after.calledAt = nil
        after.startedTick = nil
        after.startedAt = nil
        after.parkedAt = nil
        after.parkUntil = nil
        after.parkUntilTick = nil
        after.progress = nil
        return after
    }

    func requeue(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.called, .serving])
        let after = backInLine(touched(ticket))
        let details = ChangeDetails(previousState: ticket.state)
        return [.ticket(TicketFact(kind: .requeued, before: ticket, after: after, details: details, undo: .remember))]
    }

    /// The worker that holds the ticket wasn't heard of for the whole lease.
    func expireLease(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        guard let leaseTick = ticket.leaseTick, let lease = situation.rules.lease, now.tick - leaseTick >= lease else {
            throw Rejection(.notDue, ticket: ticket)
        }
        let after = backInLine(touched(ticket))
        let details = ChangeDetails(previousState: ticket.state, reason: .leaseExpired)
        return [.ticket(TicketFact(kind: .requeued, before: ticket, after: after, details: details, undo: .forget))]
    }

    func park(_ ticket: Ticket, until: Timestamp?) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.called, .serving])
        var after = touched(ticket)
        after.state = .parked
        after.counterID = nil
        after.holder = nil
        after.leaseTick = nil
        after.parkedAt = now.wall
        if let until {
            let span = until.milliseconds.subtractingReportingOverflow(now.wall.milliseconds)
            guard !span.overflow, span.partialValue <= Rules.longestPark else {
                throw Rejection(.parkTooLong, ticket: ticket)
            }
            after.parkUntil = until
            after.parkUntilTick = now.tick + max(0, span.partialValue)
        }
        let details = ChangeDetails(previousState: ticket.state)
        return [.ticket(TicketFact(kind: .parked, before: ticket, after: after, details: details, undo: .remember))]
    }

    func resume(_ ticket: Ticket, at counterID: CounterID?) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.parked])
        guard counterID != nil else {
            return [.ticket(TicketFact(kind: .resumed, before: ticket, after: backInLine(touched(ticket))))]
        }
        let counter = try freeCounter(about: ticket)
        var after = touched(ticket)
        after.state = .serving
        after.counterID = counter.id
        after.agentID = command.agent(at: counter)
        after.startedTick = ticket.startedTick ?? now.tick
        after.startedAt = ticket.startedAt ?? now.wall
        after.parkedAt = nil
        after.parkUntil = nil
        after.parkUntilTick = nil
        return [.ticket(TicketFact(kind: .resumed, before: ticket, after: after))]
    }

    func returnFromPark(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        guard ticket.state == .parked, let due = ticket.parkUntilTick, due <= now.tick else {
            throw Rejection(.notDue, ticket: ticket)
        }
        let details = ChangeDetails(previousState: .parked, reason: .parkEnded)
        let after = backInLine(touched(ticket))
        return [.ticket(TicketFact(kind: .resumed, before: ticket, after: after, details: details))]
    }

    func transfer(
        _ ticket: Ticket, to target: TransferTarget, place: TransferPlace
    ) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.called, .serving])
        if situation.missingQueueID != nil { throw Rejection(.queueNotFound, ticket: ticket) }
        let queue = try ownQueue()
        var after = backInLine(touched(ticket))
        after.queueID = queue.id
        if case .counter = target {
            guard let counter = situation.counter else { throw Rejection(.counterNotFound, ticket: ticket) }
            guard counter.state != .closed else { throw Rejection(.counterClosed, ticket: ticket) }
            if situation.line.count >= DomainLimits.counterLine { throw Rejection(.queueFull, ticket: ticket) }
            after.targetCounterID = counter.id
        }
        after.queuedTick = now.tick
        after.queuedAt = now.wall
        after.rank = rank(of: ticket, in: queue, at: place)
        let details = ChangeDetails(
            previousState: ticket.state, previousQueueID: ticket.queueID, place: place)
        return [
            .ticket(TicketFact(kind: .transferred, before: ticket, after: after, details: details, undo: .remember))
        ]
    }

    private func rank(of ticket: Ticket, in queue: Queue, at place: TransferPlace) -> Int64 {
        let byArrival = CallingOrder.rank(
            arrivalTick: ticket.arrivalTick, priority: ticket.priority, credit: queue.settings.creditMilliseconds)
        switch place {
        case .arrival: return byArrival
        case .first: return situation.targetHead.map { min($0.rank - 1, byArrival) } ?? byArrival
        case .last: return now.tick
        }
    }
}
