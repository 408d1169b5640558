import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing
import WebSocketTransport

@Suite(.serialized, .timeLimit(.minutes(2))) struct CapacityTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func aConnectionWithoutRoomIsTold503() async throws {
        let gate = Turnstile()
        let respond: RunningServer.Respond = { _, _ in
            await gate.pass()
            return Response(status: .ok)
        }
        try await RunningServer.run(
            {
                $0.connections = 4
                $0.reservedSharePercent = 25
            }, respond: respond
        ) { server in
            var busy: [RawClient] = []
            for _ in 0..<3 {
                let client = try await RawClient.connect(port: server.port)
                client.send(Self.get)
                busy.append(client)
            }
            await gate.arrivals(3)
            let fourth = try await RawClient.connect(port: server.port)
            let reply = try await fourth.reply()
            #expect(reply.status == 503)
            #expect(reply.field("retry-after") == "1")
            #expect(reply.body.contains("\"code\":\"overloaded\""))
            #expect(try await fourth.rest().isEmpty)
            gate.open()
            for client in busy { #expect(try await client.reply().status == 200) }
            for client in busy { client.close() }
        }
    }

    @Test func anIdleStrangerMakesRoomForANewcomer() async throws {
        try await RunningServer.run({
            $0.connections = 2
            $0.reservedSharePercent = 0
        }) { server in
            let first = try await RawClient.connect(port: server.port)
            #expect(try await first.ask(Self.get).status == 200)
            let second = try await RawClient.connect(port: server.port)
            #expect(try await second.ask(Self.get).status == 200)
            let third = try await RawClient.connect(port: server.port)
            #expect(try await third.ask(Self.get).status == 200)
            #expect(try await first.rest().isEmpty)
            #expect(try await second.ask(Self.get).status == 200)
            second.close()
            third.close()
        }
    }

    @Test func aRecognisedConnectionStaysWhenRoomIsScarce() async throws {
        let respond: RunningServer.Respond = { request, _ in
            if request.uri.path == "/staff" { ClientConnection.current?.recognise() }
            return Response(status: .ok)
        }
        try await RunningServer.run(
            {
                $0.connections = 4
                $0.reservedSharePercent = 50
            }, respond: respond
        ) { server in
            let staff = try await RawClient.connect(port: server.port)
            #expect(try await staff.ask("GET /staff HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            var strangers: [RawClient] = []
            for _ in 0..<8 {
                let client = try await RawClient.connect(port: server.port)
                #expect(try await client.ask(Self.get).status == 200)
                strangers.append(client)
            }
            #expect(try await staff.ask(Self.get).status == 200)
            for client in strangers.prefix(6) { #expect(try await client.rest().isEmpty) }
            for client in strangers.suffix(2) + [staff] { client.close() }
        }
    }

    /// Every kind of client that does not go by itself; afterwards the ledger must be empty again, and with it the
    /// descriptors, which are closed before their connection leaves it.
    @Test func abusiveConnectionsGiveTheirPlacesBack() async throws {
        try await RunningServer.run(
            { configuration in
                configuration.connections = 60
                configuration.reservedSharePercent = 0
                configuration.firstRequest = .milliseconds(300)
                configuration.wholeRequest = .milliseconds(300)
                configuration.idle = .milliseconds(300)
                configuration.unreadAnswer = .milliseconds(300)
                configuration.silence = .milliseconds(300)
                configuration.sendBufferBytes = 8192
            },
            respond: { request, _ in
                let size = request.uri.path == "/large" ? 4 << 20 : 1
                return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 0x61, count: size)))
            }
        ) { server in
            var clients: [RawClient] = []
            for index in 0..<50 {
                let client = try await RawClient.connect(port: server.port, reads: false, receiveBuffer: 8192)
                switch index % 6 {
                case 0: break
                case 1: client.send("GET / HTTP/1.1\r\nX: ")
                case 2: client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1")
                case 3: client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
                case 4: client.send(RawClient.upgrade)
                default:
                    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;xxxx")
                }
                clients.append(client)
            }
            // All places are taken until the server has thrown the abusers out; none of them goes by itself.
            var served = 0
            while served < 60 {
                let client = try await RawClient.connect(port: server.port)
                if try await client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status == 200 {
                    served += 1
                }
                client.close()
            }
            for client in clients { client.close() }
        }
    }

    @Test func theSoftDescriptorLimitIsRaisedToTheHardOne() {
        let raised = DescriptorLimit.raise()
        #expect(raised == DescriptorLimit.current)
        #expect(DescriptorLimit.raise() == raised)
        #expect(DescriptorLimit.openDescriptors() > 2)
        #expect(DescriptorLimit.affordableConnections(wanted: 1) == 1)
        #expect(DescriptorLimit.affordableConnections(wanted: .max) < raised)
    }
}
