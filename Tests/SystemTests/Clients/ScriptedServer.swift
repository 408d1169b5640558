import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A server for the tests of the test clients: it answers the first bytes of each connection with the next script, and
/// closes if the script says so.
final class ScriptedServer: Sendable {
    struct Script: Sendable {
        var answer: ByteBuffer
        var closes: Bool

        init(answer: String, frames: [ByteBuffer] = [], closes: Bool = false) {
            self.answer = ByteBuffer(string: answer)
            for frame in frames { self.answer.writeImmutableBuffer(frame) }
            self.closes = closes
        }
    }

    let port: Int
    private let listener: any Channel
    private let state: State

    final class State: Sendable {
        /// Guards what is still to be answered, and what was received.
        let content = Mutex<(scripts: [Script], received: [String])>(([], []))
    }

    private init(listener: any Channel, port: Int, state: State) {
        self.listener = listener
        self.port = port
        self.state = state
    }

    static func start(_ scripts: [Script]) async throws -> ScriptedServer {
        let state = State()
        state.content.withLock { $0.scripts = scripts }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Actor(state))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(listener: listener, port: try #require(listener.localAddress?.port), state: state)
    }

    var received: [String] { state.content.withLock { $0.received } }

    func stop() async throws { try await listener.close().get() }

    private final class Actor: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let state: State

        init(_ state: State) { self.state = state }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            let script = state.content.withLock { content in
                content.received.append(text)
                return content.scripts.isEmpty ? nil : content.scripts.removeFirst()
            }
            guard let script else { return }
            let channel = context.channel
            let written = channel.writeAndFlush(script.answer)
            if script.closes { written.whenComplete { _ in channel.close(promise: nil) } }
        }
    }
}
