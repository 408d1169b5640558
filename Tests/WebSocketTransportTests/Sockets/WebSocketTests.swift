import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization
import Testing
import WebSocketTransport

@Suite(.serialized, .timeLimit(.minutes(2))) struct WebSocketTests {
    /// Accepts and hands the connection to the test.
    private final class Lobby: Sendable {
        private let stream: AsyncStream<WebSocketConnection>
        private let source: AsyncStream<WebSocketConnection>.Continuation

        init() { (stream, source) = AsyncStream.makeStream() }

        var open: RunningServer.Open {
            { [source] _, _, _ in .accept { source.yield($0) } }
        }

        func next() async -> WebSocketConnection? { await stream.first { _ in true } }
    }

    @Test func framesArriveInTheOrderOfTheirOffers() async throws {
        let lobby = Lobby()
        // On a slow machine a ping would come among the frames.
        try await RunningServer.run({ $0.pingInterval = .minutes(10) }, openWebSocket: lobby.open) { server in
            let client = try await RawClient.webSocket(port: server.port)
            let socket = try #require(await lobby.next())
            for index in 0..<200 { #expect(socket.offer(ByteBuffer(string: "\(index)"))) }
            for index in 0..<200 {
                #expect(try await client.frame() == ServerFrame(opcode: 1, payload: Array("\(index)".utf8)))
            }
            socket.close(1000)
            #expect(try await client.frame()?.closeCode == 1000)
            client.send(ClientFrame.close(1000))
            #expect(try await client.rest().isEmpty)
            await socket.waitUntilClosed()
            #expect(socket.isClosed)
            #expect(!socket.offer(ByteBuffer(string: "late")))
        }
    }

    @Test func oneEncodedFrameServesManyConnections() async throws {
        let lobby = Lobby()
        try await RunningServer.run({ $0.pingInterval = .minutes(10) }, openWebSocket: lobby.open) { server in
            var clients: [RawClient] = []
            var sockets: [WebSocketConnection] = []
            for _ in 0..<50 {
                clients.append(try await RawClient.webSocket(port: server.port))
                sockets.append(try #require(await lobby.next()))
            }
            let frame = EncodedFrame(text: ByteBuffer(string: "event"))
            for socket in sockets { #expect(socket.offer(frame)) }
            for client in clients { #expect(try await client.frame()?.payload == Array("event".utf8)) }
            for client in clients { client.close() }
        }
    }

    @Test func offersBeforeTheProtocolHasStartedAreNotLost() async throws {
        try await RunningServer.run(openWebSocket: { _, _, _ in
            .accept { socket in
                socket.offer(ByteBuffer(string: "hello"))
                socket.close(4401, reason: "signed out")
            }
        }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            #expect(try await client.frame()?.payload == Array("hello".utf8))
            let close = try await client.frame()
            #expect(close?.closeCode == 4401)
            #expect(close?.payload.dropFirst(2).elementsEqual("signed out".utf8) == true)
            client.close()
        }
    }

    @Test func aHandshakeAtALaterRequestIsTaken() async throws {
        let lobby = Lobby()
        try await RunningServer.run(openWebSocket: lobby.open) { server in
            let client = try await RawClient.connect(port: server.port)
            #expect(try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            client.send(RawClient.upgrade)
            #expect(try await client.head().hasPrefix("HTTP/1.1 101 "))
            let socket = try #require(await lobby.next())
            socket.offer(ByteBuffer(string: "x"))
            #expect(try await client.frame()?.payload == [0x78])
            client.close()
        }
    }

    @Test func framesSentRightBehindTheHandshakeAreRead() async throws {
        try await RunningServer.run({ $0.messages = .echo }) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send(Array(RawClient.upgrade.utf8) + ClientFrame.text("early").bytes)
            let head = try await client.head()
            #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(try await client.frame()?.payload == Array("early".utf8))
            client.close()
        }
    }

    @Test func aRefusedHandshakeIsAnOrdinaryAnswerAndCloses() async throws {
        try await RunningServer.run(openWebSocket: { _, _, _ in
            .refuse(Response(status: .forbidden, body: .init(byteBuffer: ByteBuffer(string: "no"))))
        }) { server in
            let client = try await RawClient.connect(port: server.port)
            let reply = try await client.ask(RawClient.upgrade)
            #expect(reply.status == 403)
            #expect(reply.body == "no")
            #expect(reply.field("connection") == "close")
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test(arguments: [ClientFrame.text("hi"), .binary([1]), .text("part", final: false)])
    func aBranchClosesMessagesWith1003(_ frame: ClientFrame) async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.webSocket(port: server.port)
            client.send(frame)
            #expect(try await client.frame()?.closeCode == 1003)
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func theServerPingsAndASilentClientIsDropped() async throws {
        try await RunningServer.run({
            $0.pingInterval = .milliseconds(50)
            $0.silence = .milliseconds(400)
        }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            #expect(try await client.frame()?.opcode == 0x9)
            // No pong is ever sent.
            let rest = try await client.rest()
            #expect(rest.allSatisfy { $0 == 0x89 || $0 == 0 })
        }
    }

    @Test func aClientThatAnswersPingsStays() async throws {
        try await RunningServer.run({
            $0.pingInterval = .milliseconds(20)
            $0.silence = .milliseconds(1500)
        }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            for _ in 0..<100 {
                #expect(try await client.frame()?.opcode == 0x9)
                client.send(ClientFrame(first: 0x8A))
            }
            client.close()
        }
    }

    @Test func aClientThatVanishesEndsTheSocketAndItsTask() async throws {
        let ended = Turnstile()
        try await RunningServer.run(openWebSocket: { _, _, _ in
            .accept { _ in
                await untilCancelled()
                ended.arrive()
            }
        }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            client.close()
            await ended.arrivals(1)
        }
    }

    @Test func anUnansweredCloseIsCut() async throws {
        let lobby = Lobby()
        try await RunningServer.run({ $0.closeHandshake = .milliseconds(200) }, openWebSocket: lobby.open) { server in
            let client = try await RawClient.webSocket(port: server.port)
            let socket = try #require(await lobby.next())
            socket.close(1000)
            #expect(try await client.frame()?.closeCode == 1000)
            #expect(try await client.rest().isEmpty)
            await socket.waitUntilClosed()
        }
    }

    @Test func aSlowClientOverflowsAndDelaysNobody() async throws {
        let lobby = Lobby()
        try await RunningServer.run(
            {
                $0.mailboxFrames = 16
                $0.sendBufferBytes = 8192
                $0.closeHandshake = .milliseconds(300)
            }, openWebSocket: lobby.open
        ) { server in
            let slow = try await RawClient.webSocket(port: server.port, reads: false, receiveBuffer: 4096)
            let slowSocket = try #require(await lobby.next())
            let quick = try await RawClient.webSocket(port: server.port)
            let quickSocket = try #require(await lobby.next())
            let frame = EncodedFrame(text: ByteBuffer(repeating: 0x61, count: 16_000))
            var slowTook = 0
            for _ in 0..<200 {
                if slowSocket.offer(frame) { slowTook += 1 }
                #expect(quickSocket.offer(frame))
                #expect(try await quick.frame()?.payload.count == 16_000)
            }
            // What it takes is bounded by its mailbox, the outbound buffer and the kernel's buffers.
            #expect(slowTook < 60)
            #expect(slowSocket.isClosed)
            #expect(slowSocket.pendingFrames == 0)
            await slowSocket.waitUntilClosed()
            quick.close()
            slow.close()
        }
    }

    @Test func anOverflownClientThatReadsAgainIsTold1013() async throws {
        let lobby = Lobby()
        try await RunningServer.run({ $0.mailboxFrames = 4 }, openWebSocket: lobby.open) { server in
            let client = try await RawClient.webSocket(port: server.port)
            let socket = try #require(await lobby.next())
            let frame = EncodedFrame(text: ByteBuffer(repeating: 0x61, count: 60_000))
            while socket.offer(frame) {}
            var last = try await client.frame()
            while let frame = last, frame.opcode == 1 { last = try await client.frame() }
            #expect(last?.closeCode == 1013)
            client.close()
        }
    }

    @Test func aPingFloodThatIsNotReadStaysBounded() async throws {
        let lobby = Lobby()
        try await RunningServer.run(
            {
                $0.sendBufferBytes = 8192
                $0.silence = .seconds(2)
            }, openWebSocket: lobby.open
        ) { server in
            let client = try await RawClient.webSocket(port: server.port, reads: false, receiveBuffer: 4096)
            let socket = try #require(await lobby.next())
            let flood = (0..<500).flatMap { _ in ClientFrame.ping(Array(repeating: 7, count: 125)).bytes }
            for _ in 0..<40 { await client.push(flood) }
            // 2.6 MB of pings went in; a ping written for each would not fit the buffers, yet the socket lives.
            #expect(!socket.isClosed)
            client.close()
            await socket.waitUntilClosed()
        }
    }

    @Test func anEchoThatIsNotReadIsNotAskedFor() async throws {
        try await RunningServer.run({
            $0.messages = .echo
            $0.sendBufferBytes = 8192
        }) { server in
            let client = try await RawClient.webSocket(port: server.port)
            let payload = Array(repeating: UInt8(1), count: 30_000)
            for _ in 0..<100 { client.send(ClientFrame.binary(payload)) }
            for _ in 0..<100 { #expect(try await client.frame()?.payload.count == 30_000) }
            client.close()
        }
    }
}
