import NIOCore
import NIOPosix
import NIOSSL

/// Opens the channel of a connection: name, TCP, TLS.
enum Connecting {
    /// - Parameter limit: for all of it.
    static func open(
        _ address: RedisAddress, options: RedisOptions, within limit: TimeAmount
    ) async throws(RedisError) -> RedisConnection {
        guard !Task.isCancelled else { throw .cancelled }
        let trust = address.usesTLS ? try await trust(caFile: options.caFile) : nil
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = Answer<RedisConnection>()
        // The name's look-up has no time limit of its own.
        let timer = loop.scheduleTask(in: limit) { _ = answer.finish(.failure(.timedOut)) }
        defer { timer.cancel() }
        let connected = ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let trust {
                        try channel.pipeline.syncOperations.addHandler(encryption(trust, for: address))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ReplyHandler(usesTLS: trust != nil, openWithin: limit))
                }
            }
            .connect(host: address.host, port: address.port)
        let opened = connected.flatMap { channel -> EventLoopFuture<RedisConnection> in
            do {
                let handler = try channel.pipeline.syncOperations.handler(type: ReplyHandler.self)
                let connection = RedisConnection(
                    channel: channel, replies: NIOLoopBound(handler, eventLoop: loop),
                    commandTimeout: options.commandTimeout)
                return handler.opened(on: loop).map { connection }
            } catch {
                return loop.makeFailedFuture(error)
            }
        }
        opened.whenComplete { result in
            // A connection that nobody waits for any more closes with its last reference.
            answer.finish(result.mapError { failure(of: $0) })
        }
        return try await answer.value()
    }

    /// Reading the certificates takes some milliseconds, so it is done on a thread that may block.
    private static func trust(caFile: String?) async throws(RedisError) -> NIOSSLContext {
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.minimumTLSVersion = .tlsv12
                if let caFile { configuration.trustRoots = .file(caFile) }
                return try NIOSSLContext(configuration: configuration)
            }
        } catch {
            throw .cannotConnect("the trusted certificates (\(caFile ?? "the system's")) can't be read: \(error)")
        }
    }

    private static func encryption(
        _ trust: NIOSSLContext, for address: RedisAddress
    ) throws -> NIOSSLClientHandler {
        // Server name indication has no addresses (RFC 6066, 3); without a name the certificate's addresses count.
        try NIOSSLClientHandler(context: trust, serverHostname: address.isIPAddress ? nil : address.host)
    }

    private static func failure(of error: any Error) -> RedisError {
        switch error {
        case let error as RedisError: error
        case ChannelError.connectTimeout: .timedOut
        case let error as NIOConnectionError: .cannotConnect(reason(of: error))
        default: .cannotConnect(ConnectFailureText.of("\(error)"))
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let last = error.connectionErrors.last { return "\(last.error)" }
        if error.dnsAError != nil || error.dnsAAAAError != nil { return "the name \(error.host) is not known" }
        return "\(error)"
    }
}
