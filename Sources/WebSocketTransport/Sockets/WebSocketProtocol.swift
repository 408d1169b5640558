package import NIOCore

/// The server's side of RFC 6455 behind the handshake as a value: frames and times go in, what to do comes out.
///
/// Threats it answers: frames that no honest client sends (1002), text that is no UTF-8 (1007), messages without end
/// (1009), clients that have gone without a word (dropped), closes that are never answered (cut). Slow readers are the
/// ``Mailbox``'s.
package struct WebSocketProtocol: Sendable {
    /// A frame as it was received, unmasked.
    package struct Frame: Equatable, Sendable {
        package var opcode: UInt8
        package var isFinal = true
        package var hasReservedBits = false
        package var isMasked = true
        package var payload = ByteBuffer()

        /// A frame without payload is final and masked unless said otherwise.
        package init(
            opcode: UInt8, isFinal: Bool = true, hasReservedBits: Bool = false, isMasked: Bool = true,
            payload: ByteBuffer = ByteBuffer()
        ) {
            self.opcode = opcode
            self.isFinal = isFinal
            self.hasReservedBits = hasReservedBits
            self.isMasked = isMasked
            self.payload = payload
        }
    }

    /// What the handler must do.
    package enum Action: Equatable, Sendable {
        case none
        case ping
        case pong(ByteBuffer)
        /// A whole message, to be sent back.
        case echo(opcode: UInt8, ByteBuffer)
        /// Send a close frame, close the sending side, throw away input.
        case fail(UInt16, String)
        /// The client closes: send the same code (none: an empty close frame), then close.
        case answerClose(UInt16?)
        /// Close the TCP connection now.
        case disconnect
    }

    private enum State: Sendable {
        case open
        /// Our close frame is sent, or waits behind others; the client's is awaited.
        case closing
        /// The close frame is on its way and nothing that comes matters.
        case over
    }

    private struct Message: Sendable {
        var opcode: UInt8
        var payload = ByteBuffer()
        var frames = 0
        var text = UTF8Check()
    }

    private let policy: TransportConfiguration.MessagePolicy
    private let pingInterval: TimeAmount
    private let silence: TimeAmount
    private let closeHandshake: TimeAmount
    private var state = State.open
    private var message: Message?
    private var heard: NIODeadline
    private var nextPing: NIODeadline
    private var cut: NIODeadline?

    /// A connection whose handshake ended at `now`.
    package init(configuration: TransportConfiguration, now: NIODeadline) {
        policy = configuration.messages
        pingInterval = configuration.pingInterval
        silence = configuration.silence
        closeHandshake = configuration.closeHandshake
        heard = now
        nextPing = now + configuration.pingInterval
    }

    /// When ``timerFired(now:)`` must be called at the latest.
    package var deadline: NIODeadline {
        switch state {
        case .open: min(nextPing, heard + silence)
        case .closing, .over: cut ?? heard
        }
    }

    // MARK: Events

    /// A whole frame has come.
    package mutating func received(_ frame: Frame, now: NIODeadline) -> Action {
        if case .over = state { return .none }
        heard = now
        guard !frame.hasReservedBits else { return fail(1002, "reserved bit", now: now) }
        guard frame.isMasked else { return fail(1002, "frame not masked", now: now) }
        switch frame.opcode {
        case 0x0, 0x1, 0x2:
            guard case .open = state else { return .none }
            return receivedData(frame, now: now)
        case 0x8, 0x9, 0xA:
            guard frame.isFinal else { return fail(1002, "fragmented control frame", now: now) }
            guard frame.payload.readableBytes <= 125 else { return fail(1002, "long control frame", now: now) }
            return receivedControl(frame, now: now)
        default:
            return fail(1002, "reserved opcode", now: now)
        }
    }

    /// The decoder could not make sense of the bytes; `isTooLong`: a frame is longer than any message may be.
    package mutating func decodingFailed(isTooLong: Bool, now: NIODeadline) -> Action {
        if case .over = state { return .none }
        return isTooLong ? fail(1009, "message too long", now: now) : fail(1002, "malformed frame", now: now)
    }

    /// We close: the close frame is sent as soon as what is before it has been.
    package mutating func closeBegan(now: NIODeadline) {
        guard case .open = state else { return }
        state = .closing
        cut = now + closeHandshake
    }

    /// No further byte will come.
    package mutating func inputEnded() -> Action { .disconnect }

    /// The client has closed its side; bytes may still be held back, which do not matter once this side is done.
    package mutating func inputEnding() -> Action {
        if case .over = state { .disconnect } else { .none }
    }

    /// The deadline may have passed.
    package mutating func timerFired(now: NIODeadline) -> Action {
        guard now >= deadline else { return .none }
        guard case .open = state, now < heard + silence else { return .disconnect }
        nextPing = now + pingInterval
        return .ping
    }

    // MARK: Frames

    private mutating func receivedControl(_ frame: Frame, now: NIODeadline) -> Action {
        switch frame.opcode {
        case 0x8: return receivedClose(frame.payload, now: now)
        case 0x9:
            guard case .open = state else { return .none }
            return .pong(frame.payload)
        default: return .none
        }
    }

    private mutating func receivedClose(_ payload: ByteBuffer, now: NIODeadline) -> Action {
        var payload = payload
        var code: UInt16?
        if payload.readableBytes > 0 {
            guard let sent: UInt16 = payload.readInteger(), Self.maySend(sent) else {
                return fail(1002, "close code", now: now)
            }
            var text = UTF8Check()
            guard text.take(payload.readableBytesView), text.isComplete else {
                return fail(1007, "close reason is not UTF-8", now: now)
            }
            code = sent
        }
        if case .closing = state {
            state = .over
            return .disconnect
        }
        end(now: now)
        return .answerClose(code)
    }

    /// Codes that a client may send (RFC 6455, 7.4, and the registry as far as 1014).
    private static func maySend(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private mutating func receivedData(_ frame: Frame, now: NIODeadline) -> Action {
        if frame.opcode == 0x0 {
            guard message != nil else { return fail(1002, "nothing to continue", now: now) }
        } else {
            guard message == nil else { return fail(1002, "message not finished", now: now) }
            guard case .echo = policy else { return fail(1003, "no messages are taken here", now: now) }
            message = Message(opcode: frame.opcode)
        }
        guard var current = message.take() else { return .none }
        current.frames += 1
        let size = current.payload.readableBytes + frame.payload.readableBytes
        guard size <= Limits.messageBytes, current.frames <= Limits.messageFrames else {
            return fail(1009, "message too long", now: now)
        }
        if current.opcode == 0x1 {
            guard current.text.take(frame.payload.readableBytesView), !frame.isFinal || current.text.isComplete else {
                return fail(1007, "text is not UTF-8", now: now)
            }
        }
        if current.frames == 1 {
            current.payload = frame.payload
        } else {
            current.payload.writeImmutableBuffer(frame.payload)
        }
        guard frame.isFinal else {
            message = current
            return .none
        }
        return .echo(opcode: current.opcode, current.payload)
    }

    private mutating func fail(_ code: UInt16, _ reason: String, now: NIODeadline) -> Action {
        // After our own close frame no second one may follow (5.5.1).
        if case .closing = state {
            state = .over
            return .disconnect
        }
        end(now: now)
        return .fail(code, reason)
    }

    private mutating func end(now: NIODeadline) {
        state = .over
        message = nil
        cut = now + closeHandshake
    }
}
