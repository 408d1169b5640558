/// Who is signed in.
package enum SignedIn: Sendable, Equatable {
    /// An admin or a supervisor, by name and passphrase.
    case person(id: Int64, name: String, role: Role)
    /// An agent, by PIN at a paired counter.
    case agent(id: Int64, name: String)

    /// The role that it gives.
    package var role: Role {
        switch self {
        case .person(_, _, let role): role
        case .agent: .agent
        }
    }

    /// Whether both are the same person or agent, whatever the name is now.
    package func isSame(as other: SignedIn) -> Bool {
        switch (self, other) {
        case (.person(let one, _, _), .person(let two, _, _)), (.agent(let one, _), .agent(let two, _)): one == two
        default: false
        }
    }

    /// The name as people know it.
    package var name: String {
        switch self {
        case .person(_, let name, _), .agent(_, let name): name
        }
    }
}

/// A session as requests need to know it. Times are milliseconds of the branch's ticks, which go on over a restart and
/// never back.
package struct BrowserSession: Sendable, Equatable {
    /// Drawn once, from the numbers that devices and sessions share.
    package let id: Int64
    package let who: SignedIn
    /// The device that it is bound to; an agent's always, a person's where the browser was one.
    package let deviceID: Int64?
    package let hash: SecretHash
    package let createdAt: Int64
    /// When the secret was last asked for.
    package var authenticatedAt: Int64
    /// When it was last used.
    package var seenAt: Int64

    /// - Parameters:
    ///   - id: drawn once.
    ///   - who: who is signed in.
    ///   - deviceID: the device that it is bound to.
    ///   - hash: of the cookie's secret.
    ///   - createdAt: in ticks.
    ///   - authenticatedAt: in ticks.
    ///   - seenAt: in ticks.
    package init(
        id: Int64, who: SignedIn, deviceID: Int64?, hash: SecretHash, createdAt: Int64, authenticatedAt: Int64,
        seenAt: Int64
    ) {
        self.id = id
        self.who = who
        self.deviceID = deviceID
        self.hash = hash
        self.createdAt = createdAt
        self.authenticatedAt = authenticatedAt
        self.seenAt = seenAt
    }

    /// The tick at which it ends if it isn't used any more: 30 minutes idle, 12 hours in all.
    package var endsAt: Int64 { min(seenAt + Limits.idleSession, createdAt + Limits.longestSession) }

    /// The tick from which an admin's changes need the passphrase again.
    package var reauthenticateAfter: Int64 { authenticatedAt + Limits.freshLogIn }
}
