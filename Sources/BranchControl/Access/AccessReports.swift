import BranchStore
import QueueDomain
import QueueEvents

/// A set-up code, told once on the box itself.
package struct SetupCodeReport: Codable, Equatable, Sendable {
    /// As it is typed: `BCDF-GHJK`.
    package var code: String
    /// RFC 3339.
    package var expiresAt: String
    /// Where it is typed; nil while nothing listens.
    package var url: String?

    /// For people.
    package var lines: [String] {
        [
            "set-up code: \(code), good once until \(expiresAt)",
            "open \(url ?? "the box's address")\(url == nil ? " /setup" : "")",
        ]
    }
}

/// A line of the audit log.
package struct AuditReport: Codable, Equatable, Sendable {
    package var seq: Int64
    /// RFC 3339.
    package var at: String
    package var role: String
    package var actorId: Int64?
    package var actorName: String?
    package var deviceId: Int64?
    package var action: String
    package var target: String?
    /// JSON objects as text, or nil.
    package var before: String?
    package var after: String?

    init(_ line: AuditLine) {
        seq = line.seq
        at = UTCText.text(milliseconds: line.at.milliseconds)
        role = line.note.actor.role
        actorId = line.note.actor.id
        actorName = line.actorName
        deviceId = line.note.actor.deviceID
        action = line.note.action
        target = line.note.target
        before = line.note.before
        after = line.note.after
    }

    /// For people.
    package var line: String {
        let who = actorName ?? actorId.map { "\(role) \($0)" } ?? role
        let place = deviceId.map { ["at device \($0)"] } ?? []
        let change = [before, after].compactMap { $0 }.joined(separator: " → ")
        return ([at, who] + place + [action, target ?? "", change]).filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
