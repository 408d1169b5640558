/// Why a command was refused; nothing was changed.
package struct Rejection: Error, Equatable, Sendable {
    package let code: RejectionCode
    /// The ticket as it is now, where the refusal is about one.
    package let ticket: Ticket?
    /// The faulty setting, for `invalidSetting`.
    package let fault: SettingFault?

    package init(_ code: RejectionCode, ticket: Ticket? = nil, fault: SettingFault? = nil) {
        self.code = code
        self.ticket = ticket
        self.fault = fault
    }
}

/// Stable names; they are the API's `code`.
package enum RejectionCode: String, Sendable, CaseIterable {
    case ticketNotFound = "ticket_not_found"
    case queueNotFound = "queue_not_found"
    case counterNotFound = "counter_not_found"
    case agentNotFound = "agent_not_found"
    /// The version the caller saw is not the current one.
    case versionConflict = "version_conflict"
    /// The state machine has no such step from the ticket's state.
    case invalidTransition = "invalid_transition"
    case ticketEnded = "ticket_ended"
    case queueClosed = "queue_closed"
    case queueFull = "queue_full"
    case numbersExhausted = "numbers_exhausted"
    case numberInUse = "number_in_use"
    case counterChanged = "counter_changed"
    case justCalled = "just_called"
    case counterBusy = "counter_busy"
    case counterClosed = "counter_closed"
    case counterOccupied = "counter_occupied"
    case agentElsewhere = "agent_elsewhere"
    case agentInactive = "agent_inactive"
    /// The counter doesn't serve the queue that was asked for.
    case queueNotServed = "queue_not_served"
    /// The caller is bound to one counter, and the customer is at another.
    case otherCounter = "other_counter"
    case heldLimit = "held_limit"
    case statusMismatch = "status_mismatch"
    case nothingToUndo = "nothing_to_undo"
    case undoExpired = "undo_expired"
    case notEndedToday = "not_ended_today"
    case letAheadLimit = "let_ahead_limit"
    case nobodyBehind = "nobody_behind"
    case parkTooLong = "park_too_long"
    case queueInUse = "queue_in_use"
    case counterInUse = "counter_in_use"
    case agentInUse = "agent_in_use"
    case prefixInUse = "prefix_in_use"
    case nameInUse = "name_in_use"
    case invalidSetting = "invalid_setting"
    case limitReached = "limit_reached"
    /// Only the dispatcher sees it: what it asked for is not due.
    case notDue = "not_due"
}
