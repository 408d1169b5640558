package import NIOCore

/// Every bound of the transport, with its unit. A peer can make us hold or wait for nothing that is not listed here.
package enum Limits {
    // MARK: Listener and connections

    /// Length of the kernel's queue of connections not accepted yet.
    package static let backlog = 1024
    /// Connections accepted in one turn of the event loop.
    package static let acceptsPerTurn: UInt = 16
    /// Connections open at the same time; lowered when the process has fewer descriptors.
    package static let connections = 4096
    /// Connections of one address; loopback is exempt, a proxy or a load generator lives there.
    package static let connectionsPerAddress = 256
    /// Share of the connections that only recognised ones (staff, displays) may take, in percent.
    package static let reservedSharePercent = 25
    /// Refused connections that are being told so at the same time; more are closed without a word.
    package static let refusalsInProgress = 64
    /// Descriptors left to the rest of the process when the connection cap is computed.
    package static let spareDescriptors = 16
    /// The connection cap is never computed below this.
    package static let fewestConnections = 4
    /// Pause of the listener after an accept failed for want of descriptors or memory.
    package static let acceptBackoff = TimeAmount.milliseconds(200)

    // MARK: Reading a request

    /// Bytes of one read from the socket, smallest, first, largest.
    package static let readBytes = (smallest: 1024, first: 2048, largest: 16 * 1024)
    /// Bytes handed to the HTTP decoder at once, so at most this much is decoded ahead of the running request.
    package static let sliceBytes = 1024
    /// Raw bytes held back while a request runs. Only a client that has closed its side can send this much unread.
    package static let heldBackBytes = 256 * 1024
    /// Raw bytes of a request head, from its first byte to the empty line.
    package static let headBytes = 32 * 1024
    /// Bytes of one header field's name and value, or of the request target.
    package static let fieldBytes = 8 * 1024
    /// Header fields of a request, and trailer fields with them.
    package static let fields = 100
    /// Bytes of a request body.
    package static let bodyBytes = 64 * 1024
    /// Raw bytes of a body with its chunk sizes, extensions and trailers.
    package static let bodyWireBytes = 256 * 1024

    /// Between two requests of one connection when the second is here already. The event loop looks at the other
    /// connections meanwhile, which it would not between tasks that are ready at once.
    package static let pipelinePause = TimeAmount.microseconds(100)

    // MARK: Times of a request

    /// From accept to the end of the first request's head.
    package static let firstRequest = TimeAmount.seconds(10)
    /// Between two requests.
    package static let idle = TimeAmount.seconds(30)
    /// From the first byte of a head to the answer, unless the responder extends it.
    package static let wholeRequest = TimeAmount.seconds(15)
    /// The most that a responder may add to `wholeRequest`.
    package static let longestExtension = TimeAmount.seconds(120)
    /// From handing an answer, or a part of it, to the socket until the kernel has taken it.
    package static let unreadAnswer = TimeAmount.seconds(30)
    /// A request whose client has closed its side may still finish for this long (`nc -N`), then it is cancelled.
    package static let halfClosed = TimeAmount.seconds(1)
    /// After the last answer: input is thrown away for this long, so that a reset does not overtake the answer.
    package static let lingering = TimeAmount.seconds(2)

    // MARK: Answers and load

    /// Requests in flight in the whole server; waiting ones are not counted.
    package static let requestsInFlight = 512
    /// Bytes of an answer's body that are gathered into one write; longer bodies are streamed in parts of this size.
    package static let gatheredBodyBytes = 64 * 1024
    /// Bodies up to this many bytes are copied behind their head, longer ones are written beside it.
    package static let copiedBodyBytes = 16 * 1024
    /// Bytes in a channel's outbound buffer at which it stops, and starts again, to be writable.
    package static let outboundWaterMarks = (low: 32 * 1024, high: 64 * 1024)
    /// Seconds of `Retry-After` in the transport's own 503.
    package static let retryAfterSeconds = 1

    // MARK: Shutdown

    /// From the start of a graceful shutdown until every connection left is cut.
    package static let shutdown = TimeAmount.seconds(3)

    // MARK: WebSocket

    /// Frames waiting for one client.
    package static let mailboxFrames = 256
    /// Bytes waiting for one client. An empty mailbox takes one frame of any size up to `sentFrameBytes`.
    package static let mailboxBytes = 1024 * 1024
    /// Bytes of one frame that we send.
    package static let sentFrameBytes = 16 * 1024 * 1024
    /// Bytes of a message received, in one frame or in many.
    package static let messageBytes = 64 * 1024
    /// Frames of a message received.
    package static let messageFrames = 1024
    /// Between two pings.
    package static let pingInterval = TimeAmount.seconds(10)
    /// A client that sends nothing, no pong either, for this long is dropped.
    package static let silence = TimeAmount.seconds(25)
    /// From our close frame to the end of the TCP connection, whatever the client does.
    package static let closeHandshake = TimeAmount.seconds(2)
    /// Bytes of the reason in a close frame (RFC 6455, 5.5.1: 125 less the code).
    package static let closeReasonBytes = 123
}
