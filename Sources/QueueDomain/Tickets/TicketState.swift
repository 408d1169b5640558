/// Where a ticket stands in its stay.
package enum TicketState: String, Sendable, CaseIterable {
    case waiting, called, serving, parked
    case completed
    case noShow = "no_show"
    case cancelled, abandoned, expired

    /// What the original interfaces call it; a pure function of the state. A parked ticket counts as
    /// processing, so that an old client never reserves it.
    package var status: TicketStatus {
        switch self {
        case .waiting: .waiting
        case .called, .serving, .parked: .processing
        case .completed, .noShow, .cancelled, .abandoned, .expired: .done
        }
    }

    /// Whether the stay is over; ended tickets live in the history.
    package var isEnded: Bool { status == .done }

    /// Whether a ticket in this state takes up its counter.
    package var occupiesCounter: Bool { self == .called || self == .serving }
}

/// The three statuses of the original interfaces.
package enum TicketStatus: String, Sendable, CaseIterable {
    case waiting, processing, done
}

/// How a stay ended; `expired` also for a called customer whom the end of the business day made a no-show.
package enum TicketOutcome: String, Sendable, CaseIterable {
    case completed
    case noShow = "no_show"
    case cancelled, abandoned, expired
}
