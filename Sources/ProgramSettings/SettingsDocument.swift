/// Writes the documented settings file of a table: every key commented out with its default, what is allowed, and why.
///
/// The committed file must equal the generated one; ``difference(from:table:)`` tells where it doesn't.
package enum SettingsDocument {
    private static let width = 100

    /// The whole file. Removing the `#` before a key makes it count; sections stand ready.
    package static func yaml(of table: SettingsTable) -> String {
        var lines = [
            "# Settings of \(table.program). This file is generated from the program's table of keys.",
            "# Every key is shown with its default; remove the # before a key to change it.",
            "# Command-line flags win over the environment, that over .env, that over this file.",
            "# An unknown key or a value that isn't allowed stops the start.",
            "# A span of time is written 300 ms, 1.5 s, 10 min, 24 h or 14 d; a plain number is seconds.",
        ]
        for group in table.groups {
            let visible = group.definitions.filter { !$0.isHidden }
            guard !visible.isEmpty else { continue }
            lines.append("")
            lines += wrapped(group.explanation, indent: 0)
            lines.append("\(group.name):")
            lines += entries(visible)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A sentence that names the first line in which a committed file differs from the generated one; nil if none.
    package static func difference(from committed: String, table: SettingsTable) -> String? {
        let expected = yaml(of: table).split(separator: "\n", omittingEmptySubsequences: false)
        let found = committed.split(separator: "\n", omittingEmptySubsequences: false)
        for index in 0..<max(expected.count, found.count) {
            let want = index < expected.count ? expected[index] : "(end of file)"
            let have = index < found.count ? found[index] : "(end of file)"
            if want != have { return "line \(index + 1) is \"\(have)\" and should be \"\(want)\"" }
        }
        return nil
    }

    private static func entries(_ definitions: [SettingDefinition]) -> [String] {
        var lines: [String] = []
        var open: [Substring] = []
        for definition in definitions {
            let path = definition.name.split(separator: ".")
            let sections = Array(path.dropFirst().dropLast())
            if sections != open {
                let shared = zip(sections, open).prefix { $0 == $1 }.count
                for (level, section) in sections.enumerated().dropFirst(shared) {
                    lines.append(String(repeating: "  ", count: level + 1) + "\(section):")
                }
                open = sections
            }
            let indent = 2 * (sections.count + 1)
            lines += wrapped(definition.explanation, indent: indent)
            lines += wrapped(facts(definition), indent: indent)
            let key = path.last ?? ""
            lines.append(String(repeating: " ", count: indent) + "#\(key): \(scalar(definition))")
        }
        return lines
    }

    private static func facts(_ definition: SettingDefinition) -> String {
        let names = ([definition.environmentName] + definition.aliases).joined(separator: ", ")
        return "Allowed: \(definition.kind.range). Environment: \(names)."
    }

    private static func scalar(_ definition: SettingDefinition) -> String {
        switch definition.kind {
        case .textList:
            guard case .textList(let texts) = definition.defaultValue else { return "[]" }
            return "[" + texts.map(quoted).joined(separator: ", ") + "]"
        case .text, .timeOfDay:
            return quoted(definition.defaultText)
        case .integer, .duration, .boolean, .enumeration, .bytes:
            return definition.defaultText
        }
    }

    /// Texts are quoted, because YAML would read some as numbers, times or nothing.
    private static func quoted(_ text: String) -> String {
        let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }

    private static func wrapped(_ text: String, indent: Int) -> [String] {
        let start = String(repeating: " ", count: indent) + "#"
        var lines: [String] = []
        var line = start
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > width, line != start {
                lines.append(line)
                line = start
            }
            line += " \(word)"
        }
        return lines + [line]
    }
}
