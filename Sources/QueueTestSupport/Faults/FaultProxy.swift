import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy on loopback that does to a connection what networks do.
package final class FaultProxy: Sendable {
    /// What happens to the connections; a change holds from the next bytes on.
    package enum Mode: Sendable, Equatable {
        case pass
        /// The answer's bytes are held back by this time.
        case delayAnswers(Duration)
        /// The request goes through; of the answer only the first bytes do, then both sides are cut.
        case cutAnswers(afterBytes: Int)
        /// Everything is swallowed in both directions, as by a dead link.
        case swallow
        /// New connections are closed at once.
        case refuse
    }

    package let port: Int
    private let listener: any Channel
    private let shared: Shared

    private init(listener: any Channel, port: Int, shared: Shared) {
        self.listener = listener
        self.port = port
        self.shared = shared
    }

    /// Listens on a free port of loopback and forwards to `target`.
    /// - Throws: the socket's error.
    package static func start(target: Int) async throws -> FaultProxy {
        let shared = Shared()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                Self.join(client, to: target, shared)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = listener.localAddress?.port else {
            throw ConnectionFailure.notConnected(reason: "the proxy's listener has no port")
        }
        return FaultProxy(listener: listener, port: port, shared: shared)
    }

    /// Changes what happens from now on.
    package func set(_ mode: Mode) { shared.state.withLock { $0.mode = mode } }

    /// Cuts every connection at once.
    package func cutAll() {
        let channels = shared.state.withLock { Array($0.channels.values) }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Stops listening and cuts every connection.
    package func stop() async {
        cutAll()
        // Closed already is closed.
        try? await listener.close().get()
    }

    fileprivate final class Shared: Sendable {
        /// Guards the mode and the open channels.
        let state = Mutex<(mode: Mode, channels: [ObjectIdentifier: any Channel])>((.pass, [:]))

        var mode: Mode { state.withLock { $0.mode } }
    }

    private static func join(_ client: any Channel, to target: Int, _ shared: Shared) -> EventLoopFuture<Void> {
        let isFull = shared.state.withLock { $0.channels.count >= 2 * Limits.proxiedConnections }
        guard shared.mode != .refuse, !isFull else {
            return client.eventLoop.makeFailedFuture(ConnectionFailure.closed(operation: "refused by the proxy"))
        }
        // Both sides live on one event loop, so that a pair's state needs no lock.
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMap { server in
                server.eventLoop.makeCompletedFuture {
                    let ask = ProxySide(peer: server, isAnswer: false, shared)
                    let answer = ProxySide(peer: client, isAnswer: true, shared)
                    try client.pipeline.syncOperations.addHandler(ask)
                    try server.pipeline.syncOperations.addHandler(answer)
                }
            }.flatMap {
                client.setOption(.autoRead, value: true)
            }
    }
}

/// Carries one direction of a pair. Lives on the pair's event loop.
private final class ProxySide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let isAnswer: Bool
    private let shared: FaultProxy.Shared
    private var carried = 0

    init(peer: any Channel, isAnswer: Bool, _ shared: FaultProxy.Shared) {
        self.peer = peer
        self.isAnswer = isAnswer
        self.shared = shared
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        shared.state.withLock { $0.channels[ObjectIdentifier(channel)] = channel }
        if isAnswer { channel.setOption(.autoRead, value: true).whenComplete { _ in } }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch shared.mode {
        case .pass, .refuse: peer.writeAndFlush(bytes, promise: nil)
        case .swallow: break
        case .delayAnswers(let delay):
            guard isAnswer else {
                peer.writeAndFlush(bytes, promise: nil)
                return
            }
            context.eventLoop.scheduleTask(in: TimeAmount(delay)) { [peer] in
                peer.writeAndFlush(bytes, promise: nil)
            }
        case .cutAnswers(let limit):
            guard isAnswer else {
                peer.writeAndFlush(bytes, promise: nil)
                return
            }
            cut(bytes, at: limit, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let id = ObjectIdentifier(context.channel)
        shared.state.withLock { _ = $0.channels.removeValue(forKey: id) }
        peer.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset on one side becomes a close on the other, by channelInactive.
        context.close(promise: nil)
    }

    private func cut(_ bytes: ByteBuffer, at limit: Int, _ context: ChannelHandlerContext) {
        let part = bytes.getSlice(at: bytes.readerIndex, length: min(bytes.readableBytes, max(0, limit - carried)))
        carried += part?.readableBytes ?? 0
        guard let part, carried < limit else {
            let channel = context.channel
            peer.writeAndFlush(part ?? ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
            return
        }
        peer.writeAndFlush(part, promise: nil)
    }
}
