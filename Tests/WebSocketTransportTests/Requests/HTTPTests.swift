import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization
import Testing
import WebSocketTransport

/// Requests over a real socket, byte by byte as a test wants them.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTPTests {
    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

    /// Sends bytes on a fresh connection to a server that answers 200, and returns the first answer.
    private func ask(
        _ text: String, change: (inout TransportConfiguration) -> Void = { _ in },
        respond: @escaping RunningServer.Respond = RunningServer.ok
    ) async throws -> RawClient.Reply {
        var reply = RawClient.Reply(status: 0, head: "", body: "")
        try await RunningServer.run(change, respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            reply = try await client.ask(text)
            client.close()
        }
        return reply
    }

    @Test func anAnswerHasLengthAndDateAndKeepsTheConnection() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            for _ in 0..<3 {
                let reply = try await client.ask(Self.get)
                #expect(reply.status == 200)
                #expect(reply.body == "/a")
                #expect(reply.field("content-length") == "2")
                #expect(reply.field("date")?.hasSuffix("GMT") == true)
                #expect(reply.field("connection") == nil)
                #expect(reply.field("server") == nil)
            }
            client.close()
        }
    }

    @Test func bodiesComeByLengthAndByChunks() async throws {
        let sized = try await ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
        #expect(sized.body == "hello")
        let chunked = try await ask(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: v\r\n\r\n"
        )
        #expect(chunked.body == "hello")
    }

    @Test func theLargestBodyPassesWhole() async throws {
        let body = String(repeating: "x", count: Limits.bodyBytes)
        let reply = try await ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(reply.body == body)
    }

    @Test func headHasTheHeadersAndNoBody() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let reply = try await client.ask("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(reply.field("content-length") == "4")
            // The next answer follows at once.
            #expect(try await client.ask(Self.get).body == "/a")
            client.close()
        }
    }

    @Test func answersWithoutContentHaveNoLength() async throws {
        let reply = try await ask(Self.get, respond: { _, _ in Response(status: .noContent) })
        #expect(reply.status == 204)
        #expect(reply.field("content-length") == nil)
    }

    @Test func theClientsCloseIsHonoured() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let reply = try await client.ask("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(reply.field("connection") == "close")
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func theRespondersCloseIsHonoured() async throws {
        let respond: RunningServer.Respond = { _, _ in Response(status: .ok, headers: [.connection: "close"]) }
        try await RunningServer.run(respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            #expect(try await client.ask(Self.get).field("connection") == "close")
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func theOlderProtocolClosesUnlessAskedNotTo() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let kept = try await client.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(kept.field("connection") == "keep-alive")
            let last = try await client.ask("GET /a HTTP/1.0\r\n\r\n")
            #expect(last.field("connection") == "close")
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrderOneAtATime() async throws {
        let running = Turnstile()
        let respond: RunningServer.Respond = { request, _ in
            running.arrive()
            await Task.yield()
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: request.uri.path)))
        }
        try await RunningServer.run(respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send((0..<1000).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for index in 0..<1000 { #expect(try await client.reply().body == "/\(index)") }
            client.close()
        }
    }

    @Test func whileARequestRunsTheNextIsNotBegun() async throws {
        let gate = Turnstile()
        let respond: RunningServer.Respond = { request, _ in
            await gate.pass()
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: request.uri.path)))
        }
        try await RunningServer.run(respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.arrivals(1)
            // Another connection is answered meanwhile, held up only by the same gate.
            let other = try await RawClient.connect(port: server.port)
            other.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.arrivals(2)
            gate.open()
            #expect(try await other.reply().body == "/3")
            #expect(try await client.reply().body == "/1")
            #expect(try await client.reply().body == "/2")
            client.close()
            other.close()
        }
    }

    @Test func aThousandPipelinedRequestsDoNotHoldUpAnotherConnection() async throws {
        let answered = Atomic<Int>(0)
        try await RunningServer.run(respond: { request, channel in
            answered.add(1, ordering: .relaxed)
            return await RunningServer.ok(request, channel)
        }) { server in
            let greedy = try await RawClient.connect(port: server.port)
            let other = try await RawClient.connect(port: server.port)
            greedy.send((0..<1000).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            #expect(try await greedy.reply().body == "/0")
            #expect(try await other.ask(Self.get).status == 200)
            #expect(answered.load(ordering: .relaxed) < 900)
            greedy.close()
            other.close()
        }
    }

    @Test func aClientThatClosesItsSideStillGetsAllItsAnswers() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            client.send((0..<100).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            client.endInput()
            for index in 0..<100 { #expect(try await client.reply().body == "/\(index)") }
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func continueIsSentBeforeTheBody() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try await client.head() == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send("ok")
            #expect(try await client.reply().body == "ok")
            client.close()
        }
    }

    @Test func noContinueIsSentForABodyThatIsTooLarge() async throws {
        let reply = try await ask("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n")
        #expect(reply.status == 413)
    }

    // MARK: Streams

    @Test func aLongBodyOfKnownLengthArrivesWhole() async throws {
        let reply = try await ask(
            Self.get,
            respond: { _, _ in
                Response(
                    status: .ok,
                    body: .init(contentLength: 300_000) { writer in
                        for _ in 0..<30 { try await writer.write(ByteBuffer(repeating: 0x61, count: 10_000)) }
                        try await writer.finish(nil)
                    })
            })
        #expect(reply.field("content-length") == "300000")
        #expect(reply.body.utf8.count == 300_000)
    }

    @Test func aLongBodyOfUnknownLengthIsChunked() async throws {
        try await RunningServer.run(respond: Self.stream(parts: 20)) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let text = String(decoding: try await client.rest(), as: UTF8.self)
            #expect(text.contains("Transfer-Encoding: chunked\r\n"))
            #expect(!text.lowercased().contains("content-length"))
            #expect(text.contains("\r\n2710\r\n"))
            #expect(text.hasSuffix("\r\n0\r\n\r\n"))
        }
    }

    @Test func theOlderProtocolGetsTheSameBodyUntilTheEndOfTheConnection() async throws {
        try await RunningServer.run(respond: Self.stream(parts: 20)) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let head = try await client.head()
            #expect(head.contains("Connection: close\r\n"))
            #expect(try await client.rest().count == 200_000)
        }
    }

    @Test func aBodyThatFailsBeforeItsFirstByteIsA500() async throws {
        struct Broken: Error {}
        let reply = try await ask(
            Self.get,
            respond: { _, _ in
                Response(status: .ok, body: .init { _ in throw Broken() })
            })
        #expect(reply.status == 500)
    }

    @Test func aBodyThatIsShorterThanAnnouncedEndsTheConnection() async throws {
        let respond: RunningServer.Respond = { _, _ in
            Response(
                status: .ok,
                body: .init(contentLength: 200_000) { writer in
                    for _ in 0..<10 { try await writer.write(ByteBuffer(repeating: 0x61, count: 10_000)) }
                    try await writer.finish(nil)
                })
        }
        try await RunningServer.run(respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send(Self.get)
            #expect(try await client.rest().count < 200_000)
        }
    }

    private static func stream(parts: Int) -> RunningServer.Respond {
        { _, _ in
            Response(
                status: .ok,
                body: .init { writer in
                    for _ in 0..<parts { try await writer.write(ByteBuffer(repeating: 0x61, count: 10_000)) }
                    try await writer.finish(nil)
                })
        }
    }

    // MARK: Upgrades that are none

    @Test func aHandshakeOfAnotherVersionIsAnswered426() async throws {
        let reply = try await ask(RawClient.upgrade.replacing("Version: 13", with: "Version: 8"))
        #expect(reply.status == 426)
        #expect(reply.field("sec-websocket-version") == "13")
        #expect(reply.field("upgrade") == "websocket")
    }

    @Test func anOfferOfAnotherProtocolIsIgnoredAndTheConnectionCloses() async throws {
        let reply = try await ask(
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
        )
        #expect(reply.status == 200)
        #expect(reply.field("connection") == "close")
    }
}
