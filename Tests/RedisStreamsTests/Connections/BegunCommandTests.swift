import NIOCore
import NIOEmbedded
import RedisStreams
import Testing

@Suite("Commands that are put on their way without a wait", .timeLimit(.minutes(1)))
struct BegunCommandTests {
    @Test("go out in the order of the calls, and each call gets its own replies", arguments: [false, true])
    func order(_ bytewise: Bool) async throws {
        let server = try await ScriptedConnection.open()
        let first = try server.connection.begin([.xlen("a"), .xlen("b")])
        let second = try server.connection.begin([.ping])
        let sent = try await server.sent() + server.sent()
        #expect(
            sent == "*2\r\n$4\r\nXLEN\r\n$1\r\na\r\n*2\r\n$4\r\nXLEN\r\n$1\r\nb\r\n*1\r\n$4\r\nPING\r\n")
        try await server.reply(":1\r\n:2\r\n+PONG\r\n", bytewise: bytewise)
        // Whoever asks late, or in another order, gets the same.
        #expect(try await second.values() == [.simple("PONG")])
        #expect(try await first.values() == [.integer(1), .integer(2)])
    }

    @Test("have errors of the server as values")
    func serverErrors() async throws {
        let server = try await ScriptedConnection.open()
        let replies = try server.connection.begin([.ping, .ping])
        _ = try await server.sent()
        try await server.reply("-OOM no room\r\n+PONG\r\n")
        #expect(try await replies.values() == [.error(RedisServerError(message: "OOM no room")), .simple("PONG")])
    }

    @Test("are told of the end of the connection, also one that came before they were asked")
    func closed() async throws {
        let server = try await ScriptedConnection.open()
        let first = try server.connection.begin([.ping])
        let second = try server.connection.begin([.ping])
        try await server.reply("+PONG\r\n")
        try await server.channel.close().get()
        #expect(try await first.values() == [.simple("PONG")])
        await #expect(throws: RedisError.closed("the server closed it")) { try await second.values() }
        let third = try server.connection.begin([.ping])
        await #expect(throws: RedisError.closed("the server closed it")) { try await third.values() }
    }

    @Test("end the connection when a reply does not come in time, by their own time-out or the options'")
    func timeout() async throws {
        let server = try await ScriptedConnection.open(RedisOptions(commandTimeout: .seconds(5)))
        let patient = try server.connection.begin([.ping], timeout: .seconds(60))
        let usual = try server.connection.begin([.ping])
        await server.advance(.milliseconds(4_999))
        #expect(server.connection.isOpen)
        await server.advance(.milliseconds(1))
        await #expect(throws: RedisError.timedOut) { try await usual.values() }
        await #expect(throws: RedisError.self) { try await patient.values() }
        #expect(!server.connection.isOpen)
    }

    @Test("let a cancelled caller go, and the replies behind still find theirs")
    func cancelled() async throws {
        let server = try await ScriptedConnection.open()
        let first = try server.connection.begin([.ping])
        let second = try server.connection.begin([.xlen("a")])
        // Only a task of its own can be cancelled alone; it is awaited at once.
        let outcome = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            do throws(RedisError) {
                return Result<[RedisValue], RedisError>.success(try await first.values())
            } catch {
                return .failure(error)
            }
        }.value
        #expect(outcome == .failure(.cancelled))
        try await server.reply("+PONG\r\n:5\r\n")
        #expect(try await second.values() == [.integer(5)])
    }

    @Test("are refused at once when they are too many or too long, and nothing is sent")
    func bounds() async throws {
        let server = try await ScriptedConnection.open()
        let long = RedisCommand("X", [RedisArgument([UInt8](repeating: 0, count: RedisLimits.commandBytes))])
        for commands in [Array(repeating: RedisCommand.ping, count: RedisLimits.pipeline + 1), [long]] {
            let error = #expect(throws: RedisError.self) { try server.connection.begin(commands) }
            guard case .notSent = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(try await server.channel.readOutbound(as: ByteBuffer.self) == nil)
        #expect(server.connection.isOpen)
    }

    @Test("beyond what may be outstanding are told so, and those before are answered")
    func outstanding() async throws {
        let server = try await ScriptedConnection.open()
        let full = Array(repeating: RedisCommand.ping, count: RedisLimits.pipeline)
        var begun: [RedisReplies] = []
        for _ in 0..<RedisLimits.outstandingCommands / RedisLimits.pipeline {
            begun.append(try server.connection.begin(full))
            _ = try await server.sent()
        }
        let refused = try server.connection.begin([.ping])
        let error = await #expect(throws: RedisError.self) { try await refused.values() }
        guard case .notSent = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await server.reply(String(repeating: "+PONG\r\n", count: RedisLimits.outstandingCommands))
        for replies in begun { #expect(try await replies.values().count == RedisLimits.pipeline) }
    }
}
