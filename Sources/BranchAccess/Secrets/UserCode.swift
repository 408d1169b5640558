/// A code that a person reads from one screen and types into another: eight letters without vowels, which spell
/// nothing and are not mistaken for digits (RFC 8628, section 6.1). 20⁸ ≈ 2.6 · 10¹⁰ of them.
package struct UserCode: Hashable, Sendable {
    /// Eight letters without the dash.
    package let letters: String

    private static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
    private static let length = 8

    /// Draws a new code.
    package init() {
        var random = SystemRandomNumberGenerator()
        let drawn = (0..<Self.length).map { _ in
            Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &random)]
        }
        letters = String(decoding: drawn, as: UTF8.self)
    }

    /// Reads what somebody typed: case, dashes and spaces don't matter. nil if it is no code.
    package init?(_ typed: String) {
        guard typed.utf8.count <= Limits.typedCodeBytes else { return nil }
        let upper = typed.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }.map { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 32 : byte
        }
        guard upper.count == Self.length, upper.allSatisfy(Self.alphabet.contains) else { return nil }
        letters = String(decoding: upper, as: UTF8.self)
    }

    /// As it is shown: `BCDF-GHJK`.
    package var text: String { "\(letters.prefix(4))-\(letters.suffix(4))" }

    /// What is stored of a code that outlives the process.
    package var hash: SecretHash { SecretHash(of: letters) }
}
