/// A token as it is stored.
package struct TokenRow: Sendable, Equatable {
    /// Drawn once.
    package let id: Int64
    package let role: Role
    /// Unique in the branch; see ``isValidName(_:)``.
    package let name: String
    package let hash: SecretHash
    /// The agent that the token is bound to.
    package let agentID: Int64?
    /// The counter that the token is bound to.
    package let counterID: Int64?
    /// Milliseconds since 1970, UTC.
    package let createdAt: Int64
    /// Milliseconds since 1970, UTC; nil while the token is live.
    package let revokedAt: Int64?

    /// - Parameters:
    ///   - id: drawn once.
    ///   - role: what the token may do.
    ///   - name: unique in the branch.
    ///   - hash: of the token's text.
    ///   - agentID: the agent that the token is bound to.
    ///   - counterID: the counter that the token is bound to.
    ///   - createdAt: milliseconds since 1970, UTC.
    ///   - revokedAt: milliseconds since 1970, UTC; nil while the token is live.
    package init(
        id: Int64, role: Role, name: String, hash: SecretHash, agentID: Int64? = nil, counterID: Int64? = nil,
        createdAt: Int64, revokedAt: Int64? = nil
    ) {
        self.id = id
        self.role = role
        self.name = name
        self.hash = hash
        self.agentID = agentID
        self.counterID = counterID
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }

    /// Whether a text may be a token's name: 1 to ``Limits/tokenNameLength`` printable ASCII characters without spaces
    /// at its ends, not a number, because `token revoke` takes a name or an id.
    package static func isValidName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...Limits.tokenNameLength).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }),
            bytes.first != 0x20, bytes.last != 0x20
        else { return false }
        return Int64(name) == nil
    }

    var principal: Principal {
        Principal(tokenID: id, role: role, name: name, agentID: agentID, counterID: counterID)
    }
}
