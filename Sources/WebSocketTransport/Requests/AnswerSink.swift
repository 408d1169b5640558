import HTTPTypes
import HummingbirdCore
import NIOCore

/// Takes the body that a response writes and brings it to the socket: in one piece with the head when it is short or
/// comes at once, in parts otherwise, each waited for, so that an answer never piles up in memory.
///
/// Used by one task at a time. Trailer fields are dropped: HTTP/1.0 and browsers have no use for them.
final class AnswerSink: ResponseBodyWriter {
    private enum State {
        case gathering
        case streaming(ResponseEncoder.Framing)
        case finished
    }

    private let connection: ClientConnection
    private let status: HTTPResponse.Status
    private let fields: HTTPFields
    private let length: Int?
    private let isHTTP10: Bool
    private var state = State.gathering
    private var gathered = ByteBuffer()
    private var sent = 0

    /// - Parameter length: what the body has announced, in bytes.
    init(connection: ClientConnection, response: Response, length: Int?, isHTTP10: Bool) {
        self.connection = connection
        status = response.status
        fields = response.headers
        self.length = length
        self.isHTTP10 = isHTTP10
    }

    /// Whether bytes of the answer have gone out that make another one impossible.
    var hasBegun: Bool {
        if case .gathering = state { false } else { true }
    }

    func write(_ buffer: ByteBuffer) async throws {
        guard buffer.readableBytes > 0 else { return }
        switch state {
        case .finished: return
        case .streaming(let framing): try await send(buffer, framing: framing)
        case .gathering:
            let total = gathered.readableBytes + buffer.readableBytes
            if gathered.readableBytes == 0, total <= Limits.gatheredBodyBytes || total == length {
                gathered = buffer
            } else if total <= Limits.gatheredBodyBytes {
                gathered.writeImmutableBuffer(buffer)
            } else {
                try await beginStreaming(buffer)
            }
        }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {
        switch state {
        case .finished: break
        case .gathering:
            state = .finished
            let answer = HTTPConnectionHandler.Answer(
                status: status, fields: fields, framing: .length(gathered.readableBytes), body: gathered)
            connection.onLoop { $0.begin(answer, taken: nil) }
        case .streaming(let framing):
            state = .finished
            if let length, sent != length { throw Mismatch() }
            var last = ByteBuffer()
            if framing == .chunked { last.writeStaticString("0\r\n\r\n") }
            let bytes = last
            connection.onLoop { $0.end(last: bytes) }
        }
    }

    /// A body that is not as long as its head says: the connection cannot go on after it.
    private struct Mismatch: Error {}

    private func beginStreaming(_ buffer: ByteBuffer) async throws {
        let framing: ResponseEncoder.Framing =
            if let length { .length(length) } else if isHTTP10 { .untilClose } else { .chunked }
        state = .streaming(framing)
        let answer = HTTPConnectionHandler.Answer(
            status: status, fields: fields, framing: framing, body: nil, continues: true)
        try await wait { handler, taken in handler.begin(answer, taken: taken) }
        let first = gathered
        gathered = ByteBuffer()
        if first.readableBytes > 0 { try await send(first, framing: framing) }
        try await send(buffer, framing: framing)
    }

    private func send(_ buffer: ByteBuffer, framing: ResponseEncoder.Framing) async throws {
        sent += buffer.readableBytes
        if let length, sent > length { throw Mismatch() }
        var bytes = buffer
        if framing == .chunked {
            bytes = ByteBufferAllocator().buffer(capacity: buffer.readableBytes + 16)
            ResponseEncoder.writeChunk(buffer, into: &bytes)
        }
        let part = bytes
        try await wait { handler, taken in handler.writePart(part, taken: taken) }
    }

    private func wait(
        _ body: @escaping @Sendable (HTTPConnectionHandler, EventLoopPromise<Void>) -> Void
    ) async throws {
        let taken = connection.channel.eventLoop.makePromise(of: Void.self)
        if !connection.onLoop({ body($0, taken) }) { taken.fail(HTTPConnectionHandler.AnswerError.tooLate) }
        try await taken.futureResult.get()
    }
}
