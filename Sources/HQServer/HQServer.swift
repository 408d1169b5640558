package import HQIngest
import HTTPTypes
import HummingbirdCore
package import Logging
package import NIOCore
import ServiceLifecycle
import WebSocketTransport

/// Head office's HTTP port: `/livez`, `/readyz`, `/metrics`, `/status`. It changes nothing and asks for no token, so it
/// belongs on loopback or a network of the operator's own.
package struct HQServer: Service {
    private let transport: TransportServer

    /// - Parameters:
    ///   - host: name or address to bind.
    ///   - port: 0 lets the kernel choose.
    ///   - watch: looked at for every request; it must run beside.
    ///   - ingest: what this process's ingest does; called for every request, must not block.
    ///   - onListening: called once, with the bound address.
    package init(
        host: String, port: Int, eventLoopGroup: any EventLoopGroup, watch: StatusWatch, logger: Logger,
        ingest: @escaping @Sendable () -> IngestActivity?,
        onListening: @escaping @Sendable (SocketAddress) async -> Void
    ) {
        var configuration = TransportConfiguration(host: host, port: port)
        configuration.connections = HQServerLimits.connections
        configuration.requestsInFlight = HQServerLimits.requestsInFlight
        configuration.bodyBytes = HQServerLimits.bodyBytes
        transport = TransportServer(
            configuration: configuration, eventLoopGroup: eventLoopGroup, logger: logger, onListening: onListening,
            respond: { request, _ in
                let snapshot = watch.snapshot
                let picture = HQPicture(
                    watch: snapshot, age: snapshot.readAt.map { ContinuousClock.now - $0 }, ingest: ingest())
                let path = (request.head.path ?? "/").prefix { $0 != "?" }
                return HQAnswer.to(request.head.method.rawValue, String(path), picture).response
            },
            openWebSocket: { _, _, _ in .ignore })
    }

    /// Serves until the graceful shutdown, or until it is cancelled.
    /// - Throws: when the address can't be bound.
    package func run() async throws { try await transport.run() }
}

extension HQAnswer {
    fileprivate var response: Response {
        var fields: HTTPFields = [.contentType: contentType, .cacheControl: "no-store"]
        if let allow { fields[.allow] = allow }
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
