import NIOCore
import QueueTestSupport
import Testing

/// The test clients tested: a harness that overlooks something proves nothing.
@Suite struct ClientTests {
    private static let created = "HTTP/1.1 201 Created\r\nContent-Length: 8\r\n\r\n{\"id\":7}"

    @Test func sendsTokenKeyAndJSON() async throws {
        let server = try await ScriptedServer.start([.init(answer: Self.created)])
        let client = HTTPConnection(port: server.port, token: "secret")
        let answer = try await client.post("/tickets", ["queue_id": 1], key: "k-1")
        #expect(answer.status == 201)
        #expect(try answer.json()["id"].int == 7)
        let request = try #require(server.received.first)
        #expect(request.hasPrefix("POST /tickets HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(request.contains("Authorization: Bearer secret\r\n"))
        #expect(request.contains("Idempotency-Key: k-1\r\n"))
        #expect(request.hasSuffix("Content-Length: 14\r\nIdempotency-Key: k-1\r\n\r\n{\"queue_id\":1}"))
        await client.close()
        try await server.stop()
    }

    @Test func repeatsAKeyedRequestWhenAnIdleConnectionWasClosed() async throws {
        let server = try await ScriptedServer.start([
            .init(answer: Self.created, closes: false), .init(answer: "", closes: true), .init(answer: Self.created),
        ])
        let client = HTTPConnection(port: server.port)
        _ = try await client.post("/tickets", ["queue_id": 1], key: "a")
        let second = try await client.post("/tickets", ["queue_id": 1], key: "b")
        #expect(second.status == 201)
        #expect(server.received.count == 3)
        await client.close()
        try await server.stop()
    }

    @Test func neverRepeatsARequestWithoutAKey() async throws {
        let server = try await ScriptedServer.start([
            .init(answer: Self.created), .init(answer: "", closes: true), .init(answer: Self.created),
        ])
        let client = HTTPConnection(port: server.port)
        _ = try await client.post("/tickets", ["queue_id": 1])
        await #expect(throws: ConnectionFailure.closed(operation: "waiting for an answer")) {
            try await client.post("/tickets", ["queue_id": 1])
        }
        #expect(server.received.count == 2)
        try await server.stop()
    }

    @Test func givesUpOnASilentServer() async throws {
        let server = try await ScriptedServer.start([])
        let client = HTTPConnection(port: server.port, timeout: .milliseconds(500))
        await #expect(throws: ConnectionFailure.timedOut(operation: "receive")) { try await client.get("/livez") }
        try await server.stop()
    }

    @Test func opensAWebSocketAndReadsFramesOfEveryLength() async throws {
        let texts = [3, 126, 70_000].map { "\"" + String(repeating: "a", count: $0 - 2) + "\"" }
        var frames = texts.map { WebSocketFrame(.text, ByteBuffer(string: $0)).encoded(mask: nil) }
        frames.append(WebSocketFrame(.text, ByteBuffer(string: "[1,"), isFinal: false).encoded(mask: nil))
        frames.append(WebSocketFrame(.ping, ByteBuffer(string: "p")).encoded(mask: nil))
        frames.append(WebSocketFrame(.continuation, ByteBuffer(string: "2]")).encoded(mask: nil))
        frames.append(WebSocketFrame(.close, ByteBuffer(bytes: [0x03, 0xE9])).encoded(mask: nil))
        let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        let head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(accept)\r\n\r\n"
        let server = try await ScriptedServer.start([.init(answer: head, frames: frames)])
        let client = try await WebSocketTestClient.open(port: server.port)
        for text in texts { #expect(try await client.next() == .text(text)) }
        #expect(try await client.nextJSON() == [1, 2])
        #expect(try await client.closeCode() == 1001)
        await client.abort()
        try await server.stop()
    }

    @Test func reportsARefusedUpgrade() async throws {
        let server = try await ScriptedServer.start([
            .init(answer: "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno")
        ])
        await #expect(throws: ConnectionFailure.refused(status: 401, body: "no")) {
            try await WebSocketTestClient.open(port: server.port)
        }
        try await server.stop()
    }

    @Test func aProxyCutsAnAnswerAfterSoManyBytes() async throws {
        let server = try await ScriptedServer.start([.init(answer: Self.created), .init(answer: Self.created)])
        let proxy = try await FaultProxy.start(target: server.port)
        proxy.set(.cutAnswers(afterBytes: 20))
        let client = HTTPConnection(port: proxy.port)
        await #expect(throws: ConnectionFailure.closed(operation: "waiting for an answer")) {
            try await client.post("/tickets", ["queue_id": 1])
        }
        #expect(server.received.count == 1)
        proxy.set(.pass)
        #expect(try await client.post("/tickets", ["queue_id": 1]).status == 201)
        await client.close()
        await proxy.stop()
        try await server.stop()
    }

    @Test func aLedgerKeepsEveryRecordedLine() async throws {
        let folder = try TextFile.makeTemporaryFolder("turn-ledger")
        defer { TextFile.removeFolder(folder) }
        let path = folder + "/ledger"
        let ledger = try Ledger(path: path)
        await withTaskGroup(of: Void.self) { group in
            for number in 1...200 { group.addTask { await ledger.record("line \(number)") } }
        }
        #expect(Set(Ledger.lines(of: path)) == Set((1...200).map { "line \($0)" }))
    }

    @Test func aChildProcessReportsHowItEnded() async throws {
        let folder = try TextFile.makeTemporaryFolder("turn-child")
        defer { TextFile.removeFolder(folder) }
        let talker = try ChildProcess(
            path: "/bin/sh", arguments: ["-c", "pwd; echo \"$WORD\"; ls /proc/self/fd | wc -l; exit 3"],
            environment: ["WORD": "here", "PATH": "/usr/bin:/bin"], folder: folder, output: folder + "/talker")
        #expect(await talker.waitForEnd(within: .seconds(30)) == .exited(code: 3))
        let lines = talker.output().split(separator: "\n")
        #expect(lines.count == 3 && lines[1] == "here" && Int(lines[2]) ?? 99 <= 5)
        let sleeper = try ChildProcess(
            path: "/bin/sleep", arguments: ["60"], environment: [:], folder: folder, output: folder + "/sleeper")
        #expect(sleeper.residentBytes() ?? 0 > 0)
        await sleeper.killNow()
        #expect(sleeper.ended() == .signalled(9))
    }
}
