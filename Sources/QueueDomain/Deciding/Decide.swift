/// The branch's one reducer: what a command makes true, or why it is refused.
///
/// Pure: no clock, no I/O, nothing remembered. Facts are in order; each becomes one event.
/// - Throws: the rejection; then nothing is to be written.
package func decide(_ command: Command, in situation: Situation) throws(Rejection) -> [Fact] {
    let decision = Decision(command: command, situation: situation)
    try decision.checkAgent()
    switch command.request {
    case .issue(let request): return try decision.issue(request)
    case .ticket(_, let action, let expecting): return try decision.change(action, expecting: expecting)
    case .callNext(let request): return try decision.callNext(request)
    case .reserve(_, let holding): return try decision.reserve(holding)
    case .counter(_, let action, let expecting): return try decision.changeCounter(action, expecting: expecting)
    case .edit(let edit): return try decision.edit(edit)
    case .rollDay: return try decision.rollDay()
    }
}

/// One command in its situation; the slices of the rules extend it.
struct Decision {
    let command: Command
    let situation: Situation

    var now: Moment { situation.now }

    /// Whoever has left, or was put on leave, gets no more customers; what is at hand can be brought to its end.
    func checkAgent() throws(Rejection) {
        guard command.agentID != nil, command.takesCustomer else { return }
        guard let agent = situation.agent else { throw Rejection(.agentNotFound, ticket: situation.ticket) }
        guard agent.isActive else { throw Rejection(.agentInactive, ticket: situation.ticket) }
    }

    /// The ticket with everything stamped that every change stamps.
    func touched(_ ticket: Ticket) -> Ticket {
        var after = ticket
        after.version += 1
        after.updatedAt = now.wall
        return after
    }
}

extension Command {
    /// The ticket that answers the command, out of its facts; nil where nothing was called.
    package func answer(from facts: [Fact]) -> Ticket? {
        let tickets = facts.compactMap { fact -> TicketFact? in
            if case .ticket(let change) = fact { change } else { nil }
        }
        switch request {
        case .callNext, .reserve:
            return tickets.last { $0.kind == .reserved || $0.kind == .started }?.after
        case .issue, .ticket:
            return tickets.last?.after
        case .counter, .edit, .rollDay:
            return nil
        }
    }
}
