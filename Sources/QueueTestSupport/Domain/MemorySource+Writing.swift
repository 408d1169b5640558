package import QueueDomain

extension MemorySource {
    /// Makes facts true; each becomes one event.
    /// - Returns: the first event's number; the others follow without a hole.
    @discardableResult
    package func apply(_ facts: [Fact], at now: Moment) -> Int64 {
        let first = lastSeq + 1
        for fact in facts {
            switch fact {
            case .ticket(let change): apply(change, at: now)
            case .counter(let change): apply(change)
            case .queue(let change): apply(change)
            case .agent(let change): apply(change)
            case .branch(let change): branchRow = change.after
            }
            lastSeq += 1
        }
        if !facts.isEmpty {
            lastTick = now.tick
            lastWall = max(lastWall, now.wall)
        }
        return first
    }

    /// Drops what is kept for undo and can't be undone any more, as the store's purge does.
    package func forgetBefores(madeBefore tick: Int64) {
        befores = befores.filter { $0.value.tick >= tick }
    }

    private func apply(_ change: TicketFact, at now: Moment) {
        remember(change, at: now)
        let after = change.after
        if let count = change.drawnCount {
            queues[after.queueID]?.lastDrawn = count
            queues[after.queueID]?.drawnDay = after.day
        }
        guard let before = change.before else {
            precondition(after.id == nextTicketID(), "Ids are drawn one by one.")
            slots.append(Slot(ticket: after, openIndex: openIDs.count))
            openIDs.append(after.id)
            enter(after)
            return
        }
        let index = Int(before.id.rawValue) - 1
        precondition(slots[index].ticket.version == before.version, "Nobody else changes a ticket.")
        if !before.state.isEnded { leave(before) }
        slots[index].ticket = after
        switch (before.state.isEnded, after.state.isEnded) {
        case (false, false):
            enter(after)
        case (false, true):
            close(index)
            end(after, at: now)
        case (true, false):
            slots[index].openIndex = openIDs.count
            openIDs.append(after.id)
            endedNumbers[after.number]?.removeAll { $0.id == after.id }
            enter(after)
        case (true, true):
            preconditionFailure("No action leads from one end to another.")
        }
    }

    /// Takes a ticket out of the open ones; the last of them takes its place.
    private func close(_ index: Int) {
        guard let place = slots[index].openIndex, let last = openIDs.popLast() else {
            preconditionFailure("An open ticket is among the open ones.")
        }
        slots[index].openIndex = nil
        if place < openIDs.count {
            openIDs[place] = last
            slots[Int(last.rawValue) - 1].openIndex = place
        }
    }

    private func end(_ ticket: Ticket, at now: Moment) {
        // Only what ended within the longest undo window is ever asked for.
        endedNumbers[ticket.number]?.removeAll { $0.tick < now.tick - 301 * Span.second }
        endedNumbers[ticket.number, default: []].append(EndedNumber(tick: now.tick, id: ticket.id))
    }

    private func enter(_ ticket: Ticket) {
        openNumbers[ticket.number] = ticket.id
        openCounts[ticket.queueID, default: 0] += 1
        if ticket.waitsInQueueLine {
            lines[ticket.queueID, default: MemoryLine()].insert(ticket)
            queues[ticket.queueID]?.waiting += 1
        }
        if let target = ticket.targetCounterID { counterLines[target, default: MemoryLine()].insert(ticket) }
        if let holder = ticket.holder { held[holder, default: 0] += 1 }
        if ticket.state.occupiesCounter, let counter = ticket.counterID {
            precondition(seats[counter] == nil, "A counter has one customer.")
            seats[counter] = ticket.id
        }
    }

    private func leave(_ ticket: Ticket) {
        openNumbers[ticket.number] = nil
        openCounts[ticket.queueID, default: 0] -= 1
        if ticket.waitsInQueueLine {
            lines[ticket.queueID]?.remove(ticket)
            queues[ticket.queueID]?.waiting -= 1
        }
        if let target = ticket.targetCounterID { counterLines[target]?.remove(ticket) }
        if let holder = ticket.holder { held[holder, default: 0] -= 1 }
        if ticket.state.occupiesCounter, let counter = ticket.counterID { seats[counter] = nil }
    }

    private func remember(_ change: TicketFact, at now: Moment) {
        let id = change.after.id
        switch change.undo {
        case .keep: break
        case .remember:
            guard let before = change.before else { preconditionFailure("A new ticket can't be undone.") }
            befores[id] = TicketBefore(
                seq: lastSeq + 1, version: change.after.version, kind: change.kind, tick: now.tick, ticket: before)
        case .extend: befores[id]?.version = change.after.version
        case .forget: befores[id] = nil
        }
    }

    private func apply(_ change: CounterFact) {
        guard let counter = change.after else {
            if let before = change.before { counters[before.id] = nil }
            return
        }
        counters[counter.id] = counter
        counterIDs = max(counterIDs, counter.id.rawValue + 1)
    }

    private func apply(_ change: QueueFact) {
        guard let queue = change.after else {
            if let before = change.before {
                queues[before.id] = nil
                lines[before.id] = nil
            }
            return
        }
        queues[queue.id] = queue
        queueIDs = max(queueIDs, queue.id.rawValue + 1)
        if change.rerank != 0 { rerank(queue.id, by: change.rerank) }
    }

    private func rerank(_ queue: QueueID, by step: Int64) {
        for id in openIDs {
            let ticket = slots[Int(id.rawValue) - 1].ticket
            guard ticket.queueID == queue else { continue }
            var moved = ticket
            moved.rank += step * Int64(ticket.priority - 1)
            if ticket.waitsInQueueLine {
                lines[queue]?.remove(ticket)
                lines[queue]?.insert(moved)
            } else if let target = ticket.targetCounterID {
                counterLines[target]?.remove(ticket)
                counterLines[target]?.insert(moved)
            }
            slots[Int(id.rawValue) - 1].ticket = moved
        }
        for (id, before) in befores where before.ticket.queueID == queue {
            befores[id]?.ticket.rank += step * Int64(before.ticket.priority - 1)
        }
    }

    private func apply(_ change: AgentFact) {
        guard let agent = change.after else {
            if let before = change.before { agents[before.id] = nil }
            return
        }
        agents[agent.id] = (agent, change.name ?? agents[agent.id]?.name ?? "")
        agentIDs = max(agentIDs, agent.id.rawValue + 1)
    }
}
