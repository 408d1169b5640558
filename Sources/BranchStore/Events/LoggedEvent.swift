package import QueueEvents

/// A committed event as followers get it: the stored bytes, and what they filter by.
package struct LoggedEvent: Sendable {
    package let envelope: EventEnvelope
    /// The stored text, which is also the staff frame.
    package let body: [UInt8]
    package let queueID: Int64?
    package let previousQueueID: Int64?
    package let counterID: Int64?

    /// Its place in commit order.
    package var seq: Int64 { envelope.seq }

    init(envelope: EventEnvelope, body: [UInt8]) {
        self.envelope = envelope
        self.body = body
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
