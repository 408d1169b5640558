extension SettingsLayer {
    /// The layer of a `.env` file in the working folder; a missing file is an empty layer.
    static func dotEnv(in folder: String, table: SettingsTable) -> SettingsLayer {
        let path = ".env"
        var layer = SettingsLayer(name: path)
        switch SettingsFileReader.read(path, in: folder, maxBytes: Limits.dotEnvBytes) {
        case .missing:
            break
        case .unreadable(let sentence):
            layer.note(nil, .unreadable(sentence), at: .file(path: path, line: nil))
        case .text(let text):
            // To Swift, the line end of Windows is one character of its own.
            let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            for (index, line) in lines.enumerated() {
                switch DotEnvLine(line) {
                case .blank:
                    break
                case .malformed(let sentence):
                    layer.note(nil, .unreadable(sentence), at: .file(path: path, line: index + 1))
                case .variable(let name, let value):
                    let origin = SettingOrigin.dotEnv(path: path, line: index + 1, name: name)
                    layer.takeVariable(name, value, table: table, from: origin)
                }
            }
        }
        return layer
    }
}

/// One line of a `.env` file: `KEY=value`, with `export`, quotes and comments as shells write them.
///
/// A value in single quotes is taken literally; in double quotes `\n`, `\t`, `\"` and `\\` are known. Without quotes
/// it ends at a `#` after a space. Nothing is expanded: a `$` stays a `$`.
enum DotEnvLine: Equatable {
    case blank
    case variable(name: String, value: String)
    case malformed(String)

    init(_ line: some StringProtocol) {
        var rest = trimmed(line)
        if rest.isEmpty || rest.hasPrefix("#") {
            self = .blank
            return
        }
        if rest.hasPrefix("export "), let space = rest.firstIndex(of: " ") {
            rest = trimmed(rest[space...])
        }
        guard let equals = rest.firstIndex(of: "=") else {
            self = .malformed("has no \"=\"; a line is KEY=value or # a comment")
            return
        }
        let name = trimmed(rest[..<equals])
        guard Self.isName(name) else {
            self = .malformed("begins with something that is not a variable's name; a line is KEY=value")
            return
        }
        let text = trimmed(rest[rest.index(after: equals)...])
        guard let value = Self.value(text) else {
            self = .malformed("sets \(name) to a value whose quotes don't match")
            return
        }
        self = .variable(name: name, value: value)
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { byte in
            isDigit(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
    }

    private static func value(_ text: String) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else { return unquoted(text) }
        var value = ""
        var isEscaped = false
        var index = text.index(after: text.startIndex)
        while index < text.endIndex {
            let character = text[index]
            index = text.index(after: index)
            if isEscaped {
                value.append(unescaped(character))
                isEscaped = false
            } else if character == quote {
                let rest = trimmed(text[index...])
                return rest.isEmpty || rest.hasPrefix("#") ? value : nil
            } else if character == "\\", quote == "\"" {
                isEscaped = true
            } else {
                value.append(character)
            }
        }
        return nil
    }

    private static func unquoted(_ text: String) -> String {
        if text.hasPrefix("#") { return "" }
        var previous: Character = "="
        for index in text.indices {
            if text[index] == "#", previous == " " || previous == "\t" { return trimmed(text[..<index]) }
            previous = text[index]
        }
        return text
    }

    private static func unescaped(_ character: Character) -> Character {
        switch character {
        case "n": "\n"
        case "t": "\t"
        default: character
        }
    }
}
