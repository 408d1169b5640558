import Foundation

/// One Swift file of the repository, or a planted sample that claims to be one.
struct SourceFile: Sendable {
    /// The path from the repository's root, such as `Sources/QueueDomain/Tickets/Ticket.swift`.
    let path: String
    let lines: [Substring]
    /// Everything, comments included.
    let tokens: [Token]
    /// The tokens without comments.
    let code: [Token]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        tokens = SwiftLexer.tokens(of: text)
        code = tokens.filter { $0.kind != .comment }
    }

    /// `Sources` or `Tests`.
    var area: Substring { path.prefix { $0 != "/" } }

    /// The name of the target that it belongs to.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The number of lines, not counting the end of the last one.
    var lineCount: Int { lines.last == "" ? lines.count - 1 : lines.count }

    /// Whether a comment stands on this line or ends on the line before it.
    func hasComment(at line: Int) -> Bool {
        tokens.contains { $0.kind == .comment && ($0.line == line || $0.lastLine == line || $0.lastLine == line - 1) }
    }

    /// The index in `code` of the bracket that closes the one at `start`, or the last index.
    func closing(of start: Int) -> Int {
        let pairs = ["(": ")", "[": "]", "{": "}", "<": ">"]
        let open = code[start].text
        guard let close = pairs[open] else { return start }
        var depth = 0
        for index in start..<code.count where code[index].kind == .mark {
            if code[index].text == open { depth += 1 }
            // The `>` of an arrow closes nothing.
            if code[index].text == close, !(close == ">" && index > 0 && code[index - 1].isMark("-")) {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return code.count - 1
    }
}
