import Crypto

/// The hash chain over the event log: any change to a stored event, or a lost one, shows in every later link.
///
/// chain(seq) = first 8 bytes of SHA-256(chain(seq − 1) ‖ uid ‖ body); chain(0) comes from the branch's first
/// lineage. It does not depend on the epoch.
package struct EventChain: Hashable, Sendable {
    /// Eight bytes, big-endian.
    package let value: UInt64

    package init(value: UInt64) { self.value = value }

    /// chain(0).
    /// - Parameter lineage: the eight random bytes drawn when the database was made.
    package init(lineage: UInt64) {
        var hash = SHA256()
        hash.update(data: Array("turn:lineage:".utf8))
        hash.update(data: Self.bytes(lineage))
        value = Self.prefix(hash.finalize())
    }

    /// The link after this one.
    package func next(uid: EventUID, body: [UInt8]) -> EventChain {
        var hash = SHA256()
        hash.update(data: Self.bytes(value))
        hash.update(data: Array(uid.text.utf8))
        hash.update(data: body)
        return EventChain(value: Self.prefix(hash.finalize()))
    }

    private static func bytes(_ value: UInt64) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func prefix(_ digest: SHA256.Digest) -> UInt64 {
        digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// 64 bits as 16 hex digits, as lineages and incarnations are written.
package enum HexText {
    /// Lower case, with leading zeros.
    package static func text(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
