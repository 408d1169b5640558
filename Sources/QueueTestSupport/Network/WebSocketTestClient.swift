package import NIOCore

/// A WebSocket client whose every frame is in the test's hands: it can send what RFC 6455 forbids, and stop reading.
package actor WebSocketTestClient {
    /// What the server sent, with fragments put together.
    package enum Message: Sendable, Equatable {
        case text(String)
        case binary(ByteBuffer)
        case ping(ByteBuffer)
        case pong(ByteBuffer)
        /// A close frame; nil when it carried no code.
        case close(code: UInt16?, reason: String)
        /// The TCP connection ended.
        case ended
    }

    private let connection: ByteConnection
    private var received: ByteBuffer
    private var fragments: (opcode: UInt8, payload: ByteBuffer)?

    private init(connection: ByteConnection, received: ByteBuffer) {
        self.connection = connection
        self.received = received
    }

    /// Connects and upgrades.
    /// - Parameters:
    ///   - path: with its query, as `/ws?queue_id=1`.
    ///   - receiveBuffer: bytes of SO_RCVBUF, nil for the system's.
    /// - Throws: ``ConnectionFailure/refused(status:body:)`` when the server answers anything but 101.
    package static func open(
        host: String = "127.0.0.1", port: Int, path: String = "/ws", token: String? = nil,
        fields: [(name: String, value: String)] = [], timeout: Duration = .seconds(30), receiveBuffer: Int? = nil
    ) async throws(ConnectionFailure) -> WebSocketTestClient {
        let connection = try await ByteConnection.connect(
            host: host, port: port, timeout: timeout, receiveBuffer: receiveBuffer)
        do {
            return try await upgrade(
                connection,
                WebSocketHandshake.request(host: host, port: port, path: path, token: token, fields: fields),
                timeout: timeout)
        } catch {
            await connection.close()
            throw error
        }
    }

    private static func upgrade(
        _ connection: ByteConnection, _ request: ByteBuffer, timeout: Duration
    ) async throws(ConnectionFailure) -> WebSocketTestClient {
        try await connection.send(request, timeout: timeout)
        let deadline = ContinuousClock.now.advanced(by: timeout)
        var parser = HTTPAnswerParser()
        var received = ByteBuffer()
        while true {
            if let answer = try parser.next(&received) {
                guard WebSocketHandshake.isAccepted(answer) else {
                    throw .refused(status: answer.status, body: answer.text)
                }
                return WebSocketTestClient(connection: connection, received: received)
            }
            guard var part = try await connection.receive(timeout: ContinuousClock.now.duration(to: deadline)) else {
                throw .closed(operation: "upgrading")
            }
            received.writeBuffer(&part)
        }
    }

    /// The next message, control frames included. Nothing is answered by itself.
    /// - Throws: `timedOut`, `malformed`.
    package func next(timeout: Duration = .seconds(10)) async throws(ConnectionFailure) -> Message {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        while true {
            while let frame = try WebSocketFrame.next(&received) {
                if let message = try join(frame) { return message }
            }
            guard var part = try await connection.receive(timeout: ContinuousClock.now.duration(to: deadline)) else {
                return .ended
            }
            received.writeBuffer(&part)
        }
    }

    /// The next text message as JSON; pings that come before are answered.
    /// - Throws: `timedOut`, `malformed`, and `closed` with the close code when the server ends the connection.
    package func nextJSON(timeout: Duration = .seconds(10)) async throws(ConnectionFailure) -> JSON {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        while true {
            switch try await next(timeout: ContinuousClock.now.duration(to: deadline)) {
            case .text(let text): return try JSON(parsing: text.utf8)
            case .ping(let payload): try await send(WebSocketFrame(.pong, payload))
            case .pong: continue
            case .binary: throw .malformed(reason: "a binary message")
            case .close(let code, let reason): throw .closed(operation: "close \(code ?? 0) \(reason)")
            case .ended: throw .closed(operation: "the connection ended")
            }
        }
    }

    /// Reads until a JSON message matches, and returns it.
    /// - Throws: what ``nextJSON(timeout:)`` throws.
    package func waitFor(
        timeout: Duration = .seconds(10), _ matches: @Sendable (JSON) -> Bool
    ) async throws(ConnectionFailure) -> JSON {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        while true {
            let json = try await nextJSON(timeout: ContinuousClock.now.duration(to: deadline))
            if matches(json) { return json }
        }
    }

    /// Reads on until the server closes, and returns the close code; nil when the TCP connection ended without one.
    /// - Throws: `timedOut`, `malformed`.
    package func closeCode(timeout: Duration = .seconds(10)) async throws(ConnectionFailure) -> UInt16? {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        while true {
            switch try await next(timeout: ContinuousClock.now.duration(to: deadline)) {
            case .close(let code, _): return code
            case .ended: return nil
            default: continue
            }
        }
    }

    /// Sends a frame, masked as a client must.
    /// - Throws: `timedOut`, `closed`.
    package func send(_ frame: WebSocketFrame) async throws(ConnectionFailure) {
        // The mask defends proxies, not this test; a constant keeps a failing run the same run.
        try await connection.send(frame.encoded(mask: (0x11, 0x22, 0x33, 0x44)))
    }

    /// Sends bytes as they are, for what no frame may be.
    /// - Throws: `timedOut`, `closed`.
    package func sendRaw(_ bytes: ByteBuffer) async throws(ConnectionFailure) {
        try await connection.send(bytes)
    }

    /// Leaves everything from the server in the kernel until ``resumeReading()``.
    package func stopReading() async { await connection.stopReading() }

    /// Undoes ``stopReading()``.
    package func resumeReading() async { await connection.resumeReading() }

    /// Ends the TCP connection without a close handshake.
    package func abort() async { await connection.close() }

    private func join(_ frame: WebSocketFrame) throws(ConnectionFailure) -> Message? {
        switch WebSocketFrame.Opcode(rawValue: frame.opcode) {
        case .ping: return .ping(frame.payload)
        case .pong: return .pong(frame.payload)
        case .close:
            var payload = frame.payload
            return .close(code: payload.readInteger(), reason: String(buffer: payload))
        case .text, .binary:
            guard fragments == nil else { throw .malformed(reason: "a new message inside a fragmented one") }
            if frame.isFinal { return whole(frame.opcode, frame.payload) }
            fragments = (frame.opcode, frame.payload)
            return nil
        case .continuation:
            guard var open = fragments else { throw .malformed(reason: "a continuation of nothing") }
            open.payload.writeImmutableBuffer(frame.payload)
            guard open.payload.readableBytes <= Limits.frameBytes else {
                throw .malformed(reason: "an endless message")
            }
            fragments = frame.isFinal ? nil : open
            return frame.isFinal ? whole(open.opcode, open.payload) : nil
        case nil: throw .malformed(reason: "opcode \(frame.opcode)")
        }
    }

    private func whole(_ opcode: UInt8, _ payload: ByteBuffer) -> Message {
        opcode == WebSocketFrame.Opcode.text.rawValue ? .text(String(buffer: payload)) : .binary(payload)
    }
}
