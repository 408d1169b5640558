import NIOCore
import NIOTLS

/// The end of a connection's pipeline: bytes in, answers out. Lives on its channel's event loop, which guards its
/// state.
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// A caller, and the timer that ends its patience.
    private struct Call {
        var answer: Answer<[RedisValue]>
        var timer: Scheduled<Void>?
    }

    private enum State {
        case opening(EventLoopPromise<Void>)
        case open
        case closed(String)
    }

    private let reader = ReplyReader()
    private let usesTLS: Bool
    private let openWithin: TimeAmount
    private var outstanding = OutstandingReplies<Call>()
    private var state = State.closed("not connected yet")
    private var context: ChannelHandlerContext?
    private var openTimer: Scheduled<Void>?

    /// - Parameter openWithin: time from here to the end of the TLS handshake.
    init(usesTLS: Bool, openWithin: TimeAmount) {
        self.usesTLS = usesTLS
        self.openWithin = openWithin
    }

    /// Why it is closed, nil as long as it is not.
    var closeReason: String? { if case .closed(let reason) = state { reason } else { nil } }

    /// Is done when commands may be sent; fails with a ``RedisError``.
    func opened(on loop: any EventLoop) -> EventLoopFuture<Void> {
        switch state {
        case .opening(let promise): promise.futureResult
        case .open: loop.makeSucceededVoidFuture()
        case .closed(let reason): loop.makeFailedFuture(RedisError.cannotConnect(reason))
        }
    }

    /// Sends commands that stand in one buffer. The answer is finished in every case.
    func submit(_ bytes: ByteBuffer, commands: Int, timeout: TimeAmount, answer: Answer<[RedisValue]>) {
        guard case .open = state, let context else {
            answer.finish(.failure(.closed(closeReason ?? "not connected yet")))
            return
        }
        var call = Call(answer: answer)
        call.timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.timedOut(answer) }
        if let refusal = outstanding.admit(call, commands: commands, bytes: bytes.readableBytes) {
            call.timer?.cancel()
            answer.finish(.failure(refusal))
            return
        }
        context.writeAndFlush(NIOAny(bytes), promise: nil)
    }

    /// Closes from this side; everybody who waits is told so.
    func shut(_ reason: String) { end(reason, .closed(reason)) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        state = .opening(context.eventLoop.makePromise())
        openTimer = context.eventLoop.assumeIsolated().scheduleTask(in: openWithin) {
            self.end("TLS was not set up in time", .timedOut)
        }
        if context.channel.isActive, !usesTLS { open() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end("not connected", .cannotConnect("not connected"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if !usesTLS { open() }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.handshakeCompleted) = event as? TLSUserEvent { open() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard closeReason == nil else { return }
        let outcome = reader.read(unwrapInboundIn(data))
        for reply in outcome.replies {
            switch outstanding.receive(reply.value, bytes: reply.bytes, elements: reply.elements) {
            case .wait: break
            case .answer(let call, let values):
                call.timer?.cancel()
                call.answer.finish(.success(values))
            case .violation(let what):
                end(what, .protocolViolation(what))
                return
            }
        }
        if let violation = outcome.violation { end(violation, .protocolViolation(violation)) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end("the server closed it", .closed("the server closed it"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end("\(error)", .closed("\(error)"))
    }

    private func open() {
        guard case .opening(let promise) = state else { return }
        openTimer?.cancel()
        state = .open
        promise.succeed()
    }

    private func timedOut(_ answer: Answer<[RedisValue]>) {
        // The one whose time is over hears that; for the others a reply can't be matched any more.
        answer.finish(.failure(.timedOut))
        end("a reply did not come in time", .closed("another command's reply did not come in time"))
    }

    /// The only way to the end: once, whoever comes first.
    private func end(_ reason: String, _ error: RedisError) {
        if case .closed = state { return }
        let before = state
        state = .closed(reason)
        openTimer?.cancel()
        if case .opening(let promise) = before {
            promise.fail(error == .timedOut ? error : .cannotConnect(ConnectFailureText.of(reason)))
        }
        for call in outstanding.removeAll() {
            call.timer?.cancel()
            call.answer.finish(.failure(error))
        }
        context?.close(promise: nil)
    }
}

/// Says what a failed connection means, where the library's own words don't.
enum ConnectFailureText {
    static func of(_ text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "the server's certificate is not signed by a trusted authority"
        }
        if text.contains("failedToValidateHostname") || text.contains("FailedToValidateHostname") {
            return "the server's certificate is for another name"
        }
        return text
    }
}
