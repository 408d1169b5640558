package import HTTPTypes
package import HummingbirdCore
package import NIOCore

/// An error that the transport answers itself, before or instead of the responder.
///
/// The body is `application/problem+json` (RFC 9457) with `type` "about:blank" and a stable `code`. The connection is
/// closed after it, since what follows on the wire cannot be trusted; only `overloaded` may leave it open.
package struct TransportProblem: Error, Equatable, Sendable {
    /// Status of the answer.
    package var status: HTTPResponse.Status
    /// Stable word for programs.
    package var code: String
    /// One sentence for people, without data of the request.
    package var detail: String

    package static let badRequest = Self(.badRequest, "bad_request", "The request is not well-formed HTTP/1.1.")
    package static let badHost = Self(.badRequest, "bad_host", "A request names exactly one host.")
    package static let badTarget = Self(.badRequest, "bad_request", "The request target is not understood.")
    package static let badHandshake = Self(.badRequest, "bad_request", "The WebSocket handshake is not well-formed.")
    package static let timedOut = Self(.requestTimeout, "request_timeout", "The request did not arrive in time.")
    package static let bodyTooLarge = Self(.contentTooLarge, "body_too_large", "The request body is too large.")
    package static let headersTooLarge = Self(
        .requestHeaderFieldsTooLarge, "headers_too_large", "The request's header fields are too many or too large.")
    package static let expectationFailed = Self(
        .expectationFailed, "expectation_failed", "Only 100-continue can be expected.")
    package static let notImplemented = Self(
        .notImplemented, "not_implemented", "The method or transfer coding is not implemented.")
    package static let versionNotSupported = Self(
        .httpVersionNotSupported, "version_not_supported", "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    package static let upgradeRequired = Self(
        .upgradeRequired, "upgrade_required", "WebSocket version 13 is spoken here.")
    package static let internalError = Self(.internalServerError, "internal", "The answer could not be made.")
    /// More in flight, or open, than there is room for.
    package static let overloaded = Self(.serviceUnavailable, "overloaded", "The server is busy; try again shortly.")
    /// The request is whole, but no answer came within its time. What was asked may have been done, or be done yet: so
    /// this is no 503, which says that nothing was.
    package static let tooSlow = Self(
        .gatewayTimeout, "timed_out",
        "The answer was not ready in time. It may have been done; ask again with the same Idempotency-Key.")

    private init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// Header fields of the answer but for framing, date and connection.
    package var fields: HTTPFields {
        var fields: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        switch status {
        case .serviceUnavailable: fields[.retryAfter] = String(Limits.retryAfterSeconds)
        case .upgradeRequired:
            fields[.upgrade] = "websocket"
            fields[.secWebSocketVersion] = "13"
        default: break
        }
        return fields
    }

    /// The body. Titles, codes and details are constants of this file and need no escaping.
    package var body: ByteBuffer {
        let title = status.reasonPhrase
        return ByteBuffer(
            string: """
                {"type":"about:blank","title":"\(title)","status":\(status.code),"code":"\(code)","detail":"\(detail)",\
                "field":null,"ticket":null}
                """)
    }

    /// The same as a response of the layers above.
    package var response: Response {
        Response(status: status, headers: fields, body: .init(byteBuffer: body))
    }
}
