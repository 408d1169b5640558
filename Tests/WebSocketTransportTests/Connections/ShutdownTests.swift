import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing
import WebSocketTransport

@Suite(.serialized, .timeLimit(.minutes(2))) struct ShutdownTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A connection that the server surely knows, so that it hears of the shutdown together with the others.
    private func accepted(_ server: RunningServer) async throws -> RawClient {
        let client = try await RawClient.connect(port: server.port)
        #expect(try await client.ask("GET /free HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        return client
    }

    /// Holds every request but those for /free.
    private func holding(_ gate: Turnstile) -> RunningServer.Respond {
        { request, channel in
            if request.uri.path != "/free" {
                await gate.pass()
                // What the shutdown has sent to this connection's event loop comes before the answer.
                try? await channel.eventLoop.submit {}.get()
            }
            return Response(status: .ok)
        }
    }

    @Test func idleConnectionsAndHalfSentRequestsDoNotHoldItUp() async throws {
        var clients: [RawClient] = []
        let time = try await RunningServer.run { server in
            for index in 0..<200 {
                let client = try await RawClient.connect(port: server.port)
                switch index % 4 {
                case 0: break
                case 1: client.send("GET / HTT")
                case 2: client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
                default: _ = try await client.ask(Self.get)
                }
                clients.append(client)
            }
        }
        #expect(time < .seconds(4))
        for client in clients {
            let rest = String(decoding: try await client.rest(), as: UTF8.self)
            // On a slow machine a half-sent request may have met its own deadline before the shutdown.
            #expect(rest.isEmpty || rest.hasPrefix("HTTP/1.1 408"))
        }
    }

    @Test func aRequestInFlightIsAnsweredAndToldThatItIsTheLast() async throws {
        let gate = Turnstile()
        try await RunningServer.run(respond: holding(gate)) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send(Self.get + Self.get)
            await gate.arrivals(1)
            let idle = try await accepted(server)
            await server.beginShutdown()
            // The idle one is closed, so the shutdown has begun when the answer is made.
            #expect(try await idle.rest().isEmpty)
            gate.open()
            let reply = try await client.reply()
            #expect(reply.status == 200)
            #expect(reply.field("connection") == "close")
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func nobodyIsAcceptedAnyMore() async throws {
        let gate = Turnstile()
        try await RunningServer.run(respond: holding(gate)) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send(Self.get)
            await gate.arrivals(1)
            let idle = try await accepted(server)
            await server.beginShutdown()
            #expect(try await idle.rest().isEmpty)
            // One or two may still get into the kernel's queue; they are closed unheard, and then there is none.
            await #expect(throws: (any Error).self) {
                for _ in 0..<50 {
                    let late = try await RawClient.connect(port: server.port)
                    #expect(try await late.rest().isEmpty)
                }
            }
            gate.open()
        }
    }

    @Test func aResponderThatDoesNotEndIsCancelledAfterItsPatience() async throws {
        let working = Turnstile()
        let respond: RunningServer.Respond = { _, _ in
            working.arrive()
            await untilCancelled()
            return Response(status: .ok)
        }
        let time = try await RunningServer.run({ $0.shutdown = .milliseconds(300) }, respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send(Self.get)
            await working.arrivals(1)
        }
        #expect(time < .seconds(4))
    }

    @Test func webSocketsAreToldThatTheServerGoesAway() async throws {
        var client: RawClient?
        let time = try await RunningServer.run { server in
            client = try await RawClient.webSocket(port: server.port)
        }
        let frame = try await client?.frame()
        #expect(frame?.closeCode == 1001)
        // This client never answers the close frame.
        #expect(time < .seconds(4))
    }

    @Test func aHandshakeThatIsBeingDecidedIsToldToo() async throws {
        let gate = Turnstile()
        try await RunningServer.run(openWebSocket: { _, _, channel in
            await gate.pass()
            try? await channel.eventLoop.submit {}.get()
            return .accept(onOpen: { _ in })
        }) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send(RawClient.upgrade)
            await gate.arrivals(1)
            let idle = try await accepted(server)
            await server.beginShutdown()
            #expect(try await idle.rest().isEmpty)
            gate.open()
            #expect(try await client.head().hasPrefix("HTTP/1.1 101 "))
            #expect(try await client.frame()?.closeCode == 1001)
            client.close()
        }
    }

    @Test func aClientThatReadsNothingDoesNotHoldItUp() async throws {
        let opened = Turnstile()
        let open: RunningServer.Open = { _, _, _ in
            .accept { socket in
                let frame = EncodedFrame(text: ByteBuffer(repeating: 0x61, count: 60_000))
                for _ in 0..<15 { socket.offer(frame) }
                opened.arrive()
                await socket.waitUntilClosed()
            }
        }
        let time = try await RunningServer.run({ $0.sendBufferBytes = 8192 }, openWebSocket: open) { server in
            _ = try await RawClient.webSocket(port: server.port, reads: false, receiveBuffer: 8192)
            await opened.arrivals(1)
        }
        #expect(time < .seconds(4))
    }

    @Test func anAddressInUseIsAnError() async throws {
        try await RunningServer.run { server in
            await #expect(throws: (any Error).self) {
                try await RunningServer.run({ $0.port = server.port }) { _ in }
            }
        }
    }
}
