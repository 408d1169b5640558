package import NIOCore

/// What a listener is told at its start. Every bound has its default in ``Limits``; tests make them small.
package struct TransportConfiguration: Sendable {
    /// What a WebSocket does with text and binary messages.
    package enum MessagePolicy: Sendable {
        /// Any message closes with 1003: the connection only ever sends.
        case refuse
        /// Every message comes back as it was, in one frame.
        case echo
    }

    /// Host name or address to bind. Default 127.0.0.1.
    package var host: String
    /// Port to bind; 0 lets the kernel choose, `onListening` tells which.
    package var port: Int
    /// Value of the `Server` field of every answer; nil leaves it out.
    package var serverName: String?
    /// What WebSockets do with messages. Default `.refuse`.
    package var messages = MessagePolicy.refuse

    /// Connections at the same time, lowered to what the process's descriptors allow.
    package var connections = Limits.connections
    /// Connections of one address that is not loopback.
    package var connectionsPerAddress = Limits.connectionsPerAddress
    /// Percent of `connections` kept for recognised ones, 0…100.
    package var reservedSharePercent = Limits.reservedSharePercent
    /// Requests in flight in the whole server, waiting ones not counted.
    package var requestsInFlight = Limits.requestsInFlight
    /// Bytes of a request body.
    package var bodyBytes = Limits.bodyBytes
    /// From accept to the end of the first head.
    package var firstRequest = Limits.firstRequest
    /// Between two requests.
    package var idle = Limits.idle
    /// From the first byte of a head to the answer.
    package var wholeRequest = Limits.wholeRequest
    /// Until the client has taken what was written.
    package var unreadAnswer = Limits.unreadAnswer
    /// From the start of a graceful shutdown until the rest is cut.
    package var shutdown = Limits.shutdown
    /// Frames waiting for one WebSocket client.
    package var mailboxFrames = Limits.mailboxFrames
    /// Bytes waiting for one WebSocket client.
    package var mailboxBytes = Limits.mailboxBytes
    /// Between two pings of a WebSocket.
    package var pingInterval = Limits.pingInterval
    /// Silence after which a WebSocket is dropped.
    package var silence = Limits.silence
    /// From our close frame to the end of the TCP connection.
    package var closeHandshake = Limits.closeHandshake
    /// What connections are encrypted with; nil = they are not.
    package var tls: TransportTLS?
    /// The kernel's send buffer of a connection in bytes; nil leaves it to the kernel.
    package var sendBufferBytes: Int?
    /// Whether the responder starts on the connection's event loop, which saves two thread changes a request. It must
    /// then never block; code that awaits elsewhere is not affected.
    package var respondsOnEventLoop = true

    /// A configuration with all limits at their defaults.
    package init(host: String = "127.0.0.1", port: Int = 8080, serverName: String? = nil) {
        self.host = host
        self.port = port
        self.serverName = serverName
    }
}
