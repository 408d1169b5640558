package import NIOCore

/// One whole WebSocket frame as it goes over the wire: unmasked, not fragmented (RFC 6455, 5.2).
///
/// Encoded once, it can be offered to any number of connections, which share its storage.
package struct EncodedFrame: Sendable {
    /// Header and payload.
    package let bytes: ByteBuffer

    /// A text frame. The payload must be UTF-8; the transport does not look.
    package init(text payload: ByteBuffer) {
        self.init(opcode: 0x1, payload: payload)
    }

    /// A frame of any opcode.
    package init(opcode: UInt8, payload: ByteBuffer) {
        var bytes = ByteBufferAllocator().buffer(capacity: payload.readableBytes + 10)
        Self.writeHeader(opcode: opcode, length: payload.readableBytes, into: &bytes)
        bytes.writeImmutableBuffer(payload)
        self.bytes = bytes
    }

    /// A close frame; without code it has no body. The reason is cut to what a control frame holds.
    package static func close(code: UInt16?, reason: String = "") -> EncodedFrame {
        var payload = ByteBuffer()
        if let code {
            payload.writeInteger(code)
            payload.writeString(fitting(reason))
        }
        return EncodedFrame(opcode: 0x8, payload: payload)
    }

    /// A ping without payload.
    package static func ping() -> EncodedFrame { EncodedFrame(opcode: 0x9, payload: ByteBuffer()) }

    /// The answer to a ping, with its payload.
    package static func pong(_ payload: ByteBuffer) -> EncodedFrame { EncodedFrame(opcode: 0xA, payload: payload) }

    private static func writeHeader(opcode: UInt8, length: Int, into bytes: inout ByteBuffer) {
        bytes.writeInteger(0x80 | opcode)
        if length <= 125 {
            bytes.writeInteger(UInt8(length))
        } else if let short = UInt16(exactly: length) {
            bytes.writeInteger(UInt8(126))
            bytes.writeInteger(short)
        } else {
            bytes.writeInteger(UInt8(127))
            bytes.writeInteger(UInt64(length))
        }
    }

    /// The longest beginning of whole characters that a close frame holds.
    private static func fitting(_ reason: String) -> String {
        var cut = reason[...]
        while cut.utf8.count > Limits.closeReasonBytes { cut = cut.dropLast() }
        return String(cut)
    }
}
