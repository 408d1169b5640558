import Foundation
import GRDB
import QueueDomain
import QueueEvents

extension WriterSession {
    /// Writes one fact: the row changes that follow from it, and its event.
    /// - Returns: the event's uid.
    @discardableResult
    func write(_ fact: Fact, by actor: Actor) throws -> EventUID {
        let uid = uid()
        switch fact {
        case .ticket(let change): try write(change, uid: uid)
        case .counter(let change): try write(change)
        case .queue(let change): try write(change)
        case .agent(let change): try write(change)
        case .branch(let change): try write(change)
        }
        try log(fact, uid: uid, actor: actor)
        return uid
    }

    private func log(_ fact: Fact, uid: EventUID, actor: Actor) throws {
        let seq = memory.row.lastSeq + 1
        let envelope = EventEnvelope(
            seq: seq, uid: uid, type: EventEncoding.type(of: fact), at: now.wall.milliseconds,
            actorRole: actor.role.rawValue, actorID: actor.id, subject: EventEncoding.subject(of: fact))
        var ticketID: Int64?
        var ticks: TicketTicks?
        if case .ticket(let change) = fact {
            ticketID = change.after.id.rawValue
            ticks = TicketTicks(change.after)
        }
        var former: Set<Int64> = []
        if case .counter(let change) = fact {
            former = Set(change.before?.settings.serves.map(\.queueID.rawValue) ?? [])
        }
        let event = LoggedEvent(
            envelope: envelope, body: envelope.body(for: .staff), tick: now.tick, ticketTicks: ticks,
            formerQueueIDs: former)
        let chain = memory.row.lastChain.next(uid: uid, body: event.body)
        try db.change(
            """
            INSERT INTO events (seq, uid, type, at, tick, ticket_id, queue_id, previous_queue_id, counter_id, chain,
                body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            binding: [
                .init(seq), .init(uid.text), .init(envelope.type.rawValue), .init(envelope.at), .init(now.tick),
                .init(ticketID), .init(event.queueID), .init(event.previousQueueID), .init(event.counterID),
                .init(Array(chain.stored)), .init(event.body),
            ])
        memory.row.lastSeq = seq
        memory.row.lastChain = chain
        append(event)
    }

    private func write(_ change: TicketFact, uid: EventUID) throws {
        try moveLines(change)
        try remember(change)
        let after = change.after
        guard let before = change.before else {
            let token = memory.linkKey.token(uid: uid.text)
            let row = TicketRow(ticket: after, uid: uid.text, linkHash: LinkKey.hash(ofToken: token))
            try db.change(TicketStatements.insert, binding: [.init(after.id.rawValue)] + row.values)
            memory.row.nextTicketID = after.id.rawValue + 1
            return
        }
        let key = [SQLValue(after.id.rawValue), SQLValue(before.version)]
        let values = TicketRow.changingValues(of: after) + key
        switch (before.state.isEnded, after.state.isEnded) {
        case (false, false):
            try requireOne(try db.change(TicketStatements.update, binding: values))
        case (false, true):
            try requireOne(try db.change(TicketStatements.end, binding: values))
            try requireOne(try db.change(TicketStatements.delete, binding: key))
        case (true, false):
            try requireOne(try db.change(TicketStatements.reopen, binding: values))
            try requireOne(try db.change(TicketStatements.deleteEnded, binding: key))
        case (true, true):
            preconditionFailure("No action leads from one end to another.")
        }
    }

    /// The compare-and-set's other half. The decision saw the same version in the same transaction, so this fails
    /// only if somebody else writes to the database, and then the whole batch must not happen.
    private func requireOne(_ changed: Int) throws {
        guard changed == 1 else {
            throw StoreError.batchFailed("a ticket's version moved between decision and write")
        }
    }

    private func moveLines(_ change: TicketFact) throws {
        if let count = change.drawnCount {
            let day = change.after.day
            try changeQueue(change.after.queueID) {
                $0.lastDrawn = count
                $0.drawnDay = day
            }
        }
        if let before = change.before, before.waitsInQueueLine {
            try changeQueue(before.queueID) { $0.waiting -= 1 }
        }
        if change.after.waitsInQueueLine {
            try changeQueue(change.after.queueID) { $0.waiting += 1 }
        }
    }

    private func remember(_ change: TicketFact) throws {
        let id = change.after.id.rawValue
        let seq = memory.row.lastSeq + 1
        switch change.undo {
        case .keep: break
        case .remember:
            let values: [(any DatabaseValueConvertible)?] = [
                seq, change.after.version, change.kind.rawValue, now.tick, id,
            ]
            try requireOne(try db.change(TicketStatements.remember, values))
        case .extend: try db.change(TicketStatements.extend, [change.after.version, id])
        case .forget: try db.change(TicketStatements.forget, [id])
        }
    }

    private func write(_ change: CounterFact) throws {
        guard let counter = change.after else {
            if let before = change.before {
                memory.counters[before.id] = nil
                try CounterRow.delete(before.id, db)
            }
            return
        }
        let servesChanged = change.before?.settings.serves != counter.settings.serves
        try CounterRow.save(counter, servesChanged: servesChanged, db)
        memory.counters[counter.id] = counter
        memory.row.nextCounterID = max(memory.row.nextCounterID, counter.id.rawValue + 1)
    }

    private func write(_ change: QueueFact) throws {
        guard let queue = change.after else {
            if let before = change.before {
                memory.queues[before.id] = nil
                memory.movedQueues.remove(before.id)
                try QueueRow.delete(before.id, db)
            }
            return
        }
        try QueueRow.save(queue, db)
        memory.queues[queue.id] = queue
        memory.row.nextQueueID = max(memory.row.nextQueueID, queue.id.rawValue + 1)
        if change.rerank != 0 {
            try db.change(TicketStatements.rerank, [change.rerank, queue.id.rawValue])
            try db.change(TicketStatements.rerankBefore, [change.rerank, queue.id.rawValue])
        }
    }

    private func write(_ change: AgentFact) throws {
        guard let agent = change.after else {
            if let before = change.before { try AgentRow.delete(before.id, db) }
            return
        }
        try AgentRow.save(agent, name: change.name, db)
        if !agent.isActive { try db.change("DELETE FROM sessions WHERE agent_id = ?", [agent.id.rawValue]) }
        memory.row.nextAgentID = max(memory.row.nextAgentID, agent.id.rawValue + 1)
    }

    private func write(_ change: BranchFact) throws {
        if change.after.timeZone != change.before.timeZone {
            guard let zone = ZoneOffsets.load(change.after.timeZone) else {
                throw StoreError.batchFailed("the time zone \(change.after.timeZone) is unknown")
            }
            memory.rules.calendar.zone = zone
        }
        if change.after.profile != change.before.profile { try BranchRow.save(change.after.profile, db) }
        memory.row.branch = change.after
    }

    func write(_ texts: TextChange, of id: TicketID) throws {
        guard !texts.isEmpty else { return }
        if texts.customerName == .set(nil) { try db.change(TicketStatements.clearName, [id.rawValue]) }
        let name = texts.customerName.applied(to: nil)
        guard name != nil || texts.note != nil || texts.reason != nil else { return }
        try db.change(
            TicketStatements.insertPerson, [id.rawValue, name, texts.note, texts.reason, now.tick])
    }
}
