import BranchStore
import HTTPTypes
import QueueDomain

/// The one table from the rules' refusals to HTTP.
enum RejectionTable {
    static func status(of code: RejectionCode) -> HTTPResponse.Status {
        switch code {
        case .ticketNotFound, .queueNotFound, .counterNotFound, .agentNotFound: .notFound
        case .otherCounter: .forbidden
        case .invalidSetting, .parkTooLong: .badRequest
        case .versionConflict, .invalidTransition, .ticketEnded, .queueClosed, .queueFull, .numbersExhausted,
            .numberInUse, .counterChanged, .justCalled, .counterBusy, .counterClosed, .counterOccupied,
            .agentElsewhere, .agentInactive, .queueNotServed, .heldLimit, .statusMismatch, .nothingToUndo, .undoExpired,
            .notEndedToday, .letAheadLimit, .nobodyBehind, .queueInUse, .counterInUse, .agentInUse, .prefixInUse,
            .nameInUse, .limitReached, .notDue:
            .conflict
        }
    }

    /// The status that was stored with a refusal, with its phrase.
    static func status(code: Int) -> HTTPResponse.Status {
        let known: [HTTPResponse.Status] = [.badRequest, .notFound, .conflict, .preconditionFailed]
        return known.first { $0.code == code } ?? HTTPResponse.Status(code: code)
    }

    static func detail(of code: RejectionCode) -> String {
        switch code {
        case .ticketNotFound: "There is no such ticket."
        case .queueNotFound: "There is no such queue."
        case .counterNotFound: "There is no such counter."
        case .agentNotFound: "There is no such agent."
        case .versionConflict: "It has changed since you saw it."
        case .invalidTransition: "Its state doesn't allow this."
        case .ticketEnded: "This ticket has ended."
        case .queueClosed: "The queue is closed."
        case .queueFull: "The queue is full."
        case .numbersExhausted: "Every number of the queue is in use."
        case .numberInUse: "Its number is in use again."
        case .counterChanged: "The counter's current ticket isn't the one you saw."
        case .justCalled: "The current customer was called a moment ago."
        case .counterBusy: "The counter has a customer."
        case .counterClosed: "The counter is closed."
        case .counterOccupied: "Another agent is at the counter."
        case .agentElsewhere: "The agent has another open counter."
        case .agentInactive: "The agent is not active."
        case .queueNotServed: "The counter doesn't serve this queue."
        case .otherCounter: "The customer is at another counter than this token's."
        case .heldLimit: "This worker holds as many tickets as it may."
        case .statusMismatch: "The ticket's status isn't the expected one."
        case .nothingToUndo: "There is nothing to undo, or it has changed since."
        case .undoExpired: "It is too late to undo this."
        case .notEndedToday: "The ticket didn't end today."
        case .letAheadLimit: "Others were let ahead as often as it goes."
        case .nobodyBehind: "Nobody is behind."
        case .parkTooLong: "A ticket can be parked for 12 hours at most."
        case .queueInUse: "The queue has open tickets."
        case .counterInUse: "The counter is open or has a line."
        case .agentInUse: "The agent has an open counter."
        case .prefixInUse: "Another queue has this prefix."
        case .nameInUse: "Another one has this name."
        case .invalidSetting: "A setting is out of its bounds."
        case .limitReached: "There are as many as there may be."
        case .notDue: "It isn't time for this."
        }
    }
}

extension Problem {
    /// A refusal of the rules.
    /// - Parameter isPrecondition: whether the version came as If-Match, which makes a stale one 412.
    init(_ rejection: Rejection, texts: TicketTexts?, isPrecondition: Bool) {
        var status = RejectionTable.status(of: rejection.code)
        if rejection.code == .versionConflict, isPrecondition { status = .preconditionFailed }
        self.init(status, rejection.code.rawValue, RejectionTable.detail(of: rejection.code))
        if let fault = rejection.fault {
            field = fault.field
            detail = "\(fault.field) must be \(fault.allowed)."
        }
        if rejection.code == .parkTooLong { field = "until" }
        ticket = rejection.ticket.map { NamedTicket(ticket: $0, texts: texts) }
    }
}
