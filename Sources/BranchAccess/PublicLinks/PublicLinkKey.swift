import Crypto

/// The key of a branch's public links: 32 random bytes, made at the first start.
///
/// A link's token is HMAC-SHA256(key, uid) cut to 128 bits, so it need not be stored to be given again, and only who
/// holds the key can make one.
package struct PublicLinkKey: Sendable {
    private let key: SymmetricKey

    /// The number of bytes of a key.
    package static let byteCount = 32

    /// The key as it was stored; nil if it isn't ``byteCount`` bytes long.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        key = SymmetricKey(data: Array(bytes))
    }

    /// Makes the bytes of a new key, for the store.
    package static func randomKeyBytes() -> [UInt8] {
        randomBytes(byteCount)
    }

    /// The link of a ticket.
    ///
    /// - Parameter uid: the uid of the ticket's `ticket.created` event, as text.
    package func link(uid: String) -> PublicLink {
        let code = HMAC<SHA256>.authenticationCode(for: Array(uid.utf8), using: key)
        return PublicLink(trusted: Base64URL.encode(code.prefix(PublicLink.byteCount)))
    }
}

extension PublicLinkKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "PublicLinkKey(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The secret part of a ticket's public address: 22 characters of base64url.
package struct PublicLink: Sendable, Equatable {
    /// The 22 characters.
    package let token: String

    static let byteCount = 16
    private static let length = 22

    init(trusted token: String) {
        self.token = token
    }

    /// The link of an address that somebody asked for; nil if it can't be one.
    package init?(_ text: String) {
        guard text.utf8.count == Self.length, Base64URL.isEncoded(text.utf8) else { return nil }
        token = text
    }

    /// SHA-256 of the 22 characters: `link_hash`, which finds the ticket.
    package var hash: SecretHash { SecretHash(of: token) }
}

extension PublicLink: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "PublicLink(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
