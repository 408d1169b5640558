import BranchStore
import Foundation
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// Bodies and parameters of `/tickets`.
enum TicketFields {
    static func issue(_ fields: JSONFields) throws(FieldError) -> IssueRequest {
        IssueRequest(
            queueID: QueueID(try fields.id("queue_id")),
            priority: try fields.optionalInt("priority", in: CallingOrder.priorities) ?? 1,
            estimatedTime: try fields.optionalInt("estimated_time", in: Limits.estimatedTime),
            language: try language(fields))
    }

    /// A language tag as BCP 47 writes it: letters, digits and hyphens, 1 to 35.
    static func language(_ fields: JSONFields) throws(FieldError) -> String? {
        guard let tag = try fields.optionalText("language", minLength: 1, maxLength: 35) else { return nil }
        let isTag = tag.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isTag else { throw .notAllowed("language", "must be a language tag such as en or pt-BR") }
        return tag
    }

    static func patch(_ fields: JSONFields) throws(FieldError) -> (TicketAction, TextChange) {
        let priority: Patch<Int>
        if fields.has("priority") {
            priority = .set(try fields.int("priority", in: CallingOrder.priorities))
        } else {
            priority = .keep
        }
        let language: Patch<String?> = fields.has("language") ? .set(try self.language(fields)) : .keep
        var texts = TextChange()
        if fields.has("customer_name") {
            texts.customerName = .set(try fields.optionalText("customer_name", maxLength: Limits.customerName))
        }
        let action = TicketAction.patch(
            priority: priority, estimatedTime: try estimatedTime(fields), language: language)
        return (action, texts)
    }

    static func update(_ fields: JSONFields) throws(FieldError) -> TicketAction {
        let progress: Patch<Int?> =
            fields.has("progress") ? .set(try fields.optionalInt("progress", in: 0...100)) : .keep
        return .update(estimatedTime: try estimatedTime(fields), progress: progress)
    }

    private static func estimatedTime(_ fields: JSONFields) throws(FieldError) -> Patch<Int?> {
        guard fields.has("estimated_time") else { return .keep }
        return .set(try fields.optionalInt("estimated_time", in: Limits.estimatedTime))
    }

    static func filter(_ call: Call) throws(Problem) -> TicketFilter {
        var filter = TicketFilter()
        filter.queueID = try call.queryID("queue_id").map(QueueID.init(_:))
        filter.counterID = try call.queryID("counter_id").map(CounterID.init(_:))
        if let text = try call.query("state") {
            guard let state = TicketState(rawValue: text) else {
                let all = TicketState.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.badRequest("state must be one of \(all).", field: "state")
            }
            filter.state = state
        }
        if let text = try call.query("number") {
            guard isNumber(text.utf8) else {
                throw Problem.badRequest("number must be a ticket's number such as A042.", field: "number")
            }
            filter.number = TicketNumber(text: text.uppercased())
        }
        filter.from = try instant(call, "from")
        filter.to = try instant(call, "to")
        return filter
    }

    /// 1 to 3 letters, then 3 to 6 digits.
    private static func isNumber(_ text: String.UTF8View) -> Bool {
        let letters = text.prefix { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0 & 0xDF) }
        let digits = text.dropFirst(letters.count)
        return (1...3).contains(letters.count) && (3...6).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func instant(_ call: Call, _ name: String) throws(Problem) -> Timestamp? {
        guard let text = try call.query(name) else { return nil }
        guard let milliseconds = UTCText.milliseconds(text) else {
            throw Problem.badRequest("\(name) must be an RFC 3339 time such as 2026-11-24T08:00:00Z.", field: name)
        }
        return Timestamp(milliseconds: milliseconds)
    }
}

/// Where a page goes on. Cursors are opaque to clients.
enum Cursor {
    static func text(of ticket: Ticket) -> String { "\(ticket.rank).\(ticket.id)" }

    static func place(_ text: String?) throws(Problem) -> LinePlace? {
        guard let text else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let rank = Int64(parts[0]), let id = Int64(parts[1]) else {
            throw Problem.badRequest("cursor must come from a Link header.", field: "cursor")
        }
        return LinePlace(rank: rank, id: id)
    }

    static func text(of place: ListPlace, in filter: TicketFilter) -> String {
        filter.goesByArrival ? "\(place.arrivedAt).\(place.id)" : String(place.id)
    }

    static func listPlace(_ text: String?, of filter: TicketFilter) throws(Problem) -> ListPlace? {
        guard filter.goesByArrival else {
            let after = try id(text)
            return after > 0 ? ListPlace(id: after) : nil
        }
        return try place(text).map { ListPlace(arrivedAt: $0.rank, id: $0.id) }
    }

    static func id(_ text: String?) throws(Problem) -> Int64 {
        guard let text else { return 0 }
        guard let id = Int64(text), id > 0 else {
            throw Problem.badRequest("cursor must come from a Link header.", field: "cursor")
        }
        return id
    }
}

extension Call {
    /// A page of tickets.
    /// - Parameter next: the cursor of the next page; nil after the last one.
    func page(_ tickets: [NamedTicket], limit: Int, next: String?) -> Response {
        var text = JSONText(capacity: 1_024 * max(1, tickets.count))
        text.beginArray()
        for ticket in tickets { TicketAnswer(ticket).write(into: &text, view: view) }
        text.endArray()
        var response = Response.json(text)
        if let next { response.headers[.link] = nextLink(["limit": String(limit), "cursor": next]) }
        return response
    }

    /// The same request with other parameters, as `Link: rel="next"`.
    func nextLink(_ changes: [String: String]) -> String {
        let kept = request.uri.queryParameters.compactMap { name, value -> (String, String)? in
            changes[String(name)] == nil ? (String(name), String(value)) : nil
        }
        let all = kept + changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let query = all.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
        return "<\(request.uri.path)?\(query)>; rel=\"next\""
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? ""
    }
}
