extension Rule {
    static let safety: [Rule] = [
        Rule(name: "nothing in a product is unwrapped, tried or cast by force", covers: products) { file in
            file.code.filter { $0.isMark("!") && $0.isLeftBound }.map {
                Breach(line: $0.line, message: "`!`: handle the other case, or say in a precondition why it cannot be")
            }
        },
        Rule(name: "an impossible state is a preconditionFailure with a sentence", covers: products) { file in
            file.code.indices.compactMap { index in
                let token = file.code[index]
                if token.isWord("fatalError") {
                    return Breach(line: token.line, message: "fatalError: use preconditionFailure with a sentence")
                }
                guard token.isWord("preconditionFailure"), index + 2 < file.code.count,
                    file.code[index + 2].isMark(")")
                else { return nil }
                return Breach(line: token.line, message: "preconditionFailure without a sentence")
            }
        },
        commented("an error that is dropped says why", message: "try? without a comment") { file, index in
            file.code[index].isWord("try") && file.code[index + 1].isMark("?")
        },
        commented("an unchecked Sendable says why", message: "@unchecked without a sentence") { file, index in
            file.code[index].isMark("@") && file.code[index + 1].isWord("unchecked")
        },
        commented("unsafe isolation says why", message: "unsafe without a sentence") { file, index in
            file.code[index].isMark("(") && file.code[index + 1].isWord("unsafe")
        },
        commented("an unstructured task says why", message: "Task without a comment") { file, index in
            guard file.code[index].isWord("Task"), index == 0 || !file.code[index - 1].isMark(".") else { return false }
            let next = file.code[index + 1]
            if next.isMark("."), index + 2 < file.code.count { return file.code[index + 2].isWord("detached") }
            return next.isMark("{") || next.isMark("(")
        },
        commented("a lock says what it guards", message: "Mutex without a comment naming what it guards") {
            file, index in
            guard file.code[index].isWord(in: ["Mutex", "NIOLockedValueBox"]),
                file.code[index + 1].isMark("<") || file.code[index + 1].isMark("("),
                let first = file.code[...index].lastIndex(where: \.startsLine)
            else { return false }
            return file.code[first...index].contains { $0.isWord(in: ["let", "var"]) }
        },
        Rule(name: "a library does not print") { file in
            products(file) && file.target != "QueueTestSupport"
                && !Repository.manifest.executables.contains(file.target)
        } check: { file in
            file.code.indices.dropLast().filter { index in
                file.code[index].isWord(in: ["print", "debugPrint", "dump"]) && file.code[index + 1].isMark("(")
                    && (index == 0 || !(file.code[index - 1].isMark(".") || file.code[index - 1].isWord("func")))
            }.map { Breach(line: file.code[$0].line, message: "log it, or return it") }
        },
        Rule(name: "a log message is a constant", covers: products) { file in
            file.code.indices.dropFirst(2).dropLast(2).filter { index in
                file.code[index].isWord(in: ["trace", "debug", "info", "notice", "warning", "error", "critical"])
                    && file.code[index - 1].isMark(".")
                    && file.code[index - 2].isWord(in: ["logger", "log"])
                    && file.code[index + 1].isMark("(") && file.code[index + 2].isInterpolated
            }.map { Breach(line: file.code[$0].line, message: "put the data in the metadata") }
        },
    ]

    /// A rule that a construct in a product has a comment on its line or on the line before.
    private static func commented(
        _ name: String, message: String, where matches: @escaping @Sendable (SourceFile, Int) -> Bool
    ) -> Rule {
        Rule(name: name, covers: products) { file in
            file.code.indices.dropLast()
                .filter { matches(file, $0) && !file.hasComment(at: file.code[$0].line) }
                .map { Breach(line: file.code[$0].line, message: message) }
        }
    }
}
