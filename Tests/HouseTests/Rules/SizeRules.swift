extension Rule {
    static let size: [Rule] = [
        Rule(name: "a file has at most \(Limits.linesInAFile) lines", covers: everyFile) { file in
            file.lineCount <= Limits.linesInAFile
                ? [] : [Breach(line: file.lineCount, message: "\(file.lineCount) lines: split it by subject")]
        },
        Rule(name: "an executable's file has at most \(Limits.linesInAnExecutablesFile) lines") { file in
            products(file) && Repository.manifest.executables.contains(file.target)
        } check: { file in
            file.lineCount <= Limits.linesInAnExecutablesFile
                ? [] : [Breach(line: file.lineCount, message: "\(file.lineCount) lines: move the logic to a library")]
        },
        Rule(name: "a line has at most \(Limits.columnsInALine) columns", covers: everyFile) { file in
            file.lines.enumerated().filter { $1.count > Limits.columnsInALine }
                .map { Breach(line: $0 + 1, message: "\($1.count) columns") }
        },
        Rule(name: "a function has at most \(Limits.linesInAFunction) lines", covers: everyFile) { file in
            FunctionScan(file).functions.filter { $0.lineCount > Limits.linesInAFunction }
                .map { Breach(line: $0.firstLine, message: "\($0.name) has \($0.lineCount) lines") }
        },
    ]
}

/// The bounds of house style, in lines and columns.
enum Limits {
    static let linesInAFile = 400
    static let linesInAnExecutablesFile = 150
    static let linesInAFunction = 70
    static let linesInTheReadme = 150
    static let columnsInALine = 120
}

/// Finds every function, initializer, subscript and computed property that has a body.
struct FunctionScan {
    struct Function: Equatable {
        var name: String
        var firstLine: Int
        var lastLine: Int
        var lineCount: Int { lastLine - firstLine + 1 }
    }

    private(set) var functions: [Function] = []

    init(_ file: SourceFile) {
        for (index, token) in file.code.enumerated() {
            guard token.isWord(in: ["func", "init", "deinit", "subscript", "var"]), index + 1 < file.code.count,
                index == 0 || !file.code[index - 1].isMark("."),
                let open = FunctionScan.body(from: index, in: file)
            else { continue }
            let name = ["func", "var"].contains(token.text) ? file.code[index + 1].text : token.text
            let close = file.code[file.closing(of: open)]
            functions.append(Function(name: name, firstLine: token.line, lastLine: close.line))
        }
    }

    /// The index of the brace that opens the body of the declaration at `start`; nil for one without a body, such
    /// as a protocol's requirement or a stored property.
    static func body(from start: Int, in file: SourceFile) -> Int? {
        let isVariable = file.code[start].isWord(in: ["let", "var"])
        var index = start + 1
        while index < file.code.count {
            let token = file.code[index]
            if token.isMark("{") { return index }
            if token.isMark("}") || token.isMark(";") { return nil }
            if isVariable, token.isMark("=") || token.isWord(in: ["in", "else"]) { return nil }
            if token.startsLine, index > start + 1, token.isMark("@") || token.isWord(in: declarations) { return nil }
            index = token.isMark("(") || token.isMark("[") ? file.closing(of: index) + 1 : index + 1
        }
        return nil
    }

    private static let declarations: Set<String> = [
        "func", "var", "let", "init", "deinit", "subscript", "case", "static", "mutating", "nonisolated", "package",
        "private", "fileprivate", "internal", "associatedtype", "typealias", "struct", "enum", "class", "actor",
        "protocol", "extension", "import", "override", "final", "guard", "if", "for", "return", "switch", "try",
    ]
}
