import Crypto

/// The SHA-256 of a secret text. Only this is stored, never the text.
package struct SecretHash: Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash of a text's UTF-8 bytes.
    package init(of text: String) {
        self.init(digest: SHA256.hash(data: Array(text.utf8)))
    }

    /// The hash as it was stored; nil if it isn't 32 bytes long.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == SHA256.byteCount else { return nil }
        self.init(digest: bytes)
    }

    private init(digest: some Sequence<UInt8>) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in digest.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The 32 bytes, as they are stored.
    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }
}

extension SecretHash: Hashable {
    /// Compares all bits whatever the first ones say, so that the time tells nothing.
    package static func == (one: SecretHash, other: SecretHash) -> Bool {
        let differences =
            (one.words.0 ^ other.words.0) | (one.words.1 ^ other.words.1) | (one.words.2 ^ other.words.2)
            | (one.words.3 ^ other.words.3)
        return differences == 0
    }

    /// One word of a cryptographic hash is as good as all four.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
