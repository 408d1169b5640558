/// What kind of party caused a change; stored with every event.
package enum ActorRole: String, Sendable, CaseIterable {
    case admin, supervisor, agent, worker, kiosk, display, metrics
    /// The customer, through a ticket's public link.
    case link
    /// The box itself: business day, leases, parked tickets, automatic calling.
    case system
}

/// Who caused a change.
package struct Actor: Equatable, Sendable {
    package var role: ActorRole
    /// The agent's id for role `agent`, the token's id for other tokens, nil for `link` and `system`.
    package var id: Int64?

    package init(role: ActorRole, id: Int64? = nil) {
        self.role = role
        self.id = id
    }

    /// The box itself.
    package static let system = Actor(role: .system)
    /// The customer, by the ticket's link.
    package static let link = Actor(role: .link)
}
