import NIOCore
import NIOWebSocket

/// Speaks WebSocket on one channel: performs what ``WebSocketProtocol`` decides and empties the mailbox.
///
/// Memory of a connection: the mailbox, the channel's outbound buffer (to its high water mark and one frame), one
/// message, one read. A client that pings and does not read gets the newest pong only, which RFC 6455, 5.5.3, allows.
///
/// Confined to the event loop of its channel.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private let socket: WebSocketConnection
    private let gate: ByteGate
    private let policy: TransportConfiguration.MessagePolicy
    private let configuration: TransportConfiguration
    private var machine: WebSocketProtocol
    private var timer = DeadlineTimer()
    private var context: ChannelHandlerContext?
    private var isStarted = false
    private var needsFlush = false
    private var pendingPong: ByteBuffer?

    /// A frame is held whole by the decoder, so its limit is that of a message.
    static func makeDecoder() -> WebSocketFrameDecoder {
        WebSocketFrameDecoder(maxFrameSize: Limits.messageBytes)
    }

    init(socket: WebSocketConnection, gate: ByteGate, configuration: TransportConfiguration) {
        self.socket = socket
        self.gate = gate
        self.configuration = configuration
        policy = configuration.messages
        machine = WebSocketProtocol(configuration: configuration, now: .now())
    }

    /// HTTP has left the pipeline: frames may flow, both ways.
    func start() {
        guard let context else { return }
        machine = WebSocketProtocol(configuration: configuration, now: context.eventLoop.now)
        isStarted = true
        socket.attach(self)
        drain()
        settle()
    }

    // MARK: The channel's events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.cancel()
        socket.attach(nil)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let received = WebSocketProtocol.Frame(
            opcode: UInt8(webSocketOpcode: frame.opcode), isFinal: frame.fin,
            hasReservedBits: frame.rsv1 || frame.rsv2 || frame.rsv3, isMasked: frame.maskKey != nil,
            payload: frame.unmaskedData)
        perform(machine.received(received, now: context.eventLoop.now))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        settle()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        if let payload = pendingPong {
            pendingPong = nil
            write(.pong(payload))
        }
        drain()
        settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer.cancel()
        socket.finish()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: socket.close(1001, reason: "shutting down")
        case ByteGateEvent.inputEnded: perform(machine.inputEnding())
        case ByteGateEvent.overflowed: context.close(promise: nil)
        case ChannelEvent.inputClosed: perform(machine.inputEnded())
        default: context.fireUserInboundEventTriggered(event)
        }
        settle()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            perform(machine.decodingFailed(isTooLong: true, now: context.eventLoop.now))
        case is NIOWebSocketError:
            perform(machine.decodingFailed(isTooLong: false, now: context.eventLoop.now))
        // The decoder has failed before, which has been answered.
        case is ByteToMessageDecoderError: break
        default: context.close(promise: nil)
        }
        settle()
    }

    // MARK: Sending

    /// Writes what waits in the mailbox, as far as the client takes it.
    func drain() {
        guard isStarted, let context else { return }
        if socket.awake() { machine.closeBegan(now: context.eventLoop.now) }
        loop: while true {
            switch socket.next(isWritable: context.channel.isWritable) {
            case .nothing: break loop
            case .frame(let frame): write(frame)
            case .close(let code, let reason):
                machine.closeBegan(now: context.eventLoop.now)
                write(.close(code: code, reason: reason))
            }
        }
        flush()
        arm()
    }

    private func write(_ frame: EncodedFrame) {
        context?.write(wrapOutboundOut(frame.bytes), promise: nil)
        needsFlush = true
    }

    private func flush() {
        guard needsFlush else { return }
        needsFlush = false
        context?.flush()
    }

    /// Ends every event: one flush for all that was written, the timer, and the next read.
    private func settle() {
        guard isStarted, let context else { return }
        flush()
        arm()
        // An echo that is not read must not pile up, so it is not asked for; without messages to answer reading goes
        // on, because the pong of a slow reader is what keeps it alive.
        if case .echo = policy, !context.channel.isWritable { return }
        context.read()
    }

    private func arm() {
        guard let context else { return }
        timer.arm(for: machine.deadline, on: context.eventLoop.assumeIsolated()) { [weak self] in self?.timerFired() }
    }

    private func timerFired() {
        timer.fired()
        guard let context else { return }
        perform(machine.timerFired(now: context.eventLoop.now))
        flush()
        arm()
    }

    private func perform(_ action: WebSocketProtocol.Action) {
        guard let context else { return }
        switch action {
        case .none: break
        // To a client that does not take what is there, a ping would only be more; its silence ends it.
        case .ping: if context.channel.isWritable { write(.ping()) }
        case .pong(let payload):
            if context.channel.isWritable { write(.pong(payload)) } else { pendingPong = payload }
        case .echo(let opcode, let payload):
            write(EncodedFrame(opcode: opcode, payload: payload))
        case .fail(let code, let reason):
            socket.finish()
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(EncodedFrame.close(code: code, reason: reason).bytes))
                .whenComplete { _ in channel.close(mode: .output, promise: nil) }
            gate.discardInput(channel: channel)
        case .answerClose(let code):
            socket.finish()
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(EncodedFrame.close(code: code).bytes))
                .whenComplete { _ in channel.close(promise: nil) }
        case .disconnect:
            context.close(promise: nil)
        }
    }
}
