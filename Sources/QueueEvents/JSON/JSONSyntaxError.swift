/// A text is not the JSON that ``JSONReader`` accepts.
package struct JSONSyntaxError: Error, Equatable, Sendable {
    /// What is wrong.
    package enum Code: Equatable, Sendable {
        /// The text ends inside a value; an empty text is this too.
        case unexpectedEnd
        /// A byte that may not stand here.
        case unexpectedByte(UInt8)
        /// Something follows the one value of the text.
        case trailingBytes
        /// The text begins with a byte order mark, which RFC 8259 forbids to send.
        case byteOrderMark
        /// More than ``JSONLimits/depth`` arrays and objects lie in each other.
        case tooDeep
        /// An object has this key twice.
        case duplicateKey(String)
        /// A number of a form that JSON doesn't know: `01`, `+1`, `1.`, `.5`.
        case malformedNumber
        /// A number that can't be held: `1e400`, or an integer beyond 64 bits that a double would change.
        case numberOutOfRange
        /// Bytes that are not UTF-8.
        case invalidUTF8
        /// A control character that must be escaped.
        case controlCharacter(UInt8)
        /// U+0000, as `\u0000`: the store would cut the text there.
        case nullCharacter
        /// A backslash before something that can't be escaped.
        case invalidEscape
        /// One half of a surrogate pair.
        case loneSurrogate
    }

    /// What is wrong.
    package let code: Code

    /// Where, in bytes from the start of the text.
    package let offset: Int

    /// - Parameters:
    ///   - code: what is wrong.
    ///   - offset: where, in bytes from the start of the text.
    package init(code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// A sentence for the sender of the text, without a full stop.
    package var description: String { "\(sentence) at byte \(offset)" }

    private var sentence: String {
        switch code {
        case .unexpectedEnd: "the text ends inside a value"
        case .unexpectedByte(let byte): "\(Self.name(of: byte)) may not stand here"
        case .trailingBytes: "something follows the value"
        case .byteOrderMark: "a byte order mark is not allowed"
        case .tooDeep: "arrays and objects are nested more than \(JSONLimits.depth) deep"
        case .duplicateKey(let key): "the key \"\(key.prefix(JSONLimits.quotedCharacters))\" occurs twice"
        case .malformedNumber: "a number is not written as JSON writes it"
        case .numberOutOfRange: "a number is out of range"
        case .invalidUTF8: "the text is not UTF-8"
        case .controlCharacter(let byte): "the control character \(Self.name(of: byte)) must be escaped"
        case .nullCharacter: "text may not hold U+0000"
        case .invalidEscape: "a backslash is followed by something that can't be escaped"
        case .loneSurrogate: "half of a surrogate pair stands alone"
        }
    }

    private static func name(of byte: UInt8) -> String {
        if (0x21...0x7E).contains(byte) { return "\"\(Character(Unicode.Scalar(byte)))\"" }
        return "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
