package import NIOCore
import NIOPosix

/// One TCP connection seen as bytes: the ground under the HTTP and WebSocket clients, and the tool for malformed input.
///
/// Safe from any task. Every operation is bounded by a time-out instead of by cancellation, so that a test that hangs
/// names the operation which hung.
package final class ByteConnection: Sendable {
    private let channel: any Channel
    private let inbox: NIOLoopBound<ByteInbox>

    private init(channel: any Channel, inbox: NIOLoopBound<ByteInbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects over TCP.
    /// - Parameters:
    ///   - reading: false leaves everything that arrives in the kernel until ``resumeReading()``.
    ///   - receiveBuffer: bytes of SO_RCVBUF; a small one makes a client that never reads felt early.
    /// - Throws: ``ConnectionFailure/notConnected(reason:)``.
    package static func connect(
        host: String, port: Int, timeout: Duration = .seconds(10), reading: Bool = true, receiveBuffer: Int? = nil
    ) async throws(ConnectionFailure) -> ByteConnection {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(.autoRead, value: reading)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_rcvbuf), value: SocketOptionValue(receiveBuffer))
        }
        do {
            return try await bootstrap.connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = ByteInbox()
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    return ByteConnection(
                        channel: channel, inbox: NIOLoopBound(inbox, eventLoop: channel.eventLoop))
                }
            }
        } catch {
            throw .notConnected(reason: "\(error)")
        }
    }

    /// True as long as neither side has closed.
    package var isOpen: Bool { channel.isActive }

    /// Sends bytes as they are; returns when the kernel has taken all of them.
    /// - Throws: ``ConnectionFailure/timedOut(operation:)`` when the peer does not read, `closed` when it has gone.
    package func send(_ bytes: ByteBuffer, timeout: Duration = .seconds(10)) async throws(ConnectionFailure) {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            promise.fail(ConnectionFailure.timedOut(operation: "send"))
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        channel.writeAndFlush(bytes).whenComplete { result in
            switch result {
            case .success: promise.succeed()
            case .failure: promise.fail(ConnectionFailure.closed(operation: "send"))
            }
        }
        try await value(of: promise.futureResult)
    }

    /// Sends text as UTF-8.
    package func send(_ text: String, timeout: Duration = .seconds(10)) async throws(ConnectionFailure) {
        try await send(ByteBuffer(string: text), timeout: timeout)
    }

    /// Sends without waiting for the kernel to take it; for a peer that is expected not to read.
    package func sendWithoutWaiting(_ bytes: ByteBuffer) {
        channel.writeAndFlush(bytes, promise: nil)
    }

    /// The bytes that arrived since the last call, at least one; nil when the peer has closed and all was handed out.
    /// - Throws: ``ConnectionFailure/timedOut(operation:)``.
    package func receive(timeout: Duration = .seconds(10)) async throws(ConnectionFailure) -> ByteBuffer? {
        try await value(
            of: channel.eventLoop.flatSubmit { [inbox, channel] in
                inbox.value.take(from: channel, timeout: TimeAmount(timeout))
            })
    }

    /// Reads until the peer closes and returns everything.
    /// - Throws: `timedOut` when it has not closed by then.
    package func receiveUntilClosed(timeout: Duration = .seconds(10)) async throws(ConnectionFailure) -> ByteBuffer {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        var all = ByteBuffer()
        while var part = try await receive(timeout: ContinuousClock.now.duration(to: deadline)) {
            all.writeBuffer(&part)
            guard all.readableBytes <= Limits.answerBodyBytes else {
                throw .malformed(reason: "more than \(Limits.answerBodyBytes) bytes before the close")
            }
        }
        return all
    }

    /// Leaves what arrives in the kernel, so that the peer's send buffer fills.
    package func stopReading() async {
        // A channel that is closed already reads nothing either.
        try? await channel.setOption(.autoRead, value: false).get()
    }

    /// Undoes ``stopReading()``.
    package func resumeReading() async {
        // As above: on a closed channel there is nothing to resume.
        try? await channel.setOption(.autoRead, value: true).get()
    }

    /// Closes this side. Closing twice is allowed.
    package func close() async {
        // An error here says that it was closed before, which is what the caller wants.
        try? await channel.close().get()
    }

    private func value<T: Sendable>(of future: EventLoopFuture<T>) async throws(ConnectionFailure) -> T {
        do {
            return try await future.get()
        } catch let failure as ConnectionFailure {
            throw failure
        } catch {
            throw .closed(operation: "\(error)")
        }
    }
}

/// Collects what arrives until somebody takes it. Lives on its channel's event loop, which guards its state.
private final class ByteInbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var pending = ByteBuffer()
    private var ended = false
    private var waiter: EventLoopPromise<ByteBuffer?>?
    private var timer: Scheduled<Void>?
    private var held = false

    func take(from channel: any Channel, timeout: TimeAmount) -> EventLoopFuture<ByteBuffer?> {
        precondition(waiter == nil, "Two tasks read from one connection at the same time.")
        let loop = channel.eventLoop
        if pending.readableBytes > 0 {
            defer { pending = ByteBuffer() }
            if held {
                held = false
                channel.setOption(.autoRead, value: true).whenComplete { _ in }
            }
            return loop.makeSucceededFuture(pending)
        }
        if ended { return loop.makeSucceededFuture(nil) }
        let promise = loop.makePromise(of: ByteBuffer?.self)
        waiter = promise
        timer = loop.assumeIsolated().scheduleTask(in: timeout) {
            self.waiter?.fail(ConnectionFailure.timedOut(operation: "receive"))
            self.waiter = nil
        }
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if let waiter {
            release()
            waiter.succeed(bytes)
            return
        }
        pending.writeBuffer(&bytes)
        if pending.readableBytes > Limits.inboxBytes, !held {
            held = true
            context.channel.setOption(.autoRead, value: false).whenComplete { _ in }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended = true
        let waiter = waiter
        release()
        waiter?.succeed(nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset is an end like any other; what the peer sent before it stays readable.
        context.close(promise: nil)
    }

    private func release() {
        timer?.cancel()
        timer = nil
        waiter = nil
    }
}
