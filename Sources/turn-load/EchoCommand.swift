import ArgumentParser
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals
import WebSocketTransport

/// `turn-load echo`: the transport alone, for conformance tools and for measuring what the rest costs.
struct EchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Serve the transport alone: GET / answers ok, every WebSocket echoes.",
        discussion: """
            Any path may be opened as a WebSocket; text and binary messages of up to 64 KiB come back as they were.
            The address is printed when it listens. Ends on SIGTERM or SIGINT with exit code 0.
            """)

    @Option(help: "Port to listen on; 0 lets the kernel choose.")
    var port: Int

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Flag(help: "Close a WebSocket that sends a message with 1003, as a branch does, instead of echoing.")
    var refuseMessages = false

    func run() async throws {
        DescriptorLimit.raise()
        var configuration = TransportConfiguration(host: host, port: port)
        configuration.messages = refuseMessages ? .refuse : .echo
        var logger = Logger(label: "turn-load") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let server = TransportServer(
            configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            onListening: { address in
                // Not print: a pipe's buffer would keep the line from whoever waits for it.
                let line = "listening on \(address.ipAddress ?? ""):\(address.port ?? 0)\n"
                FileHandle.standardOutput.write(Data(line.utf8))
            },
            respond: { request, _ in Self.answer(request) },
            openWebSocket: { _, fault, _ in
                fault.map { .refuse($0.response) } ?? .accept(onOpen: { _ in })
            })
        let services = ServiceGroup(
            services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await services.run()
    }

    private static func answer(_ request: Request) -> Response {
        guard request.uri.path == "/" else { return Response(status: .notFound) }
        guard request.method == .get || request.method == .head else { return Response(status: .methodNotAllowed) }
        return Response(
            status: .ok, headers: [.contentType: "text/plain"], body: .init(byteBuffer: ByteBuffer(string: "ok")))
    }
}
