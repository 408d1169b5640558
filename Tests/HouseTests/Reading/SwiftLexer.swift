/// Cuts Swift text into tokens. It knows comments (nested), all forms of string literals with the code inside
/// their interpolations, raw identifiers and regular expression literals, and nothing of the grammar.
struct SwiftLexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineOfLastToken = 0
    private var tokens: [Token] = []

    static func tokens(of text: String) -> [Token] {
        var lexer = SwiftLexer(bytes: Array(text.utf8))
        lexer.scanCode(insideInterpolation: false)
        return lexer.tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func scanCode(insideInterpolation: Bool) {
        var depth = 0
        while let byte = peek() {
            if isSpace(byte) {
                step()
            } else if byte == ascii("/"), peek(1) == ascii("/") {
                scanLineComment()
            } else if byte == ascii("/"), peek(1) == ascii("*") {
                scanBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                scanString(hashes: hashes)
            } else if let end = endOfRegularExpression() {
                emit(.literal, to: end)
            } else if byte == ascii("`") {
                let close = bytes[(position + 1)...].firstIndex(of: ascii("`")) ?? bytes.count - 1
                emit(.word, to: close + 1)
            } else if isWordByte(byte) {
                let end = bytes[position...].firstIndex { !isWordByte($0) } ?? bytes.count
                emit(isDigit(byte) ? .number : .word, to: end)
            } else {
                if byte == ascii("(") { depth += 1 }
                if byte == ascii(")") {
                    depth -= 1
                    if insideInterpolation, depth < 0 { return step() }
                }
                emit(.mark, to: position + 1)
            }
        }
    }

    private mutating func scanLineComment() {
        emit(.comment, to: bytes[position...].firstIndex(of: ascii("\n")) ?? bytes.count)
    }

    private mutating func scanBlockComment() {
        var depth = 0
        var end = position
        repeat {
            if end + 1 >= bytes.count {
                end = bytes.count
                break
            }
            if bytes[end] == ascii("/"), bytes[end + 1] == ascii("*") {
                depth += 1
                end += 2
            } else if bytes[end] == ascii("*"), bytes[end + 1] == ascii("/") {
                depth -= 1
                end += 2
            } else {
                end += 1
            }
        } while depth > 0
        emit(.comment, to: end)
    }

    /// Reads a literal from its first `#` or quote. The code of its interpolations follows it in `tokens`.
    private mutating func scanString(hashes: Int) {
        let index = tokens.count
        appendToken(.literal, text: "", at: position)
        for _ in 0..<hashes { step() }
        let isMultiLine = peek(1) == ascii("\"") && peek(2) == ascii("\"") && peek(3) == ascii("\n")
        let quotes = isMultiLine ? 3 : 1
        for _ in 0..<quotes { step() }
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == ascii("\""), endsString(quotes: quotes, hashes: hashes) {
                for _ in 0..<(quotes + hashes) { step() }
                break
            }
            if byte == ascii("\\"), (0..<hashes).allSatisfy({ peek(1 + $0) == ascii("#") }) {
                for _ in 0...hashes { step() }
                if peek() == ascii("(") {
                    step()
                    tokens[index].isInterpolated = true
                    content.append(ascii(" "))
                    scanCode(insideInterpolation: true)
                } else {
                    step()
                }
                continue
            }
            if byte == ascii("\n"), !isMultiLine { break }
            content.append(byte)
            step()
        }
        tokens[index].text = String(decoding: content, as: UTF8.self)
        tokens[index].lastLine = line
        lineOfLastToken = line
    }

    private func endsString(quotes: Int, hashes: Int) -> Bool {
        (0..<quotes).allSatisfy { peek($0) == ascii("\"") }
            && (0..<hashes).allSatisfy { peek(quotes + $0) == ascii("#") }
    }

    /// The number of `#` before the quote that begins here, or nil when no string begins here.
    private func hashesBeforeQuote() -> Int? {
        var count = 0
        while peek(count) == ascii("#") { count += 1 }
        return peek(count) == ascii("\"") ? count : nil
    }

    /// The end of a `/…/` literal beginning here. A slash after an operand, or before a space, is a division.
    private func endOfRegularExpression() -> Int? {
        guard peek() == ascii("/"), let next = peek(1), !isSpace(next), !isLeftBound() else { return nil }
        if let last = tokens.last, last.kind != .mark, !last.isWord(in: ["return", "in", "case"]) { return nil }
        var end = position + 1
        while end < bytes.count, bytes[end] != ascii("\n") {
            if bytes[end] == ascii("\\") {
                end += 2
            } else if bytes[end] == ascii("/") {
                return end + 1
            } else {
                end += 1
            }
        }
        return nil
    }

    private mutating func emit(_ kind: Token.Kind, to end: Int) {
        let end = min(max(end, position + 1), bytes.count)
        appendToken(kind, text: String(decoding: bytes[position..<end], as: UTF8.self), at: position)
        while position < end { step() }
        tokens[tokens.count - 1].lastLine = line
        lineOfLastToken = line
    }

    private mutating func appendToken(_ kind: Token.Kind, text: String, at offset: Int) {
        tokens.append(
            Token(
                kind: kind, text: text, line: line, lastLine: line, offset: offset, isLeftBound: isLeftBound(),
                startsLine: line != lineOfLastToken))
        lineOfLastToken = line
    }

    private func isLeftBound() -> Bool {
        guard position > 0 else { return false }
        let before = bytes[position - 1]
        return isWordByte(before) || [")", "]", "}", "\"", ">", "`"].contains(Character(UnicodeScalar(before)))
    }

    private mutating func step() {
        if position < bytes.count, bytes[position] == ascii("\n") { line += 1 }
        position += 1
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func ascii(_ character: Character) -> UInt8 { character.asciiValue ?? 0 }
    private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Every byte of a character beyond ASCII counts as part of a word.
    private func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 36
            || byte >= 128
    }
}
