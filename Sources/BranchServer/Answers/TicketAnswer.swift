import BranchStore
import HTTPTypes
import Hummingbird
import NIOCore
import QueueDomain
import QueueEvents

/// What an answer says beside the ticket.
struct AnswerExtras: Sendable {
    /// Of a new ticket.
    var publicURL: String??
    var peopleAhead: Int??
    /// Of an undo.
    var counterTaken: Bool?

    func write(into text: inout JSONText) {
        if let publicURL { text.member("public_url", publicURL) }
        if let peopleAhead { text.member("people_ahead", peopleAhead) }
        if let counterTaken { text.member("counter_taken", counterTaken) }
    }
}

/// A ticket as an answer shows it: in the caller's view, with names for staff.
struct TicketAnswer: Sendable {
    let ticket: NamedTicket
    var extras = AnswerExtras()

    init(_ ticket: NamedTicket, extras: AnswerExtras = AnswerExtras()) {
        self.ticket = ticket
        self.extras = extras
    }

    func write(into text: inout JSONText, view: ReaderView) {
        text.beginObject()
        TicketPayload(ticket.ticket).writeMembers(into: &text, view: view)
        if view == .staff { Self.write(ticket.texts, into: &text) }
        extras.write(into: &text)
        text.endObject()
    }

    static func write(_ texts: TicketTexts?, into text: inout JSONText) {
        text.member("customer_name", texts?.customerName)
        text.member("note", texts?.note)
        text.member("reason", texts?.reason)
    }

    func response(_ status: HTTPResponse.Status = .ok, view: ReaderView) -> Response {
        var text = JSONText()
        write(into: &text, view: view)
        var response = Response.json(text, status: status)
        response.headers[.eTag] = ETag.text(ticket.ticket.version)
        if status == .created { response.headers[.location] = "/tickets/\(ticket.ticket.id)" }
        return response
    }
}

/// An answer rebuilt from the event that the first one was made of.
struct ReplayedTicket {
    /// What a board's ticket has; everything else is the staff's.
    static let boardMembers: Set<String> = [
        "id", "queue_id", "number", "status", "state", "version", "language", "counter_id", "created_at", "updated_at",
        "arrived_at", "queued_at", "first_called_at", "called_at", "started_at", "parked_at", "park_until", "ended_at",
    ]

    /// - Returns: nil when the event isn't a ticket's.
    static func response(
        eventBody: [UInt8], texts: TicketTexts?, extras: AnswerExtras, status: HTTPResponse.Status, view: ReaderView
    ) -> Response? {
        guard case .object(let event) = try? JSONReader.parse(eventBody),  // Our own text; else there is no answer.
            case .object(let ticket)? = event["ticket"]
        else { return nil }
        var text = JSONText()
        text.beginObject()
        for member in ticket.members where view == .staff || boardMembers.contains(member.key) {
            text.member(named: member.key, member.value)
        }
        if view == .staff { TicketAnswer.write(texts, into: &text) }
        extras.write(into: &text)
        text.endObject()
        var response = Response.json(text, status: status)
        if case .integer(let version)? = ticket["version"] { response.headers[.eTag] = ETag.text(version) }
        if status == .created, case .integer(let id)? = ticket["id"] { response.headers[.location] = "/tickets/\(id)" }
        return response
    }
}

/// Versions as ETags: the number in quotes.
enum ETag {
    /// Versions begin at 1, so this is none.
    static let noVersion: Int64 = 0

    static func text(_ version: Int64) -> String { "\"\(version)\"" }

    /// The version that an If-Match with one entity tag asks for; nil if it isn't one.
    ///
    /// A weak tag never matches (RFC 9110, section 13.1.1), nor does one that isn't of this server.
    static func expected(_ header: String) -> Int64? {
        let tag = header.hasPrefix("W/") ? header.dropFirst(2) : Substring(header)
        guard tag.utf8.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\""),
            tag.dropFirst().dropLast().utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F })
        else { return nil }
        guard let version = Int64(tag.dropFirst().dropLast()), version > 0, header == text(version) else {
            return noVersion
        }
        return version
    }
}

extension Response {
    /// JSON that may not be kept by anybody on the way.
    static func json(_ text: JSONText, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: text.bytes)))
    }
}

extension JSONText {
    /// A member whose name isn't known when the program is written.
    mutating func member(named name: String, _ value: JSONValue) {
        key(text: name)
        write(value)
    }

    /// A value that was read before.
    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): boolean(flag)
        case .integer(let number): integer(number)
        case .number(let number): raw(Array(number.description.utf8))
        case .string(let text): string(text)
        case .array(let values):
            beginArray()
            for value in values { write(value) }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members { self.member(named: member.key, member.value) }
            endObject()
        }
    }
}
