import RedisStreams
import Testing

@Suite("An error as the server sends it", .timeLimit(.minutes(1)))
struct TypedErrorTests {
    private static let errors: [(bytes: String, kind: RedisServerError.Kind)] = [
        ("-OOM command not allowed when used memory > 'maxmemory'.\r\n", .oom),
        ("-MISCONF Redis is configured to save RDB snapshots, but it's unable to persist on disk.\r\n", .misconf),
        ("-READONLY You can't write against a read only replica.\r\n", .readonly),
        ("-LOADING Redis is loading the dataset in memory\r\n", .loading),
        ("-NOAUTH Authentication required.\r\n", .noauth),
        ("-NOGROUP No such key 'k' or consumer group 'g' in XREADGROUP with GROUP option\r\n", .nogroup),
        ("-MOVED 3999 127.0.0.1:6381\r\n", .moved),
        ("-WRONGPASS invalid username-password pair or user is disabled.\r\n", .wrongpass),
        ("-NOPERM this user has no permissions to run the 'xadd' command\r\n", .noperm),
        ("-BUSYGROUP Consumer Group name already exists\r\n", .busygroup),
        ("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n", .masterdown),
        ("-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n", .idNotAbove),
        ("-ERR unknown command 'X'\r\n", .other),
    ]

    @Test("reaches a lone command's caller by its kind, whole or byte by byte", arguments: errors, [false, true])
    func alone(_ error: (bytes: String, kind: RedisServerError.Kind), _ bytewise: Bool) async throws {
        let server = try await ScriptedConnection.open()
        async let outcome = server.outcome(.ping)
        _ = try await server.sent()
        try await server.reply(error.bytes, bytewise: bytewise)
        guard case .failure(.server(let refusal)) = await outcome else {
            Issue.record("\(await outcome)")
            return
        }
        #expect(refusal.kind == error.kind)
        #expect("-\(refusal.message)\r\n" == error.bytes)
        #expect(server.connection.isOpen)
    }

    @Test("is a value among a pipeline's replies, and the ones around it are untouched", arguments: errors)
    func amongOthers(_ error: (bytes: String, kind: RedisServerError.Kind)) async throws {
        let server = try await ScriptedConnection.open()
        let replies = try server.connection.begin([.ping, .xlen("a"), .ping])
        _ = try await server.sent()
        try await server.reply("+PONG\r\n\(error.bytes)+PONG\r\n")
        let values = try await replies.values()
        guard case .error(let refusal) = values[1] else {
            Issue.record("\(values)")
            return
        }
        #expect(refusal.kind == error.kind && values[0] == values[2])
    }

    @Test("is thrown by a verb that can't take it for an answer", arguments: errors)
    func verb(_ sent: (bytes: String, kind: RedisServerError.Kind)) async throws {
        let server = try await ScriptedConnection.open()
        async let length = server.connection.xlen("k")
        _ = try await server.sent()
        try await server.reply(sent.bytes)
        do {
            _ = try await length
            Issue.record("An error was taken for a length.")
        } catch {
            #expect((error as? RedisError)?.serverKind == sent.kind)
        }
    }
}
