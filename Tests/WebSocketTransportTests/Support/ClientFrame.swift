import NIOCore

/// Bytes of a client's frame, right or wrong on purpose.
struct ClientFrame: Sendable {
    var first: UInt8
    var payload: [UInt8] = []
    var isMasked = true
    /// Announces another length than the payload has.
    var announced: UInt64?
    /// Uses the 8-byte length whatever the length is.
    var longForm = false

    static func text(_ text: String, final: Bool = true) -> ClientFrame {
        ClientFrame(first: (final ? 0x80 : 0) | 0x1, payload: Array(text.utf8))
    }

    static func binary(_ payload: [UInt8], final: Bool = true) -> ClientFrame {
        ClientFrame(first: (final ? 0x80 : 0) | 0x2, payload: payload)
    }

    static func more(_ payload: [UInt8], final: Bool) -> ClientFrame {
        ClientFrame(first: final ? 0x80 : 0x00, payload: payload)
    }

    static func ping(_ payload: [UInt8] = []) -> ClientFrame { ClientFrame(first: 0x89, payload: payload) }

    static func close(_ code: UInt16?, _ reason: [UInt8] = []) -> ClientFrame {
        ClientFrame(first: 0x88, payload: (code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []) + reason)
    }

    var bytes: [UInt8] {
        let length = announced ?? UInt64(payload.count)
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        let flag: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        if longForm || length > 0xFFFF {
            bytes.append(flag | 127)
            for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(length >> shift & 0xFF)) }
        } else if length > 125 {
            bytes += [flag | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        } else {
            bytes.append(flag | UInt8(length))
        }
        if isMasked { bytes += mask }
        bytes += isMasked ? payload.enumerated().map { $1 ^ mask[$0 % 4] } : payload
        return bytes
    }
}

/// A frame of the server, read from its bytes.
struct ServerFrame: Equatable, Sendable {
    var opcode: UInt8
    var payload: [UInt8]

    var closeCode: Int? {
        opcode == 0x8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
    }
}

extension RawClient {
    static let upgrade = """
        GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """

    /// Connects and opens a WebSocket.
    static func webSocket(port: Int, reads: Bool = true, receiveBuffer: Int? = nil) async throws -> RawClient {
        let client = try await connect(port: port, reads: reads, receiveBuffer: receiveBuffer)
        client.send(upgrade)
        if reads { _ = try await client.head() }
        return client
    }

    func send(_ frame: ClientFrame) { send(frame.bytes) }

    /// The next frame; nil when the connection ended instead.
    func frame() async throws -> ServerFrame? {
        try await wait(.seconds(10)) { bytes, isClosed -> ServerFrame?? in
            var copy = bytes
            guard let first = copy.readInteger(as: UInt8.self),
                var length = copy.readInteger(as: UInt8.self).map(Int.init)
            else { return isClosed ? .some(nil) : nil }
            if length == 126 {
                guard let word = copy.readInteger(as: UInt16.self) else { return nil }
                length = Int(word)
            } else if length == 127 {
                guard let word = copy.readInteger(as: UInt64.self) else { return nil }
                length = Int(word)
            }
            guard let payload = copy.readBytes(length: length) else { return isClosed ? .some(nil) : nil }
            bytes = copy
            return .some(ServerFrame(opcode: first & 0xF, payload: payload))
        }
    }
}
