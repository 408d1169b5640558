extension Rule {
    static let naming: [Rule] = [
        Rule(name: "nothing is public: no product exports a library", covers: products) { file in
            file.code.indices.dropLast().filter { index in
                let word = file.code[index]
                let next = file.code[index + 1]
                let isMember = index > 0 && (file.code[index - 1].isMark(".") || file.code[index - 1].isWord("case"))
                return !isMember && next.isWord(in: declarations) && word.isWord(in: ["public", "open"])
            }.map { Breach(line: file.code[$0].line, message: "use `package`") }
        },
        Rule(name: "a name says what a thing is", covers: everyFile) { file in
            let file_ = words(of: file.path.split(separator: "/").last?.prefix { $0 != "." } ?? "")
                .intersection(forbidden).map { Breach(line: 1, message: "\($0) in the file's name says nothing") }
            return file_
                + file.code.indices.dropLast().flatMap { index -> [Breach] in
                    // The names of extended and imported types are not ours to choose.
                    guard file.code[index].isWord(in: types.subtracting(["extension"])),
                        file.code[index + 1].kind == .word, index == 0 || !file.code[index - 1].isWord("import")
                    else { return [] }
                    return words(of: Substring(file.code[index + 1].text)).intersection(forbidden)
                        .map { Breach(line: file.code[index].line, message: "\($0) in a type's name says nothing") }
                }
        },
        Rule(name: "a file's imports stand at its top, one a line", covers: everyFile) { file in
            let declaring = types.union(["func", "let", "var"])
            let first = file.code.indices.first { index in
                file.code[index].isWord(in: declaring) && (index == 0 || !file.code[index - 1].isWord("import"))
            }
            return file.code[(first ?? file.code.endIndex)...].filter { $0.isWord("import") && $0.startsLine }
                .map { Breach(line: $0.line, message: "import below the first declaration") }
        },
    ]

    /// Words that say nothing about a thing.
    private static let forbidden: Set<String> = [
        "util", "utils", "utility", "utilities", "common", "manager", "managers", "helper", "helpers", "core", "misc",
    ]

    private static let types: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias", "extension"]

    private static let declarations: Set<String> = types.union([
        "func", "var", "let", "init", "subscript", "static", "final", "override", "mutating", "import", "indirect",
    ])

    /// `JSONManager+Undo` has the words json, manager, undo.
    static func words(of name: Substring) -> Set<String> {
        var words: [String] = [""]
        let characters = Array(name)
        for (index, character) in characters.enumerated() {
            let followsLower = index > 0 && characters[index - 1].isLowercase
            let precedesLower = index + 1 < characters.count && characters[index + 1].isLowercase
            if !character.isLetter || (character.isUppercase && (followsLower || precedesLower)) { words.append("") }
            if character.isLetter { words[words.count - 1] += character.lowercased() }
        }
        return Set(words.filter { !$0.isEmpty })
    }
}
