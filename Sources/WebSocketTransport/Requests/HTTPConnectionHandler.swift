import HTTPTypes
import NIOCore
import NIOHTTP1

/// Speaks HTTP/1 on one channel: gathers requests, hands them over one at a time, writes answers.
///
/// What to do when is decided by ``RequestProgress``; this performs it. While a request is answered nothing is read, so
/// a client's pipelined requests run one after another, and the next one starts in a later turn of the event loop, so
/// that other connections get theirs.
///
/// Confined to the event loop of its channel.
final class HTTPConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer
    typealias Decoder = ByteToMessageHandler<HTTPRequestDecoder>

    /// Why a part of an answer was not written.
    enum AnswerError: Error {
        /// The connection has ended or has got another answer.
        case tooLate
    }

    /// An answer, or the beginning of one.
    struct Answer: Sendable {
        var status: HTTPResponse.Status
        var fields: HTTPFields
        var framing: ResponseEncoder.Framing
        /// All of the body, or nil when it is not sent at all.
        var body: ByteBuffer?
        /// More parts follow.
        var continues = false
    }

    private enum Part {
        case head(HTTPRequestHead)
        case body(ByteBuffer)
        case end
        case failure(TransportProblem)
    }

    private let connection: ClientConnection
    private let gate: ByteGate
    private let decoder: Decoder
    private let configuration: TransportConfiguration
    private let date: HTTPDate
    private var progress: RequestProgress
    private var budget = WireBudget()
    private var timer = DeadlineTimer()
    /// Decoded ahead of the request in progress: what one slice of the gate held.
    private var ahead = CircularBuffer<Part>()
    /// A pipelined request waits for its turn.
    private var isPaused = false
    /// The server shuts down.
    private var isQuiescing = false
    private var head: RequestHead?
    private var body = ByteBuffer()
    private var context: ChannelHandlerContext?

    init(
        connection: ClientConnection, gate: ByteGate, decoder: Decoder, configuration: TransportConfiguration,
        date: HTTPDate
    ) {
        self.connection = connection
        self.gate = gate
        self.decoder = decoder
        self.configuration = configuration
        self.date = date
        progress = RequestProgress(
            times: .init(
                firstRequest: configuration.firstRequest, idle: configuration.idle,
                wholeRequest: configuration.wholeRequest, unreadAnswer: configuration.unreadAnswer),
            now: connection.channel.eventLoop.now)
    }

    // MARK: The channel's events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.attach(self)
        if context.channel.isActive { channelActive(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.cancel()
        connection.attach(nil)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        progress.closed()
        timer.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            budget.headEnded(total: gate.bytesPassed)
            take(.head(head))
        case .body(let bytes):
            take(.body(bytes))
        case .end:
            budget.messageEnded(total: gate.bytesPassed)
            take(.end)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if let problem = budget.violation(total: gate.bytesPassed) { take(.failure(problem)) }
        settle()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            perform(progress.quiesce())
        case ByteGateEvent.inputEnded:
            perform(progress.inputEnded(now: now))
        case ByteGateEvent.overflowed:
            // Nobody sends this much after a request and then leaves; what was dropped makes the rest meaningless.
            context.close(promise: nil)
        case ChannelEvent.inputClosed:
            perform(progress.inputExhausted())
        default:
            context.fireUserInboundEventTriggered(event)
        }
        settle()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: take(.failure(.headersTooLarge))
        case HTTPParserError.invalidVersion: take(.failure(.versionNotSupported))
        // The client left in the middle of a message; the end of input itself follows.
        case HTTPParserError.invalidEOFState: break
        case is HTTPParserError: take(.failure(.badRequest))
        // The decoder has failed before, which has been answered.
        case is ByteToMessageDecoderError: break
        default: context.close(promise: nil)
        }
        settle()
    }

    // MARK: Requests

    private var now: NIODeadline { connection.channel.eventLoop.now }

    private func take(_ part: Part) {
        if progress.wantsInput, ahead.isEmpty {
            apply(part)
        } else if !progress.isOver {
            ahead.append(part)
        }
    }

    private func apply(_ part: Part) {
        switch part {
        case .head(let head): applyHead(head)
        case .body(let bytes): applyBody(bytes)
        case .end: applyEnd()
        case .failure(let problem): perform(progress.rejected(problem, now: now))
        }
    }

    private func applyHead(_ raw: HTTPRequestHead) {
        guard beginHead() else { return }
        do throws(TransportProblem) {
            let head = try RequestHead(raw, isSecure: configuration.tls != nil)
            self.head = head
            progress.headEnded(now: now, isLast: !head.keepsAlive || head.offersUpgrade)
            if let length = head.bodyLength, length > configuration.bodyBytes { throw .bodyTooLarge }
            if head.expectsContinue, head.hasBody {
                let line = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
                context?.writeAndFlush(wrapOutboundOut(line), promise: nil)
            }
        } catch {
            perform(progress.rejected(error, now: now))
        }
    }

    private func applyBody(_ bytes: ByteBuffer) {
        guard body.readableBytes + bytes.readableBytes <= configuration.bodyBytes else {
            return perform(progress.rejected(.bodyTooLarge, now: now))
        }
        if body.readableBytes == 0 {
            body = bytes
        } else {
            body.writeImmutableBuffer(bytes)
        }
    }

    private func applyEnd() {
        guard let head else { return }
        let call = ClientConnection.Call(head: head, body: body)
        body = ByteBuffer()
        progress.requestEnded(now: now)
        connection.give(call)
    }

    /// A head begins. Returns false when the connection is being closed to make room.
    private func beginHead() -> Bool {
        guard progress.isIdle else { return true }
        guard connection.idleness.end() else { return false }
        progress.headBegan(now: now)
        return true
    }

    /// Lets other connections have their turn before the next pipelined request.
    private func pause() {
        isPaused = true
        context?.eventLoop.assumeIsolated().scheduleTask(in: Limits.pipelinePause) { self.goOn() }
    }

    /// Goes on with what was decoded ahead.
    private func goOn() {
        isPaused = false
        while progress.wantsInput, let part = ahead.popFirst() { apply(part) }
        settle()
    }

    /// Brings reading and the timer in line with what has happened. Ends every event.
    private func settle() {
        guard let context else { return }
        if progress.wantsInput, ahead.isEmpty, !isPaused {
            if budget.headHasBegun(total: gate.bytesPassed) { _ = beginHead() }
            context.read()
        }
        timer.arm(for: progress.deadline, on: context.eventLoop.assumeIsolated()) { [weak self] in self?.timerFired() }
    }

    private func timerFired() {
        timer.fired()
        perform(progress.timerFired(now: now))
        settle()
    }

    private func perform(_ action: RequestProgress.Action) {
        switch action {
        case .none: break
        case .close: context?.close(promise: nil)
        case .fail(let problem): write(problem)
        case .cancel: connection.abandon()
        case .cancelAndFail(let problem):
            connection.abandon()
            write(problem)
        case .linger:
            guard let context else { return }
            context.close(mode: .output, promise: nil)
            ahead.removeAll()
            gate.discardInput(channel: context.channel)
        case .next:
            connection.idleness.begin(now: now)
            head = nil
            if !ahead.isEmpty || gate.bytesHeld > 0 { pause() }
        }
    }

    // MARK: What the answering task asks for

    func extendDeadline(by amount: TimeAmount) {
        progress.extend(by: amount)
        settle()
    }

    func setWaiting(_ isWaiting: Bool) {
        perform(progress.waiting(isWaiting))
    }

    /// Writes the head of an answer, and the body as far as it is there.
    ///
    /// - Parameter taken: completed when the socket has taken it; fails when it is too late for an answer.
    func begin(_ answer: Answer, taken: EventLoopPromise<Void>?) {
        guard let context, progress.awaitsAnswer else {
            taken?.fail(AnswerError.tooLate)
            return
        }
        let closes = answer.framing == .untilClose || answer.fields[.connection]?.lowercased() == "close"
        let isExhausted = progress.inputEnded && ahead.isEmpty && gate.bytesHeld == 0
        progress.answerBegan(now: now, isLast: closes || isExhausted)
        write(answer, context: context, taken: taken)
        settle()
    }

    /// Writes a further part of the answer that has begun, framed already.
    func writePart(_ bytes: ByteBuffer, taken: EventLoopPromise<Void>) {
        guard let context, progress.isAnswering else { return taken.fail(AnswerError.tooLate) }
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { result in
            self.progress.partTaken(now: self.now)
            taken.completeWith(result)
        }
    }

    /// Ends the answer that has begun. `last` holds what the framing puts behind the body.
    func end(last: ByteBuffer) {
        guard let context, progress.isAnswering else { return }
        flush(last, context: context, taken: nil)
    }

    /// The answer that has begun cannot be finished.
    func breakOff() {
        perform(progress.answerBroke())
    }

    /// Leaves HTTP. The promise gets nil when the client has gone.
    func upgrade(accept: String, promise: EventLoopPromise<WebSocketConnection?>) {
        guard let context, progress.awaitsAnswer else { return promise.succeed(nil) }
        var bytes = context.channel.allocator.buffer(capacity: 160)
        ResponseEncoder.writeSwitchingProtocols(accept: accept, into: &bytes)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        progress.upgraded()
        gate.stopSlicing()

        let socket = WebSocketConnection(connection: connection, configuration: configuration)
        if isQuiescing { socket.close(1001, reason: "shutting down") }
        let handler = WebSocketHandler(socket: socket, gate: gate, configuration: configuration)
        let pipeline = context.pipeline.syncOperations
        do {
            let frames = ByteToMessageHandler(WebSocketHandler.makeDecoder())
            try pipeline.addHandler(frames, position: .after(decoder))
            try pipeline.addHandler(handler, position: .after(frames))
        } catch {
            context.close(promise: nil)
            return promise.succeed(nil)
        }
        pipeline.removeHandler(context: context, promise: nil)
        // Only after its decoder has left are bytes behind the head frames; it hands over those it holds.
        pipeline.removeHandler(decoder).assumeIsolated().whenComplete { _ in
            handler.start()
            promise.succeed(socket)
        }
    }

    // MARK: Writing

    private func write(_ problem: TransportProblem) {
        guard let context else { return }
        let body = problem.body
        write(
            Answer(
                status: problem.status, fields: problem.fields, framing: .length(body.readableBytes),
                body: head?.request.method == .head ? nil : body),
            context: context, taken: nil)
    }

    private func write(_ answer: Answer, context: ChannelHandlerContext, taken: EventLoopPromise<Void>?) {
        let size = answer.body?.readableBytes ?? 0
        let copies = size <= Limits.copiedBodyBytes
        var bytes = context.channel.allocator.buffer(capacity: 384 + (copies ? size : 0))
        ResponseEncoder.writeHead(
            status: answer.status, fields: answer.fields, framing: answer.framing,
            connection: .init(
                date: date.text, serverName: configuration.serverName, closes: progress.isLast,
                isHTTP10: head?.isHTTP10 ?? false),
            into: &bytes)
        if let body = answer.body {
            if copies {
                bytes.writeImmutableBuffer(body)
            } else {
                context.write(wrapOutboundOut(bytes), promise: nil)
                bytes = body
            }
        }
        if answer.continues {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: taken)
        } else {
            flush(bytes, context: context, taken: taken)
        }
    }

    /// Writes the last bytes of an answer.
    private func flush(_ bytes: ByteBuffer, context: ChannelHandlerContext, taken: EventLoopPromise<Void>?) {
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { result in
            taken?.completeWith(result)
            guard case .success = result else { return }
            self.perform(self.progress.answerTaken(now: self.now))
            self.settle()
        }
    }
}
