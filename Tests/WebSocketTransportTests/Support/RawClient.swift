import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that sends exact bytes and shows exact bytes; it knows nothing of HTTP but how to tell an answer's end.
final class RawClient: Sendable {
    /// An answer as it came.
    struct Reply: Equatable, Sendable {
        var status: Int
        var head: String
        var body: String

        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").dropFirst().first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { $0.drop { $0 != ":" }.dropFirst().drop { $0 == " " } }.map(String.init)
        }
    }

    struct TimedOut: Error {
        var seen: String
    }

    private struct Inbox {
        var bytes = ByteBuffer()
        var isClosed = false
        var attempt: (@Sendable (inout ByteBuffer, Bool) -> Bool)?
    }

    private let channel: any Channel
    /// Guards what has come and who waits for it.
    private let inbox: Box

    private final class Box: Sendable {
        let state = Mutex(Inbox())

        func arrived(_ bytes: ByteBuffer?, isClosed: Bool = false) {
            state.withLock { state in
                if let bytes { state.bytes.writeImmutableBuffer(bytes) }
                if isClosed { state.isClosed = true }
                if let attempt = state.attempt, attempt(&state.bytes, state.isClosed) { state.attempt = nil }
            }
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let box: Box

        init(_ box: Box) { self.box = box }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { box.arrived(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { box.arrived(nil, isClosed: true) }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { box.arrived(nil, isClosed: true) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            box.arrived(nil, isClosed: true)
            context.close(promise: nil)
        }
    }

    private init(channel: any Channel, inbox: Box) {
        self.channel = channel
        self.inbox = inbox
    }

    /// - Parameter reads: false makes a client that never reads.
    static func connect(port: Int, reads: Bool = true, receiveBuffer: Int? = nil) async throws -> RawClient {
        let box = Box()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(box))
                }
            }
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: .init(receiveBuffer))
        }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, inbox: box)
    }

    /// Sends without waiting for the socket to take it.
    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    /// Sends and waits until the kernel has taken it, or the connection is gone.
    func push(_ bytes: [UInt8]) async {
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func endInput() { channel.close(mode: .output, promise: nil) }

    func close() { channel.close(promise: nil) }

    /// The next whole answer.
    func reply(to method: String = "GET", within time: TimeAmount = .seconds(10)) async throws -> Reply {
        try await wait(time) { bytes, isClosed in Self.takeReply(&bytes, isClosed: isClosed, isHead: method == "HEAD") }
    }

    /// Sends a request and returns its answer.
    func ask(_ text: String, within time: TimeAmount = .seconds(10)) async throws -> Reply {
        send(text)
        return try await reply(to: text.hasPrefix("HEAD") ? "HEAD" : "GET", within: time)
    }

    /// The next `count` bytes.
    func bytes(_ count: Int, within time: TimeAmount = .seconds(10)) async throws -> [UInt8] {
        try await wait(time) { bytes, _ in bytes.readBytes(length: count) }
    }

    /// Everything up to the end of the connection, which is then closed on this side too.
    func rest(within time: TimeAmount = .seconds(10)) async throws -> [UInt8] {
        defer { close() }
        return try await wait(time) { bytes, isClosed in isClosed ? bytes.readBytes(length: bytes.readableBytes) : nil }
    }

    /// The head of an answer, up to the empty line.
    func head(within time: TimeAmount = .seconds(10)) async throws -> String {
        try await wait(time) { bytes, _ in
            guard let end = Self.endOfHead(bytes) else { return nil }
            return bytes.readString(length: end)
        }
    }

    /// Runs `attempt` now and whenever something has come, until it returns a value.
    func wait<Value: Sendable>(
        _ time: TimeAmount, for attempt: @escaping @Sendable (inout ByteBuffer, Bool) -> Value?
    ) async throws -> Value {
        let promise = channel.eventLoop.makePromise(of: Value.self)
        let timeout = channel.eventLoop.scheduleTask(in: time) { [inbox] in
            let seen = inbox.state.withLock { state in
                state.attempt = nil
                return String(buffer: state.bytes)
            }
            promise.fail(TimedOut(seen: String(seen.prefix(500))))
        }
        promise.futureResult.whenSuccess { _ in timeout.cancel() }
        inbox.state.withLock { state in
            let tries: @Sendable (inout ByteBuffer, Bool) -> Bool = { bytes, isClosed in
                guard let value = attempt(&bytes, isClosed) else { return false }
                promise.succeed(value)
                return true
            }
            if !tries(&state.bytes, state.isClosed) { state.attempt = tries }
        }
        return try await promise.futureResult.get()
    }

    private static func endOfHead(_ bytes: ByteBuffer) -> Int? {
        let view = bytes.readableBytesView
        guard view.count >= 4 else { return nil }
        for start in view.startIndex...(view.endIndex - 4) where view[start] == 13 {
            if view[start + 1] == 10, view[start + 2] == 13, view[start + 3] == 10 {
                return start + 4 - view.startIndex
            }
        }
        return nil
    }

    private static func takeReply(_ bytes: inout ByteBuffer, isClosed: Bool, isHead: Bool) -> Reply? {
        guard let end = endOfHead(bytes), let head = bytes.getString(at: bytes.readerIndex, length: end) else {
            return isClosed
                ? Reply(status: 0, head: "", body: bytes.readString(length: bytes.readableBytes) ?? "") : nil
        }
        let words = head.split(separator: " ", maxSplits: 2)
        var reply = Reply(status: words.count > 1 ? Int(words[1]) ?? 0 : 0, head: head, body: "")
        let length = isHead ? 0 : reply.field("content-length").flatMap { Int($0) } ?? 0
        guard let body = bytes.getString(at: bytes.readerIndex + end, length: length) else { return nil }
        bytes.moveReaderIndex(forwardBy: end + length)
        reply.body = body
        return reply
    }
}
