import HTTPTypes
package import HummingbirdCore
package import NIOCore
import Synchronization

/// What a server does with a WebSocket handshake.
package enum WebSocketDecision: Sendable {
    /// There is no WebSocket at this path: the offer is ignored (RFC 9110, section 7.8) and the request answered like
    /// any other.
    case ignore
    /// Answer like an ordinary request, then close.
    case refuse(Response)
    /// Take it. `onOpen` runs in the connection's task, which is cancelled when the connection closes; its return
    /// closes nothing.
    case accept(onOpen: @Sendable (WebSocketConnection) async -> Void)
}

/// One open WebSocket. All members may be used from any thread or task and none but ``waitUntilClosed()`` waits.
///
/// Frames go into a mailbox bounded in frames and bytes, from which the event loop writes as much as the client takes,
/// with one flush for all that waits. A client that does not keep up is closed with 1013 and delays nobody.
package final class WebSocketConnection: Sendable {
    /// Number of the connection, unique while the server runs.
    package let id: UInt64
    /// Where the client is; nil for sockets without an address.
    package let remoteAddress: SocketAddress?

    private let channel: any Channel
    private let connection: ClientConnection

    private struct Shared {
        var mailbox: Mailbox
        /// The handler of the channel, from the start of the protocol to its end.
        var handler: NIOLoopBound<WebSocketHandler>?
    }

    /// Guards the mailbox and who empties it.
    private let shared: Mutex<Shared>

    init(connection: ClientConnection, configuration: TransportConfiguration) {
        self.connection = connection
        id = connection.id
        remoteAddress = connection.remoteAddress
        channel = connection.channel
        let mailbox = Mailbox(frameLimit: configuration.mailboxFrames, byteLimit: configuration.mailboxBytes)
        shared = Mutex(Shared(mailbox: mailbox))
    }

    /// Whether nothing can be sent any more: closed, or closing, by either side.
    package var isClosed: Bool { shared.withLock { $0.mailbox.isClosed } }

    /// Frames that wait in the mailbox; what the kernel has taken is not counted.
    package var pendingFrames: Int { shared.withLock { $0.mailbox.count } }

    /// Encodes a text frame and offers it. For many connections make an ``EncodedFrame`` once and offer that.
    ///
    /// - Returns: whether it was taken; false: the connection is closed, or now closes with 1013.
    @discardableResult
    package func offer(_ text: ByteBuffer) -> Bool {
        offer(EncodedFrame(text: text))
    }

    /// Puts a frame into the mailbox.
    ///
    /// - Returns: whether it was taken; false: the connection is closed, or now closes with 1013 because
    ///   `Limits.mailboxFrames` or `Limits.mailboxBytes` are reached. An empty mailbox takes one frame of any size up
    ///   to `Limits.sentFrameBytes`.
    @discardableResult
    package func offer(_ frame: EncodedFrame) -> Bool {
        let (receipt, handler) = shared.withLock { ($0.mailbox.offer(frame), $0.handler) }
        switch receipt {
        case .taken(let wakes):
            if wakes { wake(handler) }
            return true
        case .overflowed(let wakes):
            if wakes { wake(handler) }
            return false
        case .closed:
            return false
        }
    }

    /// Sends what waits, then the close frame, then ends the connection: when the client has answered, or after
    /// `Limits.closeHandshake`. Repeating it does nothing.
    ///
    /// - Parameters:
    ///   - code: 1000…4999, of RFC 6455 or the application's own.
    ///   - reason: cut to `Limits.closeReasonBytes`.
    package func close(_ code: UInt16, reason: String = "") {
        precondition((1000...4999).contains(code), "A close code lies between 1000 and 4999.")
        let (wakes, handler) = shared.withLock { ($0.mailbox.close(code: code, reason: reason), $0.handler) }
        if wakes { wake(handler) }
    }

    /// Returns when the TCP connection has ended. Cancelling does not end the wait; closing does.
    package func waitUntilClosed() async {
        // The future is only ever succeeded.
        try? await channel.closeFuture.get()
    }

    private func wake(_ handler: NIOLoopBound<WebSocketHandler>?) {
        // Before the protocol has started there is no handler; it looks into the mailbox when it starts.
        guard let handler else { return }
        channel.eventLoop.execute { handler.value.drain() }
    }

    // MARK: From the handler, on the event loop

    func attach(_ handler: WebSocketHandler?) {
        let bound = handler.map { NIOLoopBound($0, eventLoop: channel.eventLoop) }
        shared.withLock { shared in
            shared.handler = bound
            if bound == nil { shared.mailbox.finish() }
        }
    }

    func next(isWritable: Bool) -> Mailbox.Next {
        shared.withLock { $0.mailbox.next(isWritable: isWritable) }
    }

    /// The event loop begins to empty the mailbox. Returns whether the close frame is in it.
    func awake() -> Bool {
        shared.withLock { shared in
            shared.mailbox.awake()
            return shared.mailbox.isClosing
        }
    }

    /// Nothing is sent any more.
    func finish() {
        shared.withLock { $0.mailbox.finish() }
    }
}
