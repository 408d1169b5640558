extension Rule {
    static let documentation: [Rule] = [
        Rule(name: "what a target shows to others is documented") { file in
            products(file) && file.target != "QueueTestSupport"
                && !Repository.manifest.executables.contains(file.target)
        } check: { file in
            PackageDeclarations(file).undocumented.map {
                Breach(line: $0.line, message: "`\($0.name)` has no doc comment")
            }
        },
        Rule(name: "work that is left is an issue, not a note in the code", covers: everyFile) { file in
            file.tokens.filter { $0.kind == .comment }.flatMap { comment in
                comment.text.split { !$0.isLetter }.filter { markers.contains(String($0)) }
                    .map { Breach(line: comment.line, message: "\($0): finish it or file it") }
            }
        },
    ]

    /// Spelled in two halves, so that a search for them finds nothing here.
    static let markers: Set<String> = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
}

/// The declarations of a file that other targets can see.
struct PackageDeclarations {
    struct Declaration: Equatable {
        var name: String
        var line: Int
    }

    private(set) var undocumented: [Declaration] = []

    init(_ file: SourceFile) {
        let documented = Set(file.tokens.filter(\.isDocumentation).flatMap { $0.line...$0.lastLine })
        var endOfDocumented: Int?
        for (index, token) in file.code.enumerated() where token.isWord("package") && index + 1 < file.code.count {
            guard let keyword = PackageDeclarations.keyword(after: index, in: file) else { continue }
            let line = PackageDeclarations.firstLine(of: index, in: file)
            // Declarations that adjoin without an empty line are a group: the comment of the first speaks for all.
            if documented.contains(line - 1) || line - 1 == endOfDocumented {
                let body = FunctionScan.body(from: keyword, in: file)
                let isType = !file.code[keyword].isWord(in: ["func", "var", "let", "init", "subscript"])
                endOfDocumented = isType ? nil : body.map { file.code[file.closing(of: $0)].line } ?? token.line
                continue
            }
            guard !PackageDeclarations.isExempt(keyword, in: file) else { continue }
            let name = file.code[keyword].isWord(in: ["init", "subscript"]) ? keyword : keyword + 1
            undocumented.append(Declaration(name: file.code[name].text, line: token.line))
        }
    }

    private static let keywords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "func", "init", "subscript", "let", "var",
    ]

    /// Members that a protocol of the standard library or of the service group asks for: the protocol documents them.
    private static let requirements: Set<String> = [
        "description", "debugDescription", "customMirror", "errorDescription", "hash", "encode", "rawValue", "id",
        "run", "next",
        "makeIterator", "makeAsyncIterator", "=", "<", "allCases", "startIndex", "endIndex", "body", "RawValue",
        "Element", "InboundIn", "InboundOut", "OutboundIn", "OutboundOut",
    ]

    /// The index of the word that says what is declared; nil for `package import` and `package extension`.
    private static func keyword(after index: Int, in file: SourceFile) -> Int? {
        var next = index + 1
        while next < file.code.count, next < index + 8 {
            if file.code[next].isWord("import") || file.code[next].isWord("extension") { return nil }
            // `package class func`: the later word says it.
            if file.code[next].isWord(in: keywords) { return next }
            next += 1
        }
        return nil
    }

    /// The line of the declaration's first attribute.
    private static func firstLine(of index: Int, in file: SourceFile) -> Int {
        var line = file.code[index].line
        while line > 1, file.lines[line - 2].drop(while: { $0 == " " }).hasPrefix("@") { line -= 1 }
        return line
    }

    private static func isExempt(_ keyword: Int, in file: SourceFile) -> Bool {
        let token = file.code[keyword]
        guard keyword + 1 < file.code.count else { return false }
        if token.isWord("init") {
            return file.code.dropFirst(keyword + 1).prefix(3).contains { $0.isWord("decoder") }
                || isMemberwise(keyword, in: file)
        }
        // NIO's and swift-log's handlers: their protocols document these.
        if file.code.dropFirst(keyword).prefix(4).contains(where: { $0.isWord(in: ["context", "metadataKey"]) }) {
            return true
        }
        // A stored property's name and type say it all unless it has a unit or a bound, which a reviewer sees.
        let isStored = token.isWord(in: ["let", "var"]) && FunctionScan.body(from: keyword, in: file) == nil
        return isStored || requirements.contains(file.code[keyword + 1].text)
    }

    /// An initializer that only stores its arguments says no more than its properties do.
    private static func isMemberwise(_ keyword: Int, in file: SourceFile) -> Bool {
        guard let open = file.code.indices.dropFirst(keyword).first(where: { file.code[$0].isMark("(") }) else {
            return false
        }
        let end = file.closing(of: open) + 1
        guard end < file.code.count, file.code[end].isMark("{") else { return false }
        var lines: [Int: [Token]] = [:]
        for token in file.code[(end + 1)..<file.closing(of: end)] { lines[token.line, default: []].append(token) }
        return lines.values.allSatisfy { tokens in
            let words = tokens.map(\.text)
            if words.first == "self" { return words.count == 5 && words[1] == "." && words[3] == "=" }
            return words.count == 3 && words[1] == "="
        }
    }
}
