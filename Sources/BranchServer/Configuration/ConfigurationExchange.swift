package import QueueDomain

/// The branch's whole configuration as one YAML file, and back; the program that composes the server knows the format.
package struct ConfigurationExchange: Sendable {
    /// One row that a file speaks of, and what was done or would be.
    package struct Change: Sendable {
        /// `create`, `change`, `open` or `unchanged`.
        package var action: String
        /// `branch`, `queue`, `counter` or `agent`.
        package var kind: String
        package var name: String
        /// The settings that change.
        package var fields: [String]

        package init(action: String, kind: String, name: String, fields: [String]) {
            self.action = action
            self.kind = kind
            self.name = name
            self.fields = fields
        }
    }

    /// Why a file wasn't taken; the text is one sentence for people.
    package enum Refusal: Error, Sendable {
        /// The file is wrong; the text names line and key.
        case invalid(String)
        /// The rules refuse a change; those before it were made.
        case refused(String)
        /// The store can't do it now.
        case unavailable(String)
    }

    /// The configuration as it is.
    package var text: @Sendable () async throws(Refusal) -> String
    /// Takes a file, or only says what that would do.
    package var take: @Sendable (_ yaml: String, _ actor: Actor, _ dryRun: Bool) async throws(Refusal) -> [Change]

    package init(
        text: @escaping @Sendable () async throws(Refusal) -> String,
        take: @escaping @Sendable (_ yaml: String, _ actor: Actor, _ dryRun: Bool) async throws(Refusal) -> [Change]
    ) {
        self.text = text
        self.take = take
    }
}
