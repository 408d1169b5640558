import Crypto

/// The key of the public links: 32 random bytes drawn at the first start.
///
/// token = HMAC-SHA256(key, uid) cut to 128 bits. Of a token only SHA-256 is stored, so a row or an event leads to no
/// link, and an answer that is given again has the same one. Key and uids are both in the database: whoever reads all
/// of it can make every link that lives.
package struct LinkKey: Sendable {
    /// Characters of a token: 16 bytes in base 64 for URLs, without padding.
    package static let tokenLength = 22
    let bytes: [UInt8]
    /// Has taken the key already: a code starts from its copy.
    private let keyed: HMAC<SHA256>

    /// Takes a stored key.
    /// - Throws: `StoreError.cannotOpen` unless it has 32 bytes.
    package init(stored bytes: [UInt8]) throws(StoreError) {
        guard bytes.count == 32 else {
            throw .cannotOpen("the setting link_key is damaged: it has \(bytes.count) bytes and not 32")
        }
        self.init(bytes: bytes)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        keyed = HMAC(key: SymmetricKey(data: bytes))
    }

    /// Draws a new key.
    static func random() -> LinkKey {
        var random = SystemRandomNumberGenerator()
        return LinkKey(bytes: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// The link's token of a ticket.
    /// - Parameter uid: of the ticket's `ticket.created` event.
    package func token(uid: String) -> String {
        var mac = keyed
        mac.update(data: Array(uid.utf8))
        let code = Array(mac.finalize())
        return String(unsafeUninitializedCapacity: Self.tokenLength) { text in
            for position in 0..<Self.tokenLength {
                text[position] = Self.alphabet.utf8Start[Self.sixBits(of: code, at: position)]
            }
            return Self.tokenLength
        }
    }

    /// Base 64 for URLs (RFC 4648, section 5).
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// The six bits behind one character; the last one of 16 bytes carries two bits and four zeros.
    private static func sixBits(of code: [UInt8], at position: Int) -> Int {
        let bit = position * 6
        let high = UInt16(code[bit / 8]) << 8
        let low = bit / 8 + 1 < 16 ? UInt16(code[bit / 8 + 1]) : 0
        return Int((high | low) >> UInt16(10 - bit % 8)) & 63
    }

    /// What finds a ticket by its token.
    package static func hash(ofToken token: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(token.utf8)))
    }
}
