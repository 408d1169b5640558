import BranchStore
import QueueDomain
import QueueEvents

/// A token as the verbs show it.
package struct TokenReport: Codable, Equatable, Sendable {
    package var id: Int64
    package var role: String
    package var name: String
    package var agentId: Int64?
    package var counterId: Int64?
    /// RFC 3339.
    package var createdAt: String
    package var lastSeenAt: String?
    package var revokedAt: String?
    /// The secret itself, told once: when it is made.
    package var token: String?

    init(_ row: StoredToken, secret: String? = nil) {
        id = row.id
        role = row.role
        name = row.name
        agentId = row.agentID
        counterId = row.counterID
        createdAt = UTCText.text(milliseconds: row.createdAt.milliseconds)
        lastSeenAt = row.lastSeenAt.map { UTCText.text(milliseconds: $0.milliseconds) }
        revokedAt = row.revokedAt.map { UTCText.text(milliseconds: $0.milliseconds) }
        token = secret
    }

    /// Absent values are null, so that every token of a list has the same members; only the secret is left out where
    /// it isn't told.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(role, forKey: .role)
        try container.encode(name, forKey: .name)
        try container.encode(agentId, forKey: .agentId)
        try container.encode(counterId, forKey: .counterId)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(lastSeenAt, forKey: .lastSeenAt)
        try container.encode(revokedAt, forKey: .revokedAt)
        try container.encodeIfPresent(token, forKey: .token)
    }

    /// For people: one line of a list.
    package var line: String {
        let bound = [agentId.map { "agent \($0)" }, counterId.map { "counter \($0)" }].compactMap { $0 }
        let state = revokedAt.map { "revoked \($0)" } ?? lastSeenAt.map { "last used \($0)" } ?? "never used"
        return (["\(id)", role, name] + bound + [state]).joined(separator: "  ")
    }
}
