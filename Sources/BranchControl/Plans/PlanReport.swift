/// What applying a plan did.
package struct PlanReport: Codable, Equatable, Sendable {
    /// One row of the plan.
    package struct Item: Codable, Equatable, Sendable {
        /// What the row is.
        package enum Kind: String, Codable, Sendable {
            case branch, queue, counter, agent
        }

        /// What was done.
        package enum Action: String, Codable, Sendable {
            case created, changed, opened, unchanged
        }

        package var kind: Kind
        package var name: String
        package var action: Action
        /// The settings that changed.
        package var fields: [String]
    }

    package var items: [Item]

    /// Items with an action.
    package func count(of action: Item.Action) -> Int { items.count { $0.action == action } }

    /// Whether nothing had to be done.
    package var isUnchanged: Bool { items.allSatisfy { $0.action == .unchanged } }

    /// For people: a line for each change, and a summary.
    package var lines: [String] {
        let changes = items.filter { $0.action != .unchanged }.map { item in
            let fields = item.fields.isEmpty ? "" : ": " + item.fields.joined(separator: ", ")
            return "\(item.kind.rawValue) \(item.name) \(item.action.rawValue)\(fields)"
        }
        if isUnchanged { return ["nothing to change: the branch is as the file says"] }
        let counts = [Item.Action.created, .changed, .opened, .unchanged].map { "\(count(of: $0)) \($0.rawValue)" }
        return changes + [counts.joined(separator: ", ")]
    }
}
