/// Who somebody is to the branch. Admin includes supervisor, supervisor includes agent; the others stand alone.
package enum Role: String, Sendable, CaseIterable {
    case admin, supervisor, agent, worker, kiosk, display, metrics

    /// What a role sees of a ticket.
    package var view: View {
        switch self {
        case .admin, .supervisor, .agent, .worker: .staff
        case .kiosk, .display, .metrics: .board
        }
    }

    /// Whether somebody of this role may do what `other` may.
    package func includes(_ other: Role) -> Bool {
        switch other {
        case .supervisor: RoleSet.supervisorUp.contains(self)
        case .agent: RoleSet.agentUp.contains(self)
        case .admin, .worker, .kiosk, .display, .metrics: self == other
        }
    }
}

/// How much of a ticket somebody sees.
package enum View: Sendable {
    /// Everything.
    case staff
    /// Number, state and times only; never a name.
    case board
}

/// Some of the roles.
package struct RoleSet: OptionSet, Sendable {
    package let rawValue: UInt8

    /// The set of these bits, one for each role.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The set of one role.
    package init(_ role: Role) {
        switch role {
        case .admin: rawValue = 1 << 0
        case .supervisor: rawValue = 1 << 1
        case .agent: rawValue = 1 << 2
        case .worker: rawValue = 1 << 3
        case .kiosk: rawValue = 1 << 4
        case .display: rawValue = 1 << 5
        case .metrics: rawValue = 1 << 6
        }
    }

    package static let admin = RoleSet(Role.admin)
    package static let supervisorUp: RoleSet = [.admin, RoleSet(Role.supervisor)]
    package static let agentUp: RoleSet = [.supervisorUp, RoleSet(Role.agent)]
    package static let worker = RoleSet(Role.worker)
    package static let kiosk = RoleSet(Role.kiosk)
    package static let display = RoleSet(Role.display)
    package static let metrics = RoleSet(Role.metrics)
    package static let all: RoleSet = [.agentUp, .worker, .kiosk, .display, .metrics]

    /// Whether the role is in the set.
    package func contains(_ role: Role) -> Bool {
        contains(RoleSet(role))
    }
}
