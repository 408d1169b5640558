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
}
