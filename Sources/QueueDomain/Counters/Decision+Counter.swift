extension Decision {
    func changeCounter(_ action: CounterAction, expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let counter = situation.counter else { throw Rejection(.counterNotFound) }
        if let expecting, expecting != counter.version { throw Rejection(.versionConflict) }
        switch action {
        case .open(let agentID): return try open(counter, by: agentID)
        case .pause:
            guard counter.state != .closed else { throw Rejection(.counterClosed, ticket: situation.current) }
            return [counterFact(.paused, counter) { $0.state = .paused }]
        case .close: return try close(counter)
        }
    }

    /// Opens, or goes on after a pause. Another agent takes over only after a close; an open without an agent keeps
    /// the one who is there.
    private func open(_ counter: Counter, by agentID: AgentID?) throws(Rejection) -> [Fact] {
        if let agentID {
            guard let agent = situation.agent else { throw Rejection(.agentNotFound) }
            guard agent.isActive else { throw Rejection(.agentInactive) }
            if let elsewhere = situation.agentCounterID, elsewhere != counter.id { throw Rejection(.agentElsewhere) }
            if counter.state != .closed, let owner = counter.agentID, owner != agentID {
                throw Rejection(.counterOccupied, ticket: situation.current)
            }
        }
        return [
            counterFact(.opened, counter) {
                $0.state = .open
                $0.agentID = agentID ?? (counter.state == .closed ? nil : counter.agentID)
            }
        ]
    }

    /// A counter closes without a customer; those who wait for it alone go back to their queues' lines.
    private func close(_ counter: Counter) throws(Rejection) -> [Fact] {
        if let current = situation.current { throw Rejection(.counterBusy, ticket: current) }
        let returned = situation.line.map { ticket in
            var after = touched(ticket)
            after.targetCounterID = nil
            let details = ChangeDetails(previousState: .waiting, reason: .counterClosed)
            return Fact.ticket(
                TicketFact(kind: .requeued, before: ticket, after: after, details: details, undo: .forget))
        }
        let closed = counterFact(.closed, counter) {
            $0.state = .closed
            $0.agentID = nil
        }
        return returned + [closed]
    }

    func counterFact(_ kind: CounterEventKind, _ counter: Counter, _ change: (inout Counter) -> Void) -> Fact {
        var after = counter
        change(&after)
        after.version += 1
        return .counter(CounterFact(kind: kind, before: counter, after: after))
    }
}
