package import HTTPTypes
package import HummingbirdCore
package import Logging
package import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A listener for HTTP/1.1 and WebSocket that owns its sockets from accept to close. It knows nothing of what is said.
///
/// Every connection ends without its client's help: each phase has a deadline, each buffer a bound (``Limits``). A
/// graceful shutdown stops listening, closes idle connections, lets requests in flight finish, says 1001 to
/// WebSockets, and cuts what is left after `Limits.shutdown`.
package struct TransportServer: Service {
    private let configuration: TransportConfiguration
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable (SocketAddress) async -> Void
    private let answering: Answering

    /// - Parameters:
    ///   - configuration: address and bounds.
    ///   - eventLoopGroup: whose loops carry the connections; the caller ends it after ``run()`` has returned.
    ///   - logger: for what concerns the listener; nothing is logged per request.
    ///   - onListening: called once, with the bound address, when connections are accepted.
    ///   - respond: answers a request; its body is whole and within bounds. Cancelled when the client has gone. Runs on
    ///     the connection's event loop unless `respondsOnEventLoop` is off, so it must not block.
    ///   - openWebSocket: decides on a WebSocket handshake, at any request of a connection. One that cannot be taken
    ///     comes with its fault, to be answered after everything that is asked before it: such as who may.
    package init(
        configuration: TransportConfiguration,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in },
        respond: @escaping @Sendable (Request, any Channel) async -> Response,
        openWebSocket: @escaping @Sendable (HTTPRequest, TransportProblem?, any Channel) async -> WebSocketDecision
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.onListening = onListening
        self.answering = Answering(respond: respond, openWebSocket: openWebSocket, logger: logger)
    }

    /// Serves until the graceful shutdown, or until the task is cancelled, and returns when every connection is closed.
    ///
    /// - Throws: when the address cannot be bound.
    package func run() async throws {
        let cap = DescriptorLimit.affordableConnections(wanted: configuration.connections)
        if cap < configuration.connections {
            logger.notice(
                "Descriptors allow fewer connections than configured",
                metadata: ["connections": "\(cap)", "configured": "\(configuration.connections)"])
        }
        let ledger = ConnectionLedger(
            cap: cap, reservedSharePercent: configuration.reservedSharePercent,
            addressCap: configuration.connectionsPerAddress)
        let quiescing = ServerQuiescingHelper(group: eventLoopGroup)
        let (accepted, acceptances) = AsyncStream<ClientConnection>.makeStream(bufferingPolicy: .bufferingOldest(cap))
        let acceptor = ConnectionAcceptor(
            configuration: configuration, ledger: ledger, inFlight: InFlight(limit: configuration.requestsInFlight),
            acceptances: acceptances)
        let listener = try await bind(acceptor: acceptor, quiescing: quiescing)
        listener.closeFuture.whenComplete { _ in acceptances.finish() }
        let shutdown = Shutdown(
            listener: listener, quiescing: quiescing, ledger: ledger, patience: configuration.shutdown)

        await withTaskCancellationOrGracefulShutdownHandler {
            if let address = listener.localAddress {
                logger.info("Listening", metadata: ["address": "\(address)"])
                await onListening(address)
            }
            await serve(accepted)
        } onCancelOrGracefulShutdown: {
            shutdown.begin()
        }
        shutdown.ended()
        logger.info("The listener has ended")
    }

    private func serve(_ accepted: AsyncStream<ClientConnection>) async {
        let executors = Dictionary(
            uniqueKeysWithValues: eventLoopGroup.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) })
        let answering = answering
        await withDiscardingTaskGroup { group in
            for await connection in accepted {
                let executor = executors[ObjectIdentifier(connection.channel.eventLoop)]
                let preferred = configuration.respondsOnEventLoop ? executor : nil
                group.addTask(executorPreference: preferred) { await connection.serve(answering) }
            }
        }
    }

    private func bind(acceptor: ConnectionAcceptor, quiescing: ServerQuiescingHelper) async throws -> any Channel {
        var bootstrap = ServerBootstrap(group: eventLoopGroup)
            .serverChannelOption(.backlog, value: Int32(Limits.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: Limits.acceptsPerTurn)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Accepting fails for want of descriptors now and then; the listener pauses and goes on.
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { _ in Limits.acceptBackoff })
                    try channel.pipeline.syncOperations.addHandler(
                        quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: Limits.readBytes.smallest, initial: Limits.readBytes.first,
                    maximum: Limits.readBytes.largest)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: Limits.outboundWaterMarks.low, high: Limits.outboundWaterMarks.high)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try acceptor.setUp(channel) }
            }
        if let size = configuration.sendBufferBytes {
            bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: .init(size))
        }
        do {
            return try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            throw ListenError(host: configuration.host, port: configuration.port, cause: error)
        }
    }
}

/// What a graceful shutdown does, once.
private final class Shutdown: Sendable {
    private let listener: any Channel
    private let quiescing: ServerQuiescingHelper
    private let ledger: ConnectionLedger
    private let patience: TimeAmount
    /// Guards the timer that cuts what is left; nil before the shutdown has begun.
    private let cut = Mutex<Scheduled<Void>?>(nil)

    init(listener: any Channel, quiescing: ServerQuiescingHelper, ledger: ConnectionLedger, patience: TimeAmount) {
        self.listener = listener
        self.quiescing = quiescing
        self.ledger = ledger
        self.patience = patience
    }

    func begin() {
        let isFirst = cut.withLock { cut in
            guard cut == nil else { return false }
            cut = listener.eventLoop.scheduleTask(in: patience) { [ledger] in
                for channel in ledger.channels { channel.close(promise: nil) }
            }
            return true
        }
        guard isFirst else { return }
        ledger.startClosing()
        quiescing.initiateShutdown(promise: nil)
    }

    func ended() {
        cut.withLock { $0?.cancel() }
    }
}
