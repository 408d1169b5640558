import NIOCore
import NIOPosix
import QueueTestSupport

/// One request on its way.
struct LoadJob {
    var kind: LoadKind
    /// When it was due, from which its latency counts.
    var due: NIODeadline
    /// The counter that it is about, as an index into the run's lanes.
    var lane: Int?
}

/// What a connection tells its run. Everything happens on the run's one event loop.
protocol LoadConnectionOwner: AnyObject {
    /// A connection was made; `ready` follows.
    func opened(_ connection: LoadConnection)
    func ready(_ connection: LoadConnection)
    func answered(_ connection: LoadConnection, _ job: LoadJob, _ answer: HTTPAnswer)
    /// The connection is gone; `job` had no answer yet.
    func lost(_ connection: LoadConnection, _ job: LoadJob?)
}

/// A keep-alive connection that carries one request at a time. Lives on the run's event loop, which guards its state.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let owner: any LoadConnectionOwner
    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var parser = HTTPAnswerParser()
    private var job: LoadJob?

    private init(owner: any LoadConnectionOwner) { self.owner = owner }

    /// Connects; the owner hears `opened` and `ready`, or `failed` is called.
    static func open(
        host: String, port: Int, on loop: any EventLoop, owner: any LoadConnectionOwner, failed: @escaping () -> Void
    ) {
        let bound = NIOLoopBound(owner, eventLoop: loop)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LoadConnection(owner: bound.value))
                }
            }
            .connect(host: host, port: port).assumeIsolated().whenFailure { _ in failed() }
    }

    /// Sends a request; the connection must be free.
    func send(_ job: LoadJob, _ request: ByteBuffer) {
        precondition(self.job == nil, "A connection carries one request at a time.")
        self.job = job
        context?.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        owner.opened(self)
        owner.ready(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
        do {
            while let answer = try parser.next(&received) { finish(answer, context) }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let unanswered = job
        job = nil
        owner.lost(self, unanswered)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func finish(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        guard let job else {
            // An answer that nobody asked for: this connection cannot be trusted any more.
            context.close(promise: nil)
            return
        }
        self.job = nil
        owner.answered(self, job, answer)
        if answer.closes {
            context.close(promise: nil)
        } else if self.job == nil {
            owner.ready(self)
        }
    }
}
