package import QueueDomain
package import QueueEvents

/// The ticks of a ticket that something is due by; no event carries them, since they mean nothing outside.
package struct TicketTicks: Equatable, Sendable {
    package var queued: Int64
    /// When it comes back by itself.
    package var parkUntil: Int64?
    /// When its worker was last heard of.
    package var lease: Int64?

    /// Picks them out of a ticket.
    package init(_ ticket: Ticket) {
        queued = ticket.queuedTick
        parkUntil = ticket.parkUntilTick
        lease = ticket.leaseTick
    }
}

/// A committed event as followers get it: the stored bytes, and what they filter by.
package struct LoggedEvent: Sendable {
    package let envelope: EventEnvelope
    /// The stored text, which is also the staff frame.
    package let body: [UInt8]
    package let queueID: Int64?
    package let previousQueueID: Int64?
    package let counterID: Int64?
    /// The queues that a counter served before this change; no event carries them, and whoever follows one of them
    /// must learn that the counter has left.
    package let formerQueueIDs: Set<Int64>
    /// When it was decided, by the writer's own clock.
    package let tick: Int64
    /// Of a ticket's event.
    package let ticketTicks: TicketTicks?

    /// The event's number.
    package var seq: Int64 { envelope.seq }

    init(
        envelope: EventEnvelope, body: [UInt8], tick: Int64, ticketTicks: TicketTicks?, formerQueueIDs: Set<Int64> = []
    ) {
        self.envelope = envelope
        self.body = body
        self.tick = tick
        self.ticketTicks = ticketTicks
        self.formerQueueIDs = formerQueueIDs
        var queueID: Int64?
        var previousQueueID: Int64?
        var counterID: Int64?
        switch envelope.subject {
        case .ticket(let ticket, let details):
            queueID = ticket.queueID
            previousQueueID = details.previousQueueID
            counterID = ticket.counterID
        case .queue(let queue, _): queueID = queue.id
        case .counter(let counter, _): counterID = counter.id
        case .agent, .branch: break
        }
        self.queueID = queueID
        self.previousQueueID = previousQueueID
        self.counterID = counterID
    }
}
