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
    package static func isWellFormed(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count <= Limits.tokenTextBytes else { return false }
        let parts = text.utf8.split(separator: UInt8(ascii: "_"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("turn".utf8), parts[2].count == secretLength else {
            return false
        }
        return Role.allCases.contains { parts[1].elementsEqual($0.rawValue.utf8) } && Base64URL.isEncoded(parts[2])
    }

    /// The token of an `Authorization` header, or nil if it isn't `Bearer` with a well-formed one.
    package static func bearer(_ header: String) -> String? {
        let scheme = header.prefix { $0 != " " }
        let text = header.dropFirst(scheme.count).drop { $0 == " " }
        guard scheme.count == 6, scheme.lowercased() == "bearer", isWellFormed(text) else { return nil }
        return String(text)
    }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "AccessToken(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
