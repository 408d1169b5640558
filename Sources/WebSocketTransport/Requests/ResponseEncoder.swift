import HTTPTypes
import NIOCore

/// Writes response heads as bytes. The framing and connection fields are the transport's; those of the responder are
/// left out, so that a response can never disagree with what is on the wire.
enum ResponseEncoder {
    /// How the end of a body is told.
    enum Framing: Equatable, Sendable {
        /// A status that has no body: 1xx, 204, 304.
        case none
        /// `Content-Length`.
        case length(Int)
        /// `Transfer-Encoding: chunked`, HTTP/1.1 only.
        case chunked
        /// The end of the connection.
        case untilClose
    }

    /// What the connection says about itself.
    struct Connection: Sendable {
        var date: String
        var serverName: String?
        /// This is the last answer.
        var closes: Bool
        /// The client speaks HTTP/1.0 and has to be told that the connection stays open.
        var isHTTP10: Bool
    }

    static func writeHead(
        status: HTTPResponse.Status, fields: HTTPFields, framing: Framing, connection: Connection,
        into buffer: inout ByteBuffer
    ) {
        writeStatus(status, into: &buffer)
        var hasDate = false
        for field in fields {
            switch field.name {
            case .contentLength, .transferEncoding, .connection: continue
            case .date: hasDate = true
            default: break
            }
            writeField(field.name.rawName, field.value, into: &buffer)
        }
        switch framing {
        case .length(let count): writeField("Content-Length", String(count), into: &buffer)
        case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        if !hasDate { writeField("Date", connection.date, into: &buffer) }
        if let name = connection.serverName { writeField("Server", name, into: &buffer) }
        if connection.closes {
            buffer.writeStaticString("Connection: close\r\n")
        } else if connection.isHTTP10 {
            buffer.writeStaticString("Connection: keep-alive\r\n")
        }
        buffer.writeStaticString("\r\n")
    }

    /// Whether answers of this status have no body, whatever their fields say (RFC 9112, 6.3).
    static func hasNoBody(_ status: HTTPResponse.Status) -> Bool {
        status.code < 200 || status.code == 204 || status.code == 304
    }

    /// The head that ends HTTP on this connection (RFC 6455, 4.2.2).
    static func writeSwitchingProtocols(accept: String, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        writeField("Sec-WebSocket-Accept", accept, into: &buffer)
        buffer.writeStaticString("\r\n")
    }

    /// One chunk; nothing for empty bodies, as an empty chunk would end the message.
    static func writeChunk(_ body: ByteBuffer, into buffer: inout ByteBuffer) {
        guard body.readableBytes > 0 else { return }
        buffer.writeString(String(body.readableBytes, radix: 16))
        buffer.writeStaticString("\r\n")
        buffer.writeImmutableBuffer(body)
        buffer.writeStaticString("\r\n")
    }

    private static func writeStatus(_ status: HTTPResponse.Status, into buffer: inout ByteBuffer) {
        switch status.code {
        case 200: buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        case 201: buffer.writeStaticString("HTTP/1.1 201 Created\r\n")
        case 204: buffer.writeStaticString("HTTP/1.1 204 No Content\r\n")
        default:
            buffer.writeStaticString("HTTP/1.1 ")
            buffer.writeString(String(status.code))
            buffer.writeStaticString(" ")
            buffer.writeString(status.reasonPhrase)
            buffer.writeStaticString("\r\n")
        }
    }

    private static func writeField(_ name: String, _ value: String, into buffer: inout ByteBuffer) {
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }
}
