import HTTPTypes
import NIOCore

/// The only handler of a connection for which there is no room: says so in HTTP and goes.
///
/// It reads no request: the answer to any would be the same. The sending side is closed first and input thrown away for
/// a moment, or else the reset for unread bytes would reach the client before the answer does.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let date: HTTPDate
    private var timer = DeadlineTimer()

    init(date: HTTPDate) {
        self.date = date
    }

    func channelActive(context: ChannelHandlerContext) {
        let problem = TransportProblem.overloaded
        let body = problem.body
        var bytes = context.channel.allocator.buffer(capacity: 512)
        ResponseEncoder.writeHead(
            status: problem.status, fields: problem.fields, framing: .length(body.readableBytes),
            connection: .init(date: date.text, serverName: nil, closes: true, isHTTP10: false), into: &bytes)
        bytes.writeImmutableBuffer(body)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in channel.close(mode: .output, promise: nil) }
        timer.arm(for: context.eventLoop.now + Limits.lingering, on: context.eventLoop.assumeIsolated()) {
            channel.close(promise: nil)
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Thrown away.
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer.cancel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
