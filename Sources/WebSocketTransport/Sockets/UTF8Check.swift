package import NIOCore

/// Checks UTF-8 that comes in pieces (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
package struct UTF8Check: Sendable {
    /// Continuation bytes still to come.
    private var missing = 0
    /// What the next continuation byte may be; narrower for the first one of some sequences.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// The check of an empty text.
    package init() {}

    /// Whether the text ends with a whole character.
    package var isComplete: Bool { missing == 0 }

    /// Takes the next piece. Returns false as soon as no continuation can make it valid.
    package mutating func take(_ bytes: ByteBufferView) -> Bool {
        for byte in bytes where !take(byte) { return false }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard allowed.contains(byte) else { return false }
            missing -= 1
            allowed = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: expect(1, 0x80...0xBF)
        case 0xE0: expect(2, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: expect(2, 0x80...0xBF)
        case 0xED: expect(2, 0x80...0x9F)
        case 0xF0: expect(3, 0x90...0xBF)
        case 0xF1...0xF3: expect(3, 0x80...0xBF)
        case 0xF4: expect(3, 0x80...0x8F)
        default: return false
        }
        return true
    }

    private mutating func expect(_ count: Int, _ first: ClosedRange<UInt8>) {
        missing = count
        allowed = first
    }
}
