/// What one source says: texts by key, each with its origin, and what was wrong with it.
struct SettingsLayer: Sendable {
    struct Entry: Sendable {
        let text: SettingText
        let origin: SettingOrigin
    }

    /// The name for the log of accesses.
    let name: String

    private(set) var entries: [String: Entry] = [:]
    private(set) var problems: [SettingProblem] = []

    init(name: String) {
        self.name = name
    }

    /// Takes a value for a key of the table if its kind allows it; otherwise notes the problem.
    mutating func take(
        _ text: SettingText, for definition: SettingDefinition, as written: String, from origin: SettingOrigin
    ) {
        guard definition.kind.decode(text) != nil else {
            let given: String? =
                switch text {
                case _ where definition.isSecret: nil
                case .one(let text): text
                case .many(let texts): "[" + texts.joined(separator: ", ") + "]"
                }
            note(written, .notAllowed(given: given, allowed: definition.allowed), at: origin)
            return
        }
        entries[definition.name] = Entry(text: text, origin: origin)
    }

    mutating func note(_ key: String?, _ reason: SettingProblem.Reason, at origin: SettingOrigin) {
        guard problems.count < Limits.problems else { return }
        problems.append(SettingProblem(origin: origin, key: key, reason: reason))
    }
}

extension SettingsLayer {
    /// The layer of the command line: key name → text, as the program's argument parser gives them.
    static func flags(_ flags: [String: String], table: SettingsTable) -> SettingsLayer {
        var layer = SettingsLayer(name: "command line")
        for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
            if let definition = table.byName[name] {
                layer.take(.one(text), for: definition, as: name, from: .flag)
            } else {
                layer.note(name, .unknownKey(nearest: table.nearestKey(to: name)), at: .flag)
            }
        }
        return layer
    }

    /// The layer of the environment.
    static func environment(_ variables: [String: String], table: SettingsTable) -> SettingsLayer {
        var layer = SettingsLayer(name: "environment")
        for (name, text) in variables.sorted(by: { $0.key < $1.key }) {
            layer.takeVariable(name, text, table: table, from: .environment(name: name))
        }
        return layer
    }

    /// Takes a variable of the environment or of a `.env` file.
    ///
    /// Names that belong to nobody here are left alone unless they begin with `TURN_`: those are a slip of the pen.
    /// An empty variable counts as not set, which is how service files and shells switch one off. Of a key's own
    /// variable and its alias in the same layer, the own one wins.
    mutating func takeVariable(_ name: String, _ text: String, table: SettingsTable, from origin: SettingOrigin) {
        guard let definition = table.byEnvironmentName[name] else {
            let isOurs = name.hasPrefix(SettingDefinition.environmentPrefix)
            if isOurs, !table.allowedEnvironment.contains(name) {
                note(name, .unknownKey(nearest: table.nearestEnvironmentName(to: name)), at: origin)
            }
            return
        }
        let isAlias = name != definition.environmentName
        if text.isEmpty || (isAlias && entries[definition.name] != nil && !isRepeated(name, definition)) { return }
        take(.one(text), for: definition, as: name, from: origin)
    }

    /// Whether the entry that a key has came from the same variable, as when a `.env` file sets it twice.
    private func isRepeated(_ name: String, _ definition: SettingDefinition) -> Bool {
        switch entries[definition.name]?.origin {
        case .environment(name), .dotEnv(_, _, name): true
        default: false
        }
    }
}
