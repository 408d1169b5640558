import BranchStore
import HTTPTypes
import Hummingbird
import NIOCore
import QueueDomain
import QueueEvents

/// A refusal as RFC 9457 shows it: `application/problem+json` with a stable `code`.
struct Problem: Error, Sendable {
    var status: HTTPResponse.Status
    var code: String
    /// One sentence for people; never holds data of the request.
    var detail: String
    /// The field that is wrong.
    var field: String?
    /// The ticket as it is now, where the refusal is about one.
    var ticket: NamedTicket?
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, field: String? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
    }

    func response(for view: ReaderView) -> Response {
        var text = JSONText(capacity: 512)
        text.beginObject()
        text.member("type", "about:blank")
        text.member("title", status.reasonPhrase)
        text.member("status", status.code)
        text.member("code", code)
        text.member("detail", detail)
        text.member("field", field)
        text.key("ticket")
        if let ticket {
            TicketAnswer(ticket).write(into: &text, view: view)
        } else {
            text.null()
        }
        text.endObject()
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: text.bytes)))
    }
}

extension Problem {
    static var unauthorized: Problem {
        var problem = Problem(.unauthorized, "unauthorized", "This needs a token that is known and not revoked.")
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"turn\""
        return problem
    }
    static var notFound: Problem { Problem(.notFound, "not_found", "There is no such path.") }
    static var upgradeRequired: Problem {
        var problem = Problem(.upgradeRequired, "upgrade_required", "This path speaks WebSocket.")
        problem.headers[.upgrade] = "websocket"
        problem.headers[.connection] = "Upgrade"
        return problem
    }
    static func methodNotAllowed(_ allowed: Set<String>) -> Problem {
        var problem = Problem(.methodNotAllowed, "method_not_allowed", "This path doesn't take this method.")
        problem.headers[.allow] = allowed.sorted().joined(separator: ", ")
        return problem
    }
    static var badHost: Problem { Problem(.badRequest, "bad_host", "A request names exactly one host.") }
    static var bodyTooLarge: Problem {
        Problem(.contentTooLarge, "body_too_large", "A body has 65536 bytes at most.")
    }
    static func mediaType(_ wanted: String) -> Problem {
        Problem(.unsupportedMediaType, "unsupported_media_type", "The body must be \(wanted).")
    }
    static var eventsGone: Problem {
        Problem(.gone, "events_gone", "Those events are no longer kept, or are another database's: begin again.")
    }

    static func badRequest(_ detail: String, field: String? = nil) -> Problem {
        Problem(.badRequest, "bad_request", detail, field: field)
    }

    static func badField(_ error: FieldError) -> Problem {
        badRequest(error.message, field: error.field)
    }

    static func overloaded(retryAfter: Int) -> Problem {
        var problem = Problem(.serviceUnavailable, "overloaded", "Too much is waiting; try again shortly.")
        problem.headers[.retryAfter] = String(retryAfter)
        return problem
    }

    static func rateLimited(retryAfter: Int) -> Problem {
        var problem = Problem(.tooManyRequests, "rate_limited", "Too many requests of this caller.")
        problem.headers[.retryAfter] = String(max(1, retryAfter))
        return problem
    }

    /// It was done, but its answer can't be made now.
    static var timedOut: Problem {
        Problem(
            .gatewayTimeout, "timed_out",
            "The answer was not ready in time. It may have been done; ask again with the same Idempotency-Key.")
    }

    static var diskFull: Problem {
        Problem(
            HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "disk_full",
            "The disk is nearly full; new tickets wait until there is room.")
    }

    /// What the store couldn't do.
    init(_ error: StoreError) {
        switch error {
        case .overloaded(let retryAfter): self = .overloaded(retryAfter: retryAfter)
        case .diskFull: self = .diskFull
        case .keyReused:
            self.init(
                .unprocessableContent, "idempotency_key_reused", "This Idempotency-Key came before with another body.")
        case .closed:
            self.init(.serviceUnavailable, "shutting_down", "The server is ending; nothing was done.")
            headers[.retryAfter] = "1"
        case .batchFailed, .damagedRow, .readFailed, .cannotOpen, .locked:
            self.init(.serviceUnavailable, "unavailable", "The database could not do this; nothing was done.")
            headers[.retryAfter] = "1"
        }
    }
}
