import NIOCore
import NIOEmbedded
import RedisStreams
import Testing

/// A connection whose server is the test: it sees what is sent, says what is answered and moves the clock.
struct ScriptedConnection: Sendable {
    let channel: NIOAsyncTestingChannel
    let connection: RedisConnection

    static func open(_ options: RedisOptions = RedisOptions()) async throws -> ScriptedConnection {
        let channel = NIOAsyncTestingChannel()
        let connection = try await RedisConnection.adopt(channel, options: options).get()
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 6_379)).get()
        return ScriptedConnection(channel: channel, connection: connection)
    }

    /// The next write, as text.
    func sent() async throws -> String {
        String(buffer: try await channel.waitForOutboundWrite(as: ByteBuffer.self))
    }

    /// Answers, whole or byte by byte.
    func reply(_ text: String, bytewise: Bool = false) async throws {
        guard bytewise else {
            try await channel.writeInbound(ByteBuffer(string: text))
            return
        }
        for byte in text.utf8 { try await channel.writeInbound(ByteBuffer(bytes: [byte])) }
    }

    func advance(_ time: TimeAmount) async { await channel.testingEventLoop.advanceTime(by: time) }

    /// The command's outcome as it is, for comparisons.
    func outcome(_ command: RedisCommand, timeout: Duration? = nil) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) {
            return .success(try await connection.send(command, timeout: timeout))
        } catch {
            return .failure(error)
        }
    }
}
