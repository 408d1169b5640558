/// One piece of Swift text, as far as the house rules need to know it.
struct Token: Sendable, Equatable {
    enum Kind: Sendable {
        /// An identifier or keyword.
        case word
        case number
        /// One punctuation or operator character.
        case mark
        /// A string literal: `text` is what stands between its quotes, each interpolation as one space.
        case literal
        case comment
    }

    var kind: Kind
    var text: String
    /// The line it begins on, from 1.
    var line: Int
    /// The line it ends on.
    var lastLine: Int
    /// The byte it begins at.
    var offset: Int
    /// Whether an operand stands directly before it, without white space: so `!` is postfix.
    var isLeftBound = false
    /// Whether it is the first on its line.
    var startsLine = false
    /// Whether a string literal contains code.
    var isInterpolated = false

    var isDocumentation: Bool { kind == .comment && (text.hasPrefix("///") || text.hasPrefix("/**")) }

    func isMark(_ character: String) -> Bool { kind == .mark && text == character }
    func isWord(_ word: String) -> Bool { kind == .word && text == word }
    func isWord(in words: Set<String>) -> Bool { kind == .word && words.contains(text) }
}
