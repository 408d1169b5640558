/// Keys that belong together: one section of the settings file.
package struct SettingsGroup: Sendable {
    /// The first component of the names of all its keys.
    package let name: String

    /// A sentence for the generated file.
    package let explanation: String

    /// The keys, in the order of the generated file.
    package let definitions: [SettingDefinition]

    /// - Parameters:
    ///   - name: the first component of the names of all keys in it.
    ///   - explanation: one full sentence.
    ///   - definitions: at least one key.
    package init(_ name: String, _ explanation: String, _ definitions: [SettingDefinition]) {
        self.name = name
        self.explanation = explanation
        self.definitions = definitions
    }
}

/// The one table of a program's keys: it checks every layer and writes the documented settings file.
package struct SettingsTable: Sendable {
    /// The name of the program, for the head of the generated file.
    package let program: String

    /// The sections in the order of the generated file.
    package let groups: [SettingsGroup]

    /// Environment variables that begin with `TURN_` and are no settings, such as `TURN_DATA_DIR`.
    package let allowedEnvironment: Set<String>

    let byName: [String: SettingDefinition]
    let byEnvironmentName: [String: SettingDefinition]

    /// Builds the table.
    ///
    /// Two keys of the same name, a name outside its group, and a default that its own kind refuses are programming
    /// errors and trap.
    package init(program: String, groups: [SettingsGroup], allowedEnvironment: Set<String> = []) {
        self.program = program
        self.groups = groups
        self.allowedEnvironment = allowedEnvironment
        var names: [String: SettingDefinition] = [:]
        var environmentNames: [String: SettingDefinition] = [:]
        for group in groups {
            for definition in group.definitions {
                precondition(
                    definition.name.hasPrefix(group.name + "."),
                    "\(definition.name) is outside its group \(group.name).")
                _ = definition.defaultValue
                let previous = names.updateValue(definition, forKey: definition.name)
                precondition(previous == nil, "\(definition.name) stands in the table twice.")
                for name in [definition.environmentName] + definition.aliases {
                    let previous = environmentNames.updateValue(definition, forKey: name)
                    precondition(previous == nil, "The environment variable \(name) would mean two keys.")
                }
            }
        }
        byName = names
        byEnvironmentName = environmentNames
    }

    /// Every key, in the order of the generated file.
    package var definitions: [SettingDefinition] { groups.flatMap(\.definitions) }

    /// Whether keys lie below this dotted name.
    func isSection(_ name: String) -> Bool {
        byName.keys.contains { $0.hasPrefix(name + ".") }
    }

    /// The documented key that an unknown name most likely means, or nil if none is near.
    func nearestKey(to unknown: String) -> String? {
        let names = definitions.filter { !$0.isHidden }.map(\.name)
        if let near = Spelling.nearest(to: unknown, among: names) { return near }
        // `port: 8080` at the top of the file: the right word in the wrong section.
        let word = unknown.split(separator: ".").last.map(String.init) ?? unknown
        let sameWord = names.filter { $0.hasSuffix("." + word) }
        return sameWord.count == 1 ? sameWord.first : nil
    }

    /// The documented environment variable that an unknown one most likely means.
    func nearestEnvironmentName(to unknown: String) -> String? {
        let names = definitions.filter { !$0.isHidden }.map(\.environmentName)
        return Spelling.nearest(to: unknown, among: names + allowedEnvironment.sorted())
    }
}

enum Spelling {
    /// The candidate with the fewest letters to change, if that is at most a quarter of the word (and 2 to 4 letters).
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let letters = Array(word.utf8.prefix(Limits.comparedCharacters))
        let threshold = min(4, max(2, letters.count / 4))
        let rated = candidates.map { ($0, distance(letters, Array($0.utf8.prefix(Limits.comparedCharacters)))) }
        guard let best = rated.min(by: { $0.1 < $1.1 }), best.1 <= threshold else { return nil }
        return best.0
    }

    /// The Levenshtein distance: insertions, deletions and replacements, row by row.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (line, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, min(row[column], diagonal) + 1)
            }
        }
        return row[second.count]
    }
}
