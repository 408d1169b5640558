/// A ULID: 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's base 32.
package struct EventUID: Hashable, Sendable {
    package let text: String

    /// Takes a stored uid as it is.
    package init(text: String) { self.text = text }

    /// - Parameters:
    ///   - milliseconds: since 1970; cut to 48 bits.
    ///   - random: the 80 bits below.
    package init(milliseconds: Int64, random: (high: UInt16, low: UInt64)) {
        let alphabet: StaticString = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        let time = UInt64(bitPattern: milliseconds) & 0xFFFF_FFFF_FFFF
        text = String(unsafeUninitializedCapacity: 26) { buffer in
            var upper = time << 16 | UInt64(random.high)
            var lower = random.low
            for position in stride(from: 25, through: 0, by: -1) {
                buffer[position] = alphabet.utf8Start[Int(lower & 31)]
                lower = lower >> 5 | (upper & 31) << 59
                upper >>= 5
            }
            return 26
        }
    }

    /// The time in it, milliseconds since 1970; nil when it is no ULID.
    package var milliseconds: Int64? {
        guard text.utf8.count == 26 else { return nil }
        var value: Int64 = 0
        for byte in text.utf8.prefix(10) {
            guard let digit = Self.alphabet.firstIndex(of: byte) else { return nil }
            value = value << 5 | Int64(digit)
        }
        return value < 1 << 48 ? value : nil
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
