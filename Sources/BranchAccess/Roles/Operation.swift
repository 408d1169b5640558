/// One endpoint of the branch, as far as access is concerned.
package enum Operation: String, Sendable, CaseIterable {
    case issueTicket, listWaiting, listTickets, readTicket, patchTicket
    case callTicket, recallTicket, startTicket, completeTicket, noShowTicket, requeueTicket, parkTicket, resumeTicket
    case transferTicket, cancelTicket, abandonTicket, undoTicket, reinstateTicket
    case setStatus, updateTicket, reserve
    case callNext, openCounter, closeCounter, pauseCounter
    case listQueues, listCounters, listAgents
    case createQueue, patchQueue, deleteQueue
    case createCounter, patchCounter, deleteCounter
    case createAgent, patchAgent, deleteAgent
    case readBranch, patchBranch, exportConfiguration, importConfiguration
    case readEvents, webSocket
    case readPublicTicket, leavePublic, undoPublic, letAheadPublic
    case livez, readyz, openAPI
    case readSession, signIn, signOut, changeSecret, recover
    case readSetup, beginSetup, continueSetup
    case listPeople, createPerson, patchPerson, deletePerson
    case pairDevice, reportDevice, readPairing, approveDevice, denyDevice
    case listDevices, patchDevice, deleteDevice
    case readAudit, readStatus
    case readPage, readAsset
}

/// Whom an operation is for.
package enum Audience: Sendable, Equatable {
    /// Everybody who reaches the box, signed in or not.
    case anyone
    /// Whoever holds a ticket's link. The link itself decides; a role neither helps nor harms.
    case link
    /// These roles and nobody else.
    case roles(RoleSet)
}
