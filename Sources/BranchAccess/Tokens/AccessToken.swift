/// The secret of a program or device: `turn_<role>_<43 characters>`, which are 256 random bits in base64url.
///
/// The role in the text is for people who look for the right token; what counts is the role in the row. The value
/// exists only when a token is made. Its description hides the secret, so that no log shows it by accident.
package struct AccessToken: Sendable {
    /// The text to hand to the program, once.
    package let text: String

    /// What is stored.
    package let hash: SecretHash

    private static let secretBytes = 32
    private static let secretLength = 43

    /// Makes a new token.
    package init(role: Role) {
        text = "turn_\(role.rawValue)_" + Base64URL.encode(randomBytes(Self.secretBytes))
        hash = SecretHash(of: text)
    }

    /// Whether a text could be a token at all: the cheap question before the hash.
    package static func isWellFormed(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isWellFormed($0[...]) }
    }

    /// The token of an `Authorization` header, or nil if it isn't `Bearer` with a well-formed one.
    package static func bearer(_ header: String) -> String? {
        var header = header
        return header.withUTF8 { bytes in
            let scheme = bytes.prefix { $0 != UInt8(ascii: " ") }
            guard scheme.count == 6, zip(scheme, "bearer".utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
            let text = bytes[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") }
            return isWellFormed(text) ? String(decoding: text, as: UTF8.self) : nil
        }
    }

    private static func isWellFormed(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard text.count <= Limits.tokenTextBytes, text.starts(with: "turn_".utf8) else { return false }
        let rest = text.dropFirst("turn_".utf8.count)
        let role = rest.prefix { $0 != UInt8(ascii: "_") }
        let secret = rest.dropFirst(role.count + 1)
        guard secret.count == secretLength, Base64URL.isEncoded(secret) else { return false }
        return Role.allCases.contains { role.elementsEqual($0.rawValue.utf8) }
    }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "AccessToken(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
