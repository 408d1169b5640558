package import NIOCore

/// One WebSocket frame (RFC 6455, section 5.2) as bytes on the wire, free of any rule about what may follow what.
package struct WebSocketFrame: Sendable, Equatable {
    /// The opcodes that RFC 6455 defines.
    package enum Opcode: UInt8, Sendable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA
    }

    package var isFinal: Bool
    /// The low four bits of the first byte, so that undefined opcodes can be sent and seen.
    package var opcode: UInt8
    /// The three reserved bits as a number 0...7.
    package var reserved: UInt8
    package var payload: ByteBuffer

    /// A frame as the protocol allows it.
    package init(_ opcode: Opcode, _ payload: ByteBuffer = ByteBuffer(), isFinal: Bool = true) {
        self.init(rawOpcode: opcode.rawValue, payload, isFinal: isFinal)
    }

    /// A frame with any opcode and reserved bits; only the low bits of both are used.
    package init(rawOpcode: UInt8, _ payload: ByteBuffer, isFinal: Bool = true, reserved: UInt8 = 0) {
        self.isFinal = isFinal
        self.opcode = rawOpcode & 0x0F
        self.reserved = reserved & 0x07
        self.payload = payload
    }

    /// The bytes of the frame. A client must mask (`mask` of four bytes); nil sends the violation.
    package func encoded(mask: (UInt8, UInt8, UInt8, UInt8)?) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger((isFinal ? 0x80 : 0) | reserved << 4 | opcode)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        let length = payload.readableBytes
        switch length {
        case ..<126: bytes.writeInteger(maskBit | UInt8(length))
        case ..<65_536:
            bytes.writeInteger(maskBit | 126)
            bytes.writeInteger(UInt16(length))
        default:
            bytes.writeInteger(maskBit | 127)
            bytes.writeInteger(UInt64(length))
        }
        guard let mask else {
            bytes.writeImmutableBuffer(payload)
            return bytes
        }
        let key = [mask.0, mask.1, mask.2, mask.3]
        bytes.writeBytes(key)
        bytes.writeBytes(payload.readableBytesView.enumerated().map { $1 ^ key[$0 % 4] })
        return bytes
    }

    /// Takes the next whole frame of a server from the bytes; nil when more are needed.
    /// - Throws: ``ConnectionFailure/malformed(reason:)`` for a masked frame or one beyond the bound.
    package static func next(_ buffer: inout ByteBuffer) throws(ConnectionFailure) -> WebSocketFrame? {
        let start = buffer.readerIndex
        guard let first = buffer.getInteger(at: start, as: UInt8.self),
            let second = buffer.getInteger(at: start + 1, as: UInt8.self)
        else { return nil }
        guard second & 0x80 == 0 else { throw .malformed(reason: "the server masked a frame") }
        var length = Int(second)
        var headLength = 2
        if second == 126 {
            guard let long = buffer.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            (length, headLength) = (Int(long), 4)
        } else if second == 127 {
            guard let long = buffer.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            (length, headLength) = (Int(clamping: long), 10)
        }
        guard length <= Limits.frameBytes else { throw .malformed(reason: "a frame of \(length) bytes") }
        guard buffer.readableBytes >= headLength + length else { return nil }
        buffer.moveReaderIndex(forwardBy: headLength)
        let payload = buffer.readSlice(length: length) ?? ByteBuffer()
        return WebSocketFrame(
            rawOpcode: first & 0x0F, payload, isFinal: first & 0x80 != 0, reserved: first >> 4 & 0x07)
    }
}

/// The opening handshake with a fixed nonce, so that the accept value is a known constant (RFC 6455, section 1.3).
package enum WebSocketHandshake {
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    /// The upgrade request as bytes.
    package static func request(
        host: String, port: Int, path: String, token: String?, fields: [(name: String, value: String)] = []
    ) -> ByteBuffer {
        var text = "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        text += "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        for field in fields { text += "\(field.name): \(field.value)\r\n" }
        return ByteBuffer(string: text + "\r\n")
    }

    /// True when the answer completes the handshake.
    package static func isAccepted(_ answer: HTTPAnswer) -> Bool {
        answer.status == 101 && answer.field("Sec-WebSocket-Accept") == accept
    }
}
