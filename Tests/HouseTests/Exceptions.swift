/// A place that may break a rule, and why. The list is meant to stay short; a test says when an entry is no longer
/// needed.
struct Exemption: Sendable {
    var rule: String
    var path: String
    var reason: String

    static let all: [Exemption] = []

    /// Whether the findings of a rule in a file are excused.
    static func covers(rule: String, path: String) -> Bool {
        all.contains { $0.rule == rule && $0.path == path }
    }
}
