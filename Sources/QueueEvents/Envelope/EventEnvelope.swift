/// One event, in the one shape that it has everywhere: log, WebSocket, head office.
package struct EventEnvelope: Equatable, Sendable {
    /// What the event is about; configuration events carry the whole new row in `details`.
    package enum Subject: Equatable, Sendable {
        case ticket(TicketPayload, TicketDetails)
        case counter(CounterPayload, deleted: Bool)
        case queue(QueuePayload, deleted: Bool)
        case agent(AgentPayload, deleted: Bool)
        case branch(BranchPayload, closedDay: String?)
    }

    /// 1, 2, 3 … in commit order, never re-numbered.
    package var seq: Int64
    package var uid: EventUID
    package var type: EventType
    /// Milliseconds since 1970.
    package var at: Int64
    package var actorRole: String
    package var actorID: Int64?
    package var subject: Subject

    package init(
        seq: Int64, uid: EventUID, type: EventType, at: Int64, actorRole: String, actorID: Int64?, subject: Subject
    ) {
        self.seq = seq
        self.uid = uid
        self.type = type
        self.at = at
        self.actorRole = actorRole
        self.actorID = actorID
        self.subject = subject
    }

    /// The event as JSON text. The staff text is what is stored, chained and sent to head office.
    package func body(for view: ReaderView) -> [UInt8] {
        var text = JSONText(capacity: 1_280)
        text.beginObject()
        text.member("seq", seq)
        text.member("uid", uid.text)
        text.member("event", type.rawValue)
        text.member("tv", type.shapeVersion)
        text.instant("at", at)
        text.key("actor")
        text.beginObject()
        text.member("role", actorRole)
        text.member("id", view == .staff ? actorID : nil)
        text.endObject()
        writeSubject(into: &text, view: view)
        text.endObject()
        return text.bytes
    }

    private func writeSubject(into text: inout JSONText, view: ReaderView) {
        if case .ticket(let ticket, let details) = subject {
            text.member("ticket_id", ticket.id)
            text.member("queue_id", ticket.queueID)
            text.member("status", ticket.status)
            text.member("state", ticket.state)
            text.member("version", ticket.version)
            text.key("ticket")
            text.beginObject()
            ticket.writeMembers(into: &text, view: view)
            text.endObject()
            text.key("details")
            details.write(into: &text, view: view)
            return
        }
        var queueID: Int64?
        if case .queue(let queue, _) = subject { queueID = queue.id }
        text.member("ticket_id", Int64?.none)
        text.member("queue_id", queueID)
        text.member("status", String?.none)
        text.member("state", String?.none)
        text.member("version", Int64?.none)
        text.member("ticket", String?.none)
        text.key("details")
        text.beginObject()
        writeRow(into: &text, view: view)
        text.endObject()
    }

    private func writeRow(into text: inout JSONText, view: ReaderView) {
        switch subject {
        case .ticket:
            break
        case .counter(let counter, let deleted):
            text.key("counter")
            counter.write(into: &text, view: view)
            text.member("deleted", deleted)
        case .queue(let queue, let deleted):
            text.key("queue")
            queue.write(into: &text, view: view)
            text.member("deleted", deleted)
        case .agent(let agent, let deleted):
            guard view == .staff else { return }
            text.key("agent")
            agent.write(into: &text)
            text.member("deleted", deleted)
        case .branch(let branch, let closedDay):
            text.key("branch")
            branch.write(into: &text)
            if let closedDay { text.member("closed_day", closedDay) }
        }
    }
}

/// What a ticket's event says beside the ticket; absent parts are left out of the text.
package struct TicketDetails: Equatable, Sendable {
    package var previousState: String?
    package var previousQueueID: Int64?
    package var undoes: Int64?
    package var reason: String?
    package var place: String?

    package init(
        previousState: String? = nil, previousQueueID: Int64? = nil, undoes: Int64? = nil, reason: String? = nil,
        place: String? = nil
    ) {
        self.previousState = previousState
        self.previousQueueID = previousQueueID
        self.undoes = undoes
        self.reason = reason
        self.place = place
    }

    func write(into text: inout JSONText, view: ReaderView) {
        text.beginObject()
        if let previousState { text.member("previous_state", previousState) }
        if let previousQueueID { text.member("previous_queue_id", previousQueueID) }
        if let undoes { text.member("undoes", undoes) }
        if view == .staff {
            if let reason { text.member("reason", reason) }
            if let place { text.member("place", place) }
        }
        text.endObject()
    }
}
