import QueueTestSupport
import Testing

/// The transport as a process, for what cannot be tried inside the test's own: descriptors and signals.
@Suite(.serialized, .timeLimit(.minutes(2))) struct EchoProgramTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private func answers(_ program: EchoProgram) -> Bool {
        guard let plug = Plug(port: program.port) else { return false }
        plug.send(Self.get)
        return plug.receive().hasPrefix("HTTP/1.1 200 OK")
    }

    @Test func itEndsWithZeroBesideTwoHundredOpenSockets() async throws {
        let program = try await EchoProgram()
        let plugs = (0..<200).compactMap { index in
            let plug = Plug(port: program.port)
            if index % 3 == 1 { plug?.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1") }
            if index % 3 == 2 { plug?.send("GET / HTT") }
            return plug
        }
        #expect(plugs.count == 200)
        #expect(answers(program))
        let (end, time) = await program.terminate()
        #expect(end == .exited(code: 0))
        #expect(time < .seconds(5))
    }

    @Test func withFewDescriptorsItShedsAndLives() async throws {
        let program = try await EchoProgram(openFiles: 64)
        var plugs = (0..<200).compactMap { _ in Plug(port: program.port) }
        #expect(answers(program))
        plugs.removeAll()
        #expect(answers(program))
    }

    /// A limit lowered behind its back makes accept fail with EMFILE.
    @Test func withoutDescriptorsItPausesAndGoesOn() async throws {
        let program = try await EchoProgram()
        let first = try #require(Plug(port: program.port))
        first.send(Self.get)
        #expect(first.receive().hasPrefix("HTTP/1.1 200 OK"))
        try await program.limitDescriptors(program.descriptors + 3)
        var plugs = (0..<40).compactMap { _ in Plug(port: program.port) }
        first.send(Self.get)
        #expect(first.receive().hasPrefix("HTTP/1.1 200 OK"))
        plugs.removeAll()
        #expect(answers(program))
    }

    @Test func abusersGiveTheirDescriptorsBack() async throws {
        let program = try await EchoProgram()
        #expect(answers(program))
        let plugs = (0..<50).compactMap { _ in Plug(port: program.port) }
        #expect(answers(program))
        let before = program.descriptors - plugs.count
        // Silent, dripping a head, dripping a body, and a chunk without end: the longest may stay for 15 seconds.
        let beginnings = [
            "", "GET / HTTP/1.1\r\nX: ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;",
        ]
        for (index, plug) in plugs.enumerated() { plug.send(beginnings[index % 4]) }
        let start = ContinuousClock.now
        while program.descriptors > before + 3, start.duration(to: .now) < .seconds(25) {
            for (index, plug) in plugs.enumerated() where index % 4 > 0 { plug.send("x") }
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(program.descriptors <= before + 3)
    }
}
