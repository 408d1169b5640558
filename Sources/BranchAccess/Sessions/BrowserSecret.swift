/// The secret in a cookie or of a pairing: 256 random bits in base64url. Only its hash is stored.
package struct BrowserSecret: Sendable, CustomStringConvertible {
    /// The text for the cookie, once.
    package let text: String

    /// What is stored.
    package let hash: SecretHash

    /// Draws a new one.
    package init() {
        text = Base64URL.encode(randomBytes(32))
        hash = SecretHash(of: text)
    }

    /// The hash of a text that could be one; nil for anything else.
    package static func hash(of text: String) -> SecretHash? {
        guard text.utf8.count == 43, Base64URL.isEncoded(text.utf8) else { return nil }
        return SecretHash(of: text)
    }

    /// Hides the secret, so that no log shows it by accident.
    package var description: String { "BrowserSecret(hidden)" }
}
