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
        case .livez, .readyz, .openAPI, .readPage, .readAsset:
            .anyone
        // What the secret in the request, or the session itself, decides.
        case .readSession, .signIn, .signOut, .changeSecret, .recover, .readSetup, .beginSetup, .pairDevice,
            .reportDevice:
            .anyone
        case .continueSetup, .listPeople, .createPerson, .patchPerson, .deletePerson:
            .roles(.admin)
        case .readPairing, .approveDevice, .denyDevice, .patchDevice, .deleteDevice, .readAudit:
            .roles(.admin)
        case .listDevices, .readStatus:
            .roles(.supervisorUp)
        }
    }

    /// Whether an admin who signed in a while ago must show the passphrase again: for everything that changes the
    /// branch, or who may do what in it.
    package static func needsFreshLogIn(_ operation: Operation) -> Bool {
        switch operation {
        case .listPeople, .readAudit, .readPairing, .continueSetup, .exportConfiguration: false
        default: audience(of: operation) == .roles(.admin)
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
