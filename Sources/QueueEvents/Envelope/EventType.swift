/// The types of events, as branch, clients and head office name them. Adding is allowed, renaming is not.
package enum EventType: String, Sendable, CaseIterable {
    case ticketCreated = "ticket.created"
    case ticketReserved = "ticket.reserved"
    case ticketRecalled = "ticket.recalled"
    case ticketStarted = "ticket.started"
    case ticketCompleted = "ticket.completed"
    case ticketNoShow = "ticket.no_show"
    case ticketRequeued = "ticket.requeued"
    case ticketParked = "ticket.parked"
    case ticketResumed = "ticket.resumed"
    case ticketTransferred = "ticket.transferred"
    case ticketCancelled = "ticket.cancelled"
    case ticketAbandoned = "ticket.abandoned"
    case ticketExpired = "ticket.expired"
    case ticketReinstated = "ticket.reinstated"
    case ticketUpdated = "ticket.updated"
    case counterOpened = "counter.opened"
    case counterClosed = "counter.closed"
    case counterPaused = "counter.paused"
    case queueChanged = "queue.changed"
    case counterChanged = "counter.changed"
    case agentChanged = "agent.changed"
    case branchChanged = "branch.changed"
    case dayClosed = "day.closed"

    /// Version of the type's shape, the event's `tv`.
    ///
    /// 2 of the queue and the branch: hours, names and what else an admin sets since schema 2.
    package var shapeVersion: Int {
        switch self {
        case .queueChanged, .branchChanged, .dayClosed: 2
        default: 1
        }
    }
}
