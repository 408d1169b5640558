/// One row of the table of keys, whatever its type.
package struct SettingDefinition: Sendable {
    /// Dotted and in lower case: `server.port`.
    package let name: String

    /// One or more full sentences for the generated file.
    package let explanation: String

    /// The default as it stands in the generated file.
    package let defaultText: String

    /// Exact names of environment variables that stand for this key beside `TURN_…`, such as `DATABASE_URL`.
    package let aliases: [String]

    /// Whether messages, logs and lists leave the value out.
    package let isSecret: Bool

    /// Whether the key exists for tests only: it works everywhere, but is neither documented nor suggested.
    package let isHidden: Bool

    let kind: SettingKind

    /// The name of the environment variable: `TURN_SERVER_PORT`.
    package var environmentName: String { Self.environmentName(of: name) }

    /// Completes the sentence "allowed: …".
    package var allowed: String { kind.allowed }

    static let environmentPrefix = "TURN_"

    static func environmentName(of name: String) -> String {
        environmentPrefix + String(name.map { $0 == "." ? "_" : $0 }).uppercased()
    }

    /// The default as a checked value. That it passes its own check is asserted when the table is built.
    var defaultValue: SettingValue {
        guard let value = kind.decode(.one(defaultText)) else {
            preconditionFailure("The default of \(name) is not allowed by its own kind: \(kind.allowed).")
        }
        return value
    }
}

/// What most keys leave as it is.
package struct SettingTraits: Sendable {
    /// Exact names of environment variables that stand for the key beside `TURN_…`.
    package var aliases: [String]

    /// Whether messages, logs and lists leave the value out.
    package var isSecret: Bool

    /// Whether the key exists for tests only.
    package var isHidden: Bool

    /// - Parameters:
    ///   - aliases: exact names of further environment variables.
    ///   - isSecret: whether the value is kept out of messages and lists.
    ///   - isHidden: whether the key exists for tests only.
    package init(aliases: [String] = [], isSecret: Bool = false, isHidden: Bool = false) {
        self.aliases = aliases
        self.isSecret = isSecret
        self.isHidden = isHidden
    }

    /// Nothing special.
    package static let plain = SettingTraits()

    /// A key for tests only.
    package static let testing = SettingTraits(isHidden: true)
}
