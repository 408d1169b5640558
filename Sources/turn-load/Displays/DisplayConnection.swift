import NIOCore
import NIOPosix
import QueueTestSupport

/// What a display tells its run, on the run's event loop.
protocol DisplayOwner: AnyObject {
    /// The upgrade was accepted.
    func displayOpened()
    /// The ticket's `ticket.created` arrived.
    func displaySaw(ticket: Int64)
    /// The connection is gone; `wasOpen` says whether it had been upgraded.
    func displayLost(wasOpen: Bool, reason: String)
}

/// One display: upgrades, answers pings, and looks into each frame no further than needed. Lives on its event loop.
final class DisplayConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let owner: any DisplayOwner
    private let request: ByteBuffer
    private var received = ByteBuffer()
    private var parser = HTTPAnswerParser()
    private var isOpen = false
    private var reason = "closed"

    private init(owner: any DisplayOwner, request: ByteBuffer) {
        self.owner = owner
        self.request = request
    }

    static func open(
        _ plan: DisplayPlan, number: Int, on loop: any EventLoop, owner: any DisplayOwner
    ) {
        let token = plan.displayTokens.isEmpty ? nil : plan.displayTokens[number % plan.displayTokens.count]
        let request = WebSocketHandshake.request(host: plan.host, port: plan.port, path: plan.path, token: token)
        let bound = NIOLoopBound(owner, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let display = DisplayConnection(owner: bound.value, request: request)
                    try channel.pipeline.syncOperations.addHandler(display)
                }
            }
            .connect(host: plan.host, port: plan.port).assumeIsolated().whenFailure { error in
                owner.displayLost(wasOpen: false, reason: "\(error)")
            }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
        do {
            if !isOpen {
                guard let answer = try parser.next(&received) else { return }
                guard WebSocketHandshake.isAccepted(answer) else {
                    reason = "refused with \(answer.status)"
                    context.close(promise: nil)
                    return
                }
                isOpen = true
                owner.displayOpened()
            }
            while let frame = try WebSocketFrame.next(&received) { take(frame, context) }
        } catch {
            reason = "\(error)"
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        owner.displayLost(wasOpen: isOpen, reason: reason)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

    private func take(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        switch WebSocketFrame.Opcode(rawValue: frame.opcode) {
        case .text:
            guard FieldScan.contains("\"event\":\"ticket.created\"", in: frame.payload),
                let ticket = FieldScan.integer("\"ticket_id\":", in: frame.payload)
            else { return }
            owner.displaySaw(ticket: ticket)
        case .ping:
            let pong = WebSocketFrame(.pong, frame.payload).encoded(mask: (1, 2, 3, 4))
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .close:
            reason = "close \(frame.payload.getInteger(at: frame.payload.readerIndex, as: UInt16.self) ?? 0)"
            context.close(promise: nil)
        default: break
        }
    }
}
