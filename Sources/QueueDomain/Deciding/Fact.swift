/// What a decision made true. Row changes and the event follow from it; one fact is one event.
///
/// Boxed: a ticket's fact holds the row twice, a kilobyte that would be copied from hand to hand.
package indirect enum Fact: Equatable, Sendable {
    case ticket(TicketFact)
    case counter(CounterFact)
    case queue(QueueFact)
    case agent(AgentFact)
    case branch(BranchFact)
}

/// What happened to a ticket; the event's type after `ticket.`.
package enum TicketEventKind: String, Sendable, CaseIterable {
    case created, reserved, recalled, started, completed
    case noShow = "no_show"
    case requeued, parked, resumed, transferred, cancelled, abandoned, expired, reinstated, updated
}

/// Why a change was made, where the kind alone doesn't say; from a closed set.
package enum ChangeReason: String, Sendable, CaseIterable {
    case leaseExpired = "lease_expired"
    case parkEnded = "park_ended"
    case counterClosed = "counter_closed"
    case dayEnded = "day_ended"
    case counterTaken = "counter_taken"
    case letAhead = "let_ahead"
    case reinstated = "reinstated"
}

/// What an event says beside the ticket; absent parts are left out.
package struct ChangeDetails: Equatable, Sendable {
    package var previousState: TicketState?
    package var previousQueueID: QueueID?
    /// The event taken back.
    package var undoes: Int64?
    package var reason: ChangeReason?
    package var place: TransferPlace?

    package init(
        previousState: TicketState? = nil, previousQueueID: QueueID? = nil, undoes: Int64? = nil,
        reason: ChangeReason? = nil, place: TransferPlace? = nil
    ) {
        self.previousState = previousState
        self.previousQueueID = previousQueueID
        self.undoes = undoes
        self.reason = reason
        self.place = place
    }
}

/// What becomes of the row kept for undo.
package enum UndoRule: Equatable, Sendable {
    /// Nothing changes; a version that moved makes the kept row stale.
    case keep
    /// The row before this change replaces what was kept.
    case remember
    /// The kept row belongs to this change too (a call that starts by itself).
    case extend
    /// Nothing can be undone any more.
    case forget
}

/// A ticket was issued or changed.
package struct TicketFact: Equatable, Sendable {
    package var kind: TicketEventKind
    /// nil for a new ticket.
    package var before: Ticket?
    package var after: Ticket
    package var details: ChangeDetails
    package var undo: UndoRule
    /// The count drawn for a new ticket.
    package var drawnCount: Int?

    package init(
        kind: TicketEventKind, before: Ticket?, after: Ticket, details: ChangeDetails = ChangeDetails(),
        undo: UndoRule = .keep, drawnCount: Int? = nil
    ) {
        self.kind = kind
        self.before = before
        self.after = after
        self.details = details
        self.undo = undo
        self.drawnCount = drawnCount
    }
}

/// What happened to a counter; the event's type after `counter.`.
package enum CounterEventKind: String, Sendable, CaseIterable {
    case opened, closed, paused, changed
}

/// A counter was made, changed or deleted.
package struct CounterFact: Equatable, Sendable {
    package var kind: CounterEventKind
    package var before: Counter?
    /// nil: deleted.
    package var after: Counter?

    package init(kind: CounterEventKind, before: Counter?, after: Counter?) {
        self.kind = kind
        self.before = before
        self.after = after
    }
}

/// A queue was made, changed or deleted.
package struct QueueFact: Equatable, Sendable {
    package var before: Queue?
    /// nil: deleted.
    package var after: Queue?
    /// Milliseconds by which each step of priority moves the ranks of this queue's open tickets.
    package var rerank: Int64

    package init(before: Queue?, after: Queue?, rerank: Int64 = 0) {
        self.before = before
        self.after = after
        self.rerank = rerank
    }
}

/// An agent was made, changed or deleted.
package struct AgentFact: Equatable, Sendable {
    package var before: Agent?
    /// nil: deleted.
    package var after: Agent?
    /// The name to store; personal data, so no event carries it.
    package var name: String?

    package init(before: Agent?, after: Agent?, name: String? = nil) {
        self.before = before
        self.after = after
        self.name = name
    }
}

/// What happened to the branch as a whole.
package enum BranchEventKind: String, Sendable, CaseIterable {
    case changed
    case dayClosed = "day_closed"
}

/// The branch was changed, or its business day ended.
package struct BranchFact: Equatable, Sendable {
    package var kind: BranchEventKind
    package var before: Branch
    package var after: Branch

    package init(kind: BranchEventKind, before: Branch, after: Branch) {
        self.kind = kind
        self.before = before
        self.after = after
    }
}
