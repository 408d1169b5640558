/// Who makes a request, as its token says.
package struct Principal: Sendable, Equatable {
    /// The id of the token, device or session.
    package let tokenID: Int64

    /// What it may do.
    package let role: Role

    /// The token's name, unique in the branch. Not a person's.
    package let name: String

    /// The agent that the token is bound to.
    package let agentID: Int64?

    /// The counter that the token is bound to.
    package let counterID: Int64?

    /// What it shows itself by.
    package let kind: Kind

    /// The paired device that the request comes from.
    package let deviceID: Int64?

    /// The admin or supervisor who is signed in.
    package let personID: Int64?

    /// What somebody shows themselves by. Ids are drawn once for each kind, and never the same for two.
    package enum Kind: Sendable, Equatable {
        /// A program's bearer token.
        case token
        /// A paired device by itself.
        case device
        /// A person signed in.
        case session
    }

    /// - Parameters:
    ///   - tokenID: the id of the token, device or session.
    ///   - role: what it may do.
    ///   - name: the token's name.
    ///   - agentID: the agent that it is bound to.
    ///   - counterID: the counter that it is bound to.
    ///   - kind: what it shows itself by.
    ///   - deviceID: the paired device that the request comes from.
    ///   - personID: the admin or supervisor who is signed in.
    package init(
        tokenID: Int64, role: Role, name: String, agentID: Int64? = nil, counterID: Int64? = nil, kind: Kind = .token,
        deviceID: Int64? = nil, personID: Int64? = nil
    ) {
        self.tokenID = tokenID
        self.role = role
        self.name = name
        self.agentID = agentID
        self.counterID = counterID
        self.kind = kind
        self.deviceID = deviceID
        self.personID = personID
    }

    /// What this caller sees of a ticket.
    package var view: View { role.view }

    /// The counter that an action happens at.
    ///
    /// A bound token acts at its own counter, named or not. Others act at the counter they name; nil if they name none.
    ///
    /// - Parameter asked: the counter that the request names, in its body or path.
    /// - Throws: ``OtherCounter`` if a bound token names another one: 403.
    package func counter(asked: Int64?) throws(OtherCounter) -> Int64? {
        guard let seat else { return asked }
        guard let asked else { return seat }
        guard asked == seat else { throw OtherCounter(bound: seat, asked: asked) }
        return seat
    }

    /// The only counter that this caller may act at; nil = any. Supervisors and admins act at every one.
    package var seat: Int64? {
        role.includes(.supervisor) ? nil : counterID
    }

    /// Whom events and the audit log name: the agent or person, else the program's token or the device.
    package var actorID: Int64 { stampedAgentID ?? personID ?? tokenID }

    /// The agent to stamp on what this caller does. Supervisors and admins act for the branch and stamp none.
    package var stampedAgentID: Int64? {
        role == .agent ? agentID : nil
    }
}

/// A token that is bound to one counter named another.
package struct OtherCounter: Error, Equatable, Sendable {
    /// The counter of the token.
    package let bound: Int64

    /// The counter that the request named.
    package let asked: Int64

    /// - Parameters:
    ///   - bound: the counter of the token.
    ///   - asked: the counter that the request named.
    package init(bound: Int64, asked: Int64) {
        self.bound = bound
        self.asked = asked
    }
}
