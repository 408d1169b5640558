/// Where a value came from, the way an operator finds it again.
package enum SettingOrigin: Sendable, Equatable {
    /// A command-line flag, by the key it sets.
    case flag
    /// An environment variable of the process.
    case environment(name: String)
    /// A line of a `.env` file; lines count from 1.
    case dotEnv(path: String, line: Int, name: String)
    /// A line of the YAML file; nil if the reader doesn't know it.
    case file(path: String, line: Int?)
    /// Nobody gave the key.
    case byDefault
}

extension SettingOrigin: CustomStringConvertible {
    /// `config/branch.yaml:12`, `.env:3`, `environment variable TURN_SERVER_PORT`, `command line`, `default`.
    package var description: String {
        switch self {
        case .flag: "command line"
        case .environment(let name): "environment variable \(name)"
        case .dotEnv(let path, let line, _): "\(path):\(line)"
        case .file(let path, let line): line.map { "\(path):\($0)" } ?? path
        case .byDefault: "default"
        }
    }
}

/// One thing that is wrong with the settings.
package struct SettingProblem: Sendable, Equatable {
    /// What kind of fault it is.
    package enum Reason: Sendable, Equatable {
        /// No key has this name; the nearest one, if there is a near one.
        case unknownKey(nearest: String?)
        /// The value isn't allowed. `given` is nil for a secret; `allowed` completes "allowed: …".
        case notAllowed(given: String?, allowed: String)
        /// The file can't be read or isn't YAML or `.env` at all.
        case unreadable(String)
    }

    /// Where it stands.
    package let origin: SettingOrigin

    /// The key or variable as it was written; nil if the fault lies in the whole file.
    package let key: String?

    /// What is wrong.
    package let reason: Reason
}

extension SettingProblem: CustomStringConvertible {
    /// One line: where, which key, what is allowed, and the key that was probably meant.
    package var description: String {
        let place = key.map { "\(origin): \($0)" } ?? "\(origin):"
        switch reason {
        case .unknownKey(let nearest):
            return "\(place) is not a known key" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .notAllowed(let given, let allowed):
            let value = given.map { " is \"\(Self.shortened($0))\"" } ?? " has a value that can't be used"
            return "\(place)\(value); allowed: \(allowed)"
        case .unreadable(let sentence):
            return "\(place) \(sentence)"
        }
    }

    /// The value without control characters, which would play with the terminal, and not longer than a line.
    private static func shortened(_ text: String) -> String {
        let visible = String(
            text.prefix(Limits.quotedCharacters).map { $0.unicodeScalars.allSatisfy(isVisible) ? $0 : "?" })
        return text.count <= Limits.quotedCharacters ? visible : visible + "…"
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
    }
}

/// The settings can't be used; the program must not start. Holds every problem found, at most ``Limits/problems``.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// At least one, in the order of the layers.
    package let problems: [SettingProblem]

    /// One line a problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
