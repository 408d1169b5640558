extension Decision {
    /// One action on one ticket.
    func change(_ action: TicketAction, expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let ticket = situation.ticket else { throw Rejection(.ticketNotFound) }
        try checkSeat(ticket, action)
        if let expecting, expecting != ticket.version { throw Rejection(.versionConflict, ticket: ticket) }
        switch action {
        case .call(let counterID): return try call(ticket, to: counterID)
        case .hold(let holding): return try hold(ticket, holding)
        case .recall: return try recall(ticket)
        case .start:
            try require(ticket, in: [.called])
            return [started(ticket, undo: .keep)]
        case .requeue: return try requeue(ticket)
        case .park(let until): return try park(ticket, until: until)
        case .resume(let counterID): return try resume(ticket, at: counterID)
        case .transfer(let target, let place): return try transfer(ticket, to: target, place: place)
        case .complete, .noShow, .cancel, .abandon: return try end(ticket, by: action)
        case .undo: return try undo(ticket)
        case .reinstate: return try reinstate(ticket)
        case .letAhead: return try letAhead(ticket)
        case .update(let estimatedTime, let progress):
            return try update(ticket, estimatedTime: estimatedTime, progress: progress)
        case .patch(let priority, let estimatedTime, let language):
            return try patch(ticket, priority: priority, estimatedTime: estimatedTime, language: language)
        case .setStatus(let expected, let status, let holding):
            return try setStatus(ticket, from: expected, to: status, holding: holding)
        case .returnFromPark: return try returnFromPark(ticket)
        case .expireLease: return try expireLease(ticket)
        case .expireDay: return try expireDay(ticket)
        }
    }

    /// A caller bound to a counter acts on those who are there or at none. What changes nothing about the visit is
    /// for every agent.
    private func checkSeat(_ ticket: Ticket, _ action: TicketAction) throws(Rejection) {
        guard let seat = command.seat else { return }
        var touched = [ticket]
        switch action {
        case .update, .patch: return
        case .undo: if let before = situation.before?.ticket { touched.append(before) }
        default: break
        }
        for each in touched where each.state.occupiesCounter {
            if let counterID = each.counterID, counterID != seat { throw Rejection(.otherCounter, ticket: ticket) }
        }
    }

    func require(_ ticket: Ticket, in states: [TicketState]) throws(Rejection) {
        guard states.contains(ticket.state) else { throw Rejection(.invalidTransition, ticket: ticket) }
    }

    /// The ticket's own queue; a ticket always has one, since a queue with open tickets can't be deleted. An ended
    /// ticket may outlive it.
    func ownQueue() throws(Rejection) -> Queue {
        guard let queue = situation.queue else { throw Rejection(.queueNotFound, ticket: situation.ticket) }
        return queue
    }

    /// `POST /tickets/{id}/status` of the original interface.
    private func setStatus(
        _ ticket: Ticket, from expected: TicketStatus, to status: TicketStatus, holding: Holding
    ) throws(Rejection) -> [Fact] {
        guard ticket.state.status == expected else { throw Rejection(.statusMismatch, ticket: ticket) }
        switch (expected, status) {
        case (.waiting, .processing): return try hold(ticket, holding)
        case (.processing, .waiting):
            return ticket.state == .parked ? try resume(ticket, at: nil) : try requeue(ticket)
        case (.processing, .done): return try end(ticket, by: .complete)
        case (.waiting, .done): return try end(ticket, by: .cancel)
        default: throw Rejection(.invalidTransition, ticket: ticket)
        }
    }

    /// The schema refuses such values too, but there a refusal fails the whole batch and so the neighbours.
    func checkBounds(priority: Int = 1, estimatedTime: Int? = nil, progress: Int? = nil) throws(Rejection) {
        let fault = TicketBounds.fault(priority: priority, estimatedTime: estimatedTime, progress: progress)
        if let fault { throw Rejection(.invalidSetting, ticket: situation.ticket, fault: fault) }
    }

    private func update(
        _ ticket: Ticket, estimatedTime: Patch<Int?>, progress: Patch<Int?>
    ) throws(Rejection) -> [Fact] {
        guard !ticket.state.isEnded else { throw Rejection(.ticketEnded, ticket: ticket) }
        var after = touched(ticket)
        after.estimatedTime = estimatedTime.applied(to: ticket.estimatedTime)
        after.progress = progress.applied(to: ticket.progress)
        try checkBounds(estimatedTime: after.estimatedTime, progress: after.progress)
        if ticket.leaseTick != nil { after.leaseTick = now.tick }
        return [.ticket(TicketFact(kind: .updated, before: ticket, after: after))]
    }

    private func patch(
        _ ticket: Ticket, priority: Patch<Int>, estimatedTime: Patch<Int?>, language: Patch<String?>
    ) throws(Rejection) -> [Fact] {
        guard !ticket.state.isEnded else { throw Rejection(.ticketEnded, ticket: ticket) }
        var after = touched(ticket)
        after.estimatedTime = estimatedTime.applied(to: ticket.estimatedTime)
        after.language = language.applied(to: ticket.language)
        after.priority = priority.applied(to: ticket.priority)
        try checkBounds(priority: after.priority, estimatedTime: after.estimatedTime)
        if after.priority != ticket.priority {
            let credit = try ownQueue().settings.creditMilliseconds
            after.rank = CallingOrder.rank(
                moved: ticket.rank, from: ticket.priority, credit: credit, to: after.priority, newCredit: credit)
        }
        return [.ticket(TicketFact(kind: .updated, before: ticket, after: after))]
    }

    /// The customer lets the next one ahead.
    private func letAhead(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        try require(ticket, in: [.waiting])
        guard ticket.letAheadCount < Rules.maxLetAhead else { throw Rejection(.letAheadLimit, ticket: ticket) }
        guard let follower = situation.follower else { throw Rejection(.nobodyBehind, ticket: ticket) }
        var after = touched(ticket)
        after.letAheadCount += 1
        after.rank = follower.id < ticket.id ? follower.rank : follower.rank + 1
        let details = ChangeDetails(reason: .letAhead)
        return [.ticket(TicketFact(kind: .updated, before: ticket, after: after, details: details))]
    }
}
