import Glibc
import NIOCore

/// Finds single fields in JSON text without reading it as JSON. Ten thousand frames a second leave no time for more; it
/// serves only where the server's own shapes are known.
enum FieldScan {
    /// The integer behind the first place where `field` stands, as `"ticket_id":`.
    static func integer(_ field: StaticString, in bytes: ByteBuffer) -> Int64? {
        bytes.withUnsafeReadableBytes { bytes in
            guard let end = find(field, in: bytes) else { return nil }
            var value: Int64 = 0
            var at = end
            while at < bytes.count, bytes[at] == 0x20 { at += 1 }
            let first = at
            // Eighteen digits cannot overflow.
            while at < bytes.count, at - first < 18, (0x30...0x39).contains(bytes[at]) {
                value = value * 10 + Int64(bytes[at] - 0x30)
                at += 1
            }
            return at > first ? value : nil
        }
    }

    /// True when the text stands somewhere in the bytes.
    static func contains(_ text: StaticString, in bytes: ByteBuffer) -> Bool {
        bytes.withUnsafeReadableBytes { find(text, in: $0) != nil }
    }

    /// The place behind the first occurrence.
    private static func find(_ text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let length = text.utf8CodeUnitCount
        var at = 0
        while at + length <= bytes.count,
            let found = memchr(base + at, Int32(text.utf8Start[0]), bytes.count - length - at + 1)
        {
            at = UnsafeRawPointer(found) - base
            if memcmp(base + at, text.utf8Start, length) == 0 { return at + length }
            at += 1
        }
        return nil
    }
}
