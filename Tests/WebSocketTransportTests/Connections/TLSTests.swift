import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOPosix
import NIOSSL
import QueueTestSupport
import Testing
import WebSocketTransport

/// Collects what the server says until it closes.
private final class Listener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let ended: EventLoopPromise<String>
    private var text = ""

    init(ended: EventLoopPromise<String>) { self.ended = ended }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { text += String(buffer: unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { ended.succeed(text) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A server that closes without close_notify has still said all that its length promised.
        context.close(promise: nil)
    }
}

@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // What is left behind is in the temporary directory.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// Sends bytes over TLS and returns everything that comes until the end.
    private static func ask(_ text: String, port: Int, trusting authority: String) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority)
        let context = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ended = loop.makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandlers(tls, Listener(ended: ended))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        return try await ended.futureResult.get()
    }

    @Test func requestsAreAnsweredOverTLSOneAfterAnother() async throws {
        try await Self.withFolder { folder in
            let made = try await TestCertificates.make(in: folder)
            let tls = try TransportTLS(certificate: made.certificateFile, key: made.keyFile)
            try await RunningServer.run(
                { $0.tls = tls },
                respond: { request, _ in
                    let scheme = request.head.scheme ?? ""
                    return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: scheme)))
                }
            ) { server in
                let two = "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                let answers = try await Self.ask(two, port: server.port, trusting: made.caFile)
                #expect(answers.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
                #expect(answers.components(separatedBy: "https").count == 3)
            }
        }
    }

    @Test func aLargeAnswerComesWhole() async throws {
        try await Self.withFolder { folder in
            let made = try await TestCertificates.make(in: folder)
            let tls = try TransportTLS(certificate: made.certificateFile, key: made.keyFile)
            try await RunningServer.run(
                { $0.tls = tls },
                respond: { _, _ in
                    Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 0x61, count: 1_000_000)))
                }
            ) { server in
                let answer = try await Self.ask(
                    "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port: server.port,
                    trusting: made.caFile)
                #expect(answer.hasSuffix(String(repeating: "a", count: 1_000)))
                #expect(answer.utf8.count > 1_000_000)
            }
        }
    }

    @Test func plainHTTPIsNotAnswered() async throws {
        try await Self.withFolder { folder in
            let made = try await TestCertificates.make(in: folder)
            let tls = try TransportTLS(certificate: made.certificateFile, key: made.keyFile)
            try await RunningServer.run({ $0.tls = tls }) { server in
                let client = try await ByteConnection.connect(host: "127.0.0.1", port: server.port)
                try await client.send(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                let answer = try await client.receiveUntilClosed()
                #expect(!String(buffer: answer).contains("200 OK"))
            }
        }
    }

    @Test func filesThatDoNotServeAreNamed() async throws {
        try await Self.withFolder { folder in
            let made = try await TestCertificates.make(in: folder)
            let other = folder + "/other"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            let foreign = try await TestCertificates.make(in: other)
            for (certificate, key, word) in [
                (folder + "/none", made.keyFile, "/none"), (made.certificateFile, folder + "/none", "/none"),
                (made.keyFile, made.keyFile, "tls.cert_file"),
                (made.certificateFile, foreign.keyFile, "don't belong together"),
            ] {
                let error = #expect(throws: TransportTLS.Unusable.self) {
                    try TransportTLS(certificate: certificate, key: key)
                }
                #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
            }
        }
    }
}
