import NIOCore
import NIOEmbedded
import RedisStreams
import Testing

@Suite("A connection", .timeLimit(.minutes(1)))
struct RedisConnectionTests {
    @Test("gives a command its reply", arguments: [false, true])
    func oneCommand(_ bytewise: Bool) async throws {
        let server = try await ScriptedConnection.open()
        async let outcome = server.outcome(RedisCommand("GET", ["key"]))
        #expect(try await server.sent() == "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n")
        try await server.reply("$5\r\nvalue\r\n", bytewise: bytewise)
        #expect(await outcome == .success(.bulk(Array("value".utf8))))
    }

    @Test("throws a server's error and stays usable")
    func serverError() async throws {
        let server = try await ScriptedConnection.open()
        async let refused = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply("-OOM command not allowed\r\n")
        #expect(await refused == .failure(.server(RedisServerError(message: "OOM command not allowed"))))
        async let next = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply("+PONG\r\n")
        #expect(await next == .success(.simple("PONG")))
    }

    @Test("writes a pipeline at once and gives errors as values", arguments: [false, true])
    func pipeline(_ bytewise: Bool) async throws {
        let server = try await ScriptedConnection.open()
        async let values = server.connection.pipeline([.ping, .xlen("a"), .time])
        #expect(try await server.sent() == "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nXLEN\r\n$1\r\na\r\n*1\r\n$4\r\nTIME\r\n")
        try await server.reply("+PONG\r\n-LOADING wait\r\n*0\r\n", bytewise: bytewise)
        #expect(
            try await values == [.simple("PONG"), .error(RedisServerError(message: "LOADING wait")), .array([])])
    }

    @Test("sends nothing for an empty pipeline")
    func emptyPipeline() async throws {
        let server = try await ScriptedConnection.open()
        #expect(try await server.connection.pipeline([]).isEmpty)
        #expect(try await server.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("matches the replies of several callers in order")
    func callers() async throws {
        let server = try await ScriptedConnection.open()
        async let first = server.connection.pipeline([.ping, .ping])
        _ = try await server.sent()
        async let second = server.outcome(.xlen("a"))
        _ = try await server.sent()
        try await server.reply("+1\r\n+2")
        try await server.reply("\r\n:3\r\n")
        #expect(try await first == [.simple("1"), .simple("2")])
        #expect(await second == .success(.integer(3)))
    }

    @Test("lets a cancelled caller go at once and still takes its reply")
    func cancelled() async throws {
        let server = try await ScriptedConnection.open()
        // Only a task of its own can be cancelled alone; it is awaited below.
        let cancelled = Task { await server.outcome(.ping) }
        _ = try await server.sent()
        async let next = server.outcome(.xlen("a"))
        _ = try await server.sent()
        cancelled.cancel()
        #expect(await cancelled.value == .failure(.cancelled))
        try await server.reply("+PONG\r\n:5\r\n")
        #expect(await next == .success(.integer(5)))
    }

    @Test("sends nothing for a task that is cancelled already")
    func cancelledBefore() async throws {
        let server = try await ScriptedConnection.open()
        // It cancels itself before it sends, which no task of the test may do.
        let outcome = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await server.outcome(.ping)
        }.value
        #expect(outcome == .failure(.cancelled))
        #expect(try await server.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("closes when a reply does not come in time, and nobody gets a late one")
    func timeout() async throws {
        let server = try await ScriptedConnection.open(RedisOptions(commandTimeout: .seconds(5)))
        async let other = server.outcome(.xlen("a"), timeout: .seconds(60))
        _ = try await server.sent()
        async let late = server.outcome(.ping)
        _ = try await server.sent()
        await server.advance(.milliseconds(4_999))
        #expect(server.connection.isOpen)
        await server.advance(.milliseconds(1))
        #expect(await late == .failure(.timedOut))
        guard case .failure(.closed) = await other else {
            Issue.record("Another command's caller was not told.")
            return
        }
        #expect(!server.connection.isOpen)
        guard case .failure(.closed) = await server.outcome(.ping) else {
            Issue.record("A closed connection took a command.")
            return
        }
    }

    @Test("waits longer for a blocking read than for other commands")
    func blockingRead() async throws {
        let server = try await ScriptedConnection.open(RedisOptions(commandTimeout: .seconds(5)))
        async let reads = server.connection.xreadgroup(
            group: "g", consumer: "c", count: 1, block: .seconds(10), streams: [("a", ">")])
        _ = try await server.sent()
        await server.advance(.milliseconds(14_900))
        try await server.reply("*-1\r\n")
        #expect(try await reads.isEmpty)
    }

    @Test("keeps no timer of a command that was answered")
    func timerEnds() async throws {
        let server = try await ScriptedConnection.open()
        async let outcome = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply("+PONG\r\n")
        _ = await outcome
        await server.advance(.hours(1))
        #expect(server.connection.isOpen)
    }

    @Test("tells everybody when the server closes, also in the middle of a reply", arguments: ["", "+PO", "$5\r\nab"])
    func serverCloses(_ begun: String) async throws {
        let server = try await ScriptedConnection.open()
        async let first = server.outcome(.ping)
        _ = try await server.sent()
        async let second = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply(begun)
        try await server.channel.close().get()
        #expect(await first == .failure(.closed("the server closed it")))
        #expect(await second == .failure(.closed("the server closed it")))
    }

    @Test(
        "closes on what is no reply",
        arguments: ["?\r\n", "$1099511627776\r\n", "*1073741824\r\n", "$-2\r\n", "HTTP/1.1 400\r\n"])
    func violation(_ bytes: String) async throws {
        let server = try await ScriptedConnection.open()
        async let outcome = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply(bytes)
        guard case .failure(.protocolViolation) = await outcome else {
            Issue.record("\(await outcome)")
            return
        }
        #expect(!server.connection.isOpen)
    }

    @Test("gives the replies before a violation to their callers")
    func violationBehind() async throws {
        let server = try await ScriptedConnection.open()
        async let first = server.outcome(.ping)
        _ = try await server.sent()
        async let second = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply("+PONG\r\n?")
        #expect(await first == .success(.simple("PONG")))
        guard case .failure(.protocolViolation) = await second else {
            Issue.record("\(await second)")
            return
        }
    }

    @Test("closes on a reply that nobody asked for, and keeps the server's words")
    func unsolicited() async throws {
        let server = try await ScriptedConnection.open()
        try await server.reply("-ERR max number of clients reached\r\n")
        #expect(!server.connection.isOpen)
        #expect(await server.outcome(.ping) == .failure(.closed("ERR max number of clients reached")))
    }

    @Test("closes from this side, once or twice, and tells who waits")
    func close() async throws {
        let server = try await ScriptedConnection.open()
        async let outcome = server.outcome(.ping)
        _ = try await server.sent()
        await server.connection.close()
        await server.connection.close()
        #expect(await outcome == .failure(.closed("closed by this side")))
        #expect(await server.outcome(.ping) == .failure(.closed("closed by this side")))
    }

    @Test("refuses what is beyond a bound and stays open")
    func bounds() async throws {
        let server = try await ScriptedConnection.open()
        let tooMany = Array(repeating: RedisCommand.ping, count: RedisLimits.pipeline + 1)
        let tooLong = RedisCommand("X", [RedisArgument([UInt8](repeating: 0, count: RedisLimits.commandBytes))])
        let tooWide = RedisCommand("X", Array(repeating: 1, count: RedisLimits.commandArguments))
        let large = RedisCommand("X", [RedisArgument([UInt8](repeating: 0, count: RedisLimits.commandBytes / 2))])
        for commands in [tooMany, [tooLong], [tooWide], Array(repeating: large, count: 9)] {
            let error = await #expect(throws: RedisError.self) { try await server.connection.pipeline(commands) }
            guard case .notSent = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(server.connection.isOpen)
        #expect(try await server.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("refuses more outstanding commands than its bound, and the others are answered")
    func outstandingBound() async throws {
        let server = try await ScriptedConnection.open()
        let full = Array(repeating: RedisCommand.ping, count: RedisLimits.pipeline)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<RedisLimits.outstandingCommands / RedisLimits.pipeline {
                group.addTask { try await server.connection.pipeline(full).count }
                _ = try await server.sent()
            }
            guard case .failure(.notSent) = await server.outcome(.ping) else {
                Issue.record("A command beyond the bound was sent.")
                return
            }
            try await server.reply(String(repeating: "+PONG\r\n", count: RedisLimits.outstandingCommands))
            for try await count in group { #expect(count == RedisLimits.pipeline) }
        }
    }

    @Test("closes when its last user lets it go")
    func lastReference() async throws {
        let channel = try await ScriptedConnection.open().channel
        try await channel.closeFuture.get()
        #expect(!channel.isActive)
    }
}
