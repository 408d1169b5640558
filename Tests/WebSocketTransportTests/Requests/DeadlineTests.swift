import HTTPTypes
import HummingbirdCore
import NIOCore
import Testing
import WebSocketTransport

/// Clients and responders that take their time, with short times of the configuration.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DeadlineTests {
    @Test func aSilentConnectionIsClosedWithoutAWord() async throws {
        try await RunningServer.run({ $0.firstRequest = .milliseconds(100) }) { server in
            let client = try await RawClient.connect(port: server.port)
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func aDrippedHeadIsAnswered408() async throws {
        try await RunningServer.run({ $0.firstRequest = .seconds(1) }) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            let reply = try await client.reply()
            #expect(reply.status == 408)
            #expect(reply.body.contains("request_timeout"))
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func aDrippedBodyIsAnswered408HoweverOftenItDrips() async throws {
        try await RunningServer.run({ $0.wholeRequest = .milliseconds(300) }) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
            let dripping = Task {
                while !Task.isCancelled {
                    await client.push([0x61])
                    await Task.yield()
                }
            }
            #expect(try await client.reply().status == 408)
            dripping.cancel()
            client.close()
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        try await RunningServer.run({ $0.idle = .milliseconds(100) }) { server in
            let client = try await RawClient.connect(port: server.port)
            #expect(try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func aResponderBeyondTheDeadlineIsCancelledAndTheClientIsToldOnceThatItMayHaveActed() async throws {
        let cancelled = Turnstile()
        let respond: RunningServer.Respond = { _, _ in
            await untilCancelled()
            cancelled.arrive()
            return Response(status: .ok)
        }
        try await RunningServer.run({ $0.wholeRequest = .milliseconds(200) }, respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            let reply = try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(reply.status == 504)
            #expect(reply.body.contains("\"timed_out\""))
            #expect(try await client.rest().isEmpty)
            await cancelled.arrivals(1)
        }
    }

    @Test func anExtendedRequestOutlivesTheDeadline() async throws {
        let respond: RunningServer.Respond = { _, channel in
            ClientConnection.current?.extendDeadline(by: .seconds(20))
            // Longer than the deadline below, which would cancel this if the extension did not work.
            let eventLoop = channel.eventLoop
            try? await eventLoop.scheduleTask(in: .milliseconds(1500)) {}.futureResult.get()
            return Response(status: Task.isCancelled ? .internalServerError : .ok)
        }
        try await RunningServer.run({ $0.wholeRequest = .seconds(1) }, respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            #expect(try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            client.close()
        }
    }

    @Test(arguments: [true, false])
    func aWaitingRequestIsCancelledWhenItsClientLeaves(_ onEventLoop: Bool) async throws {
        let waiting = Turnstile()
        let left = Turnstile()
        let respond: RunningServer.Respond = { _, _ in
            ClientConnection.current?.extendDeadline(by: .seconds(60))
            ClientConnection.current?.markWaiting()
            waiting.arrive()
            await untilCancelled()
            left.arrive()
            return Response(status: .noContent)
        }
        try await RunningServer.run({ $0.respondsOnEventLoop = onEventLoop }, respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await waiting.arrivals(1)
            client.close()
            await left.arrivals(1)
        }
    }

    @Test func aWorkingRequestIsCancelledSoonAfterItsClientLeft() async throws {
        let working = Turnstile()
        let left = Turnstile()
        let respond: RunningServer.Respond = { _, _ in
            working.arrive()
            await untilCancelled()
            left.arrive()
            return Response(status: .ok)
        }
        try await RunningServer.run(respond: respond) { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await working.arrivals(1)
            client.close()
            await left.arrivals(1)
        }
    }

    @Test func anAnswerThatIsNotReadEndsTheConnection() async throws {
        let ended = Turnstile()
        let respond: RunningServer.Respond = { _, channel in
            channel.closeFuture.whenComplete { _ in ended.arrive() }
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 0x61, count: 16 << 20)))
        }
        try await RunningServer.run(
            { configuration in
                configuration.unreadAnswer = .milliseconds(300)
                configuration.sendBufferBytes = 8192
            },
            respond: respond
        ) { server in
            let client = try await RawClient.connect(port: server.port, reads: false, receiveBuffer: 8192)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await ended.arrivals(1)
            client.close()
        }
    }

    @Test func beyondThePlacesInFlightRequestsAreRefusedAtOnce() async throws {
        let gate = Turnstile()
        let respond: RunningServer.Respond = { _, _ in
            await gate.pass()
            return Response(status: .ok)
        }
        try await RunningServer.run({ $0.requestsInFlight = 2 }, respond: respond) { server in
            var busy: [RawClient] = []
            for _ in 0..<2 {
                let client = try await RawClient.connect(port: server.port)
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                busy.append(client)
            }
            await gate.arrivals(2)
            let third = try await RawClient.connect(port: server.port)
            let refused = try await third.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(refused.status == 503)
            #expect(refused.field("retry-after") == "1")
            #expect(refused.field("content-type") == "application/problem+json")
            gate.open()
            for client in busy { #expect(try await client.reply().status == 200) }
            // The connection stays: to open a new one would cost an overloaded server more.
            #expect(try await third.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            for client in busy + [third] { client.close() }
        }
    }

    @Test func waitingRequestsTakeNoPlace() async throws {
        let gate = Turnstile()
        let respond: RunningServer.Respond = { request, _ in
            if request.uri.path == "/wait" {
                ClientConnection.current?.markWaiting()
                await gate.pass()
                ClientConnection.current?.endWaiting()
            }
            return Response(status: .ok)
        }
        try await RunningServer.run({ $0.requestsInFlight = 1 }, respond: respond) { server in
            var waiters: [RawClient] = []
            for _ in 0..<5 {
                let client = try await RawClient.connect(port: server.port)
                client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                waiters.append(client)
            }
            await gate.arrivals(5)
            let other = try await RawClient.connect(port: server.port)
            #expect(try await other.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            gate.open()
            for client in waiters + [other] { client.close() }
        }
    }
}

/// Waits until the current task is cancelled.
func untilCancelled() async {
    let (stream, source) = AsyncStream<Void>.makeStream()
    await withTaskCancellationHandler {
        for await _ in stream {}
    } onCancel: {
        source.finish()
    }
}
