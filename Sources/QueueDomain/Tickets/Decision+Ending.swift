extension Decision {
    func end(_ ticket: Ticket, by action: TicketAction) throws(Rejection) -> [Fact] {
        switch action {
        case .complete:
            try require(ticket, in: [.called, .serving])
            return [ended(ticket, .completed, as: .completed, kind: .completed)]
        case .noShow:
            try require(ticket, in: [.called])
            return [ended(ticket, .noShow, as: .noShow, kind: .noShow)]
        case .cancel:
            try require(ticket, in: [.waiting, .parked])
            return [ended(ticket, .cancelled, as: .cancelled, kind: .cancelled)]
        case .abandon:
            try require(ticket, in: [.waiting, .parked])
            return [ended(ticket, .abandoned, as: .abandoned, kind: .abandoned)]
        default:
            preconditionFailure("Only these four actions end a ticket.")
        }
    }

    func ended(
        _ ticket: Ticket, _ state: TicketState, as outcome: TicketOutcome, kind: TicketEventKind,
        details: ChangeDetails = ChangeDetails(), undo: UndoRule = .remember
    ) -> Fact {
        var after = touched(ticket)
        after.state = state
        after.outcome = outcome
        after.endedTick = now.tick
        after.endedAt = now.wall
        after.endedBy = command.actor
        after.holder = nil
        after.leaseTick = nil
        after.targetCounterID = nil
        after.parkUntil = nil
        after.parkUntilTick = nil
        return .ticket(TicketFact(kind: kind, before: ticket, after: after, details: details, undo: undo))
    }

    /// The ticket is open after its business day ended.
    func expireDay(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        let queue = try ownQueue()
        guard !ticket.state.isEnded, ticket.day < situation.branch.day, !queue.settings.carryOver else {
            throw Rejection(.notDue, ticket: ticket)
        }
        let details = ChangeDetails(previousState: ticket.state, reason: .dayEnded)
        switch ticket.state {
        case .called:
            return [ended(ticket, .noShow, as: .expired, kind: .noShow, details: details, undo: .forget)]
        case .serving where now.tick - situation.branch.dayBeganTick < Rules.servingGrace:
            throw Rejection(.notDue, ticket: ticket)
        default:
            return [ended(ticket, .expired, as: .expired, kind: .expired, details: details, undo: .forget)]
        }
    }

    /// Takes back the newest action; the ticket gets its fields from before.
    func undo(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        guard let before = situation.before, before.version == ticket.version else {
            throw Rejection(.nothingToUndo, ticket: ticket)
        }
        let isLink = command.actor.role == .link
        if isLink, before.kind != .abandoned || ticket.endedBy?.role != .link {
            throw Rejection(.nothingToUndo, ticket: ticket)
        }
        let window = isLink ? Rules.linkUndoWindow : try ownQueue().undoWindow
        guard now.tick - before.tick < window else { throw Rejection(.undoExpired, ticket: ticket) }
        if situation.missingQueueID != nil { throw Rejection(.queueNotFound, ticket: ticket) }
        if ticket.state.isEnded, situation.numberIsOpen { throw Rejection(.numberInUse, ticket: ticket) }
        var after = before.ticket
        after.version = ticket.version
        after = touched(after)
        var details = ChangeDetails(previousState: ticket.state, undoes: before.seq)
        if after.queueID != ticket.queueID { details.previousQueueID = ticket.queueID }
        if after.leaseTick != nil { after.leaseTick = now.tick }
        if lostItsPlace(after, insteadOf: ticket) {
            after = backInLine(after)
            details.reason = .counterTaken
        }
        if after.waitsInCounterLine, situation.counter.map({ $0.state == .closed }) ?? true {
            after.targetCounterID = nil
            details.reason = .counterClosed
        }
        return [.ticket(TicketFact(kind: .reinstated, before: ticket, after: after, details: details, undo: .forget))]
    }

    /// Whether the counter or holder that had the ticket can't take it back.
    private func lostItsPlace(_ after: Ticket, insteadOf ticket: Ticket) -> Bool {
        guard after.state.occupiesCounter else { return false }
        if after.counterID != nil {
            guard let counter = situation.counter, counter.state != .closed else { return true }
            return situation.current.map { $0.id != ticket.id } ?? false
        }
        if after.leaseTick != nil, ticket.holder != after.holder, let most = situation.rules.maxHeld {
            return situation.heldCount >= most
        }
        return false
    }

    /// A supervisor puts a ticket that ended today back in line.
    func reinstate(_ ticket: Ticket) throws(Rejection) -> [Fact] {
        guard ticket.state.isEnded else { throw Rejection(.invalidTransition, ticket: ticket) }
        guard endedToday(ticket) else { throw Rejection(.notEndedToday, ticket: ticket) }
        _ = try ownQueue()
        if situation.numberIsOpen { throw Rejection(.numberInUse, ticket: ticket) }
        var after = backInLine(touched(ticket))
        after.endedTick = nil
        after.endedAt = nil
        after.endedBy = nil
        after.outcome = nil
        let details = ChangeDetails(previousState: ticket.state, reason: .reinstated)
        return [.ticket(TicketFact(kind: .reinstated, before: ticket, after: after, details: details, undo: .forget))]
    }

    private func endedToday(_ ticket: Ticket) -> Bool {
        guard let endedTick = ticket.endedTick else { return false }
        return endedTick >= situation.branch.dayBeganTick
    }
}
