/// The answer to "may they?".
package enum AccessDecision: Sendable, Equatable {
    case allowed
    /// Nobody is signed in: 401.
    case unauthenticated
    /// Somebody is, but isn't meant: 403.
    case forbidden
}

/// The one table operation × role.
///
/// Only what stands here is allowed. The switch has no `default`, so an operation without a line doesn't compile.
package enum AccessTable {
    /// Whom an operation is for.
    package static func audience(of operation: Operation) -> Audience {
        switch operation {
        case .issueTicket:
            .roles([.agentUp, .worker, .kiosk])
        case .listWaiting, .listQueues, .listCounters, .readBranch, .webSocket:
            .roles(.all)
        case .listTickets, .readTicket, .setStatus, .updateTicket, .reserve, .readEvents:
            .roles([.agentUp, .worker])
        case .patchTicket, .callTicket, .recallTicket, .startTicket, .completeTicket, .noShowTicket, .requeueTicket,
            .parkTicket, .resumeTicket, .transferTicket, .cancelTicket, .abandonTicket, .undoTicket:
            .roles(.agentUp)
        case .callNext, .openCounter, .closeCounter, .pauseCounter:
            .roles(.agentUp)
        case .reinstateTicket, .listAgents:
            .roles(.supervisorUp)
        case .createQueue, .patchQueue, .deleteQueue, .createCounter, .patchCounter, .deleteCounter, .createAgent,
            .patchAgent, .deleteAgent, .patchBranch, .exportConfiguration, .importConfiguration:
            .roles(.admin)
        case .readPublicTicket, .leavePublic, .undoPublic, .letAheadPublic:
            .link
        case .livez, .readyz, .openAPI:
            .anyone
        }
    }

    /// Whether somebody of this role may do it; `nil` is somebody who isn't signed in.
    package static func decide(_ operation: Operation, role: Role?) -> AccessDecision {
        switch audience(of: operation) {
        case .anyone, .link:
            return .allowed
        case .roles(let roles):
            guard let role else { return .unauthenticated }
            return roles.contains(role) ? .allowed : .forbidden
        }
    }
}
