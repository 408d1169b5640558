import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/tickets`: taking one, seeing them, and the list of actions.
enum TicketRoutes {
    static let all: [Route] =
        [
            Route(method: .post, path: "/tickets", operation: .issueTicket, handle: issue),
            Route(method: .get, path: "/tickets/waiting", operation: .listWaiting, handle: waiting),
            Route(method: .get, path: "/tickets", operation: .listTickets, handle: list),
            Route(method: .get, path: "/tickets/{id}", operation: .readTicket, handle: read),
            Route(method: .patch, path: "/tickets/{id}", operation: .patchTicket, handle: patch),
            Route(method: .post, path: "/tickets/{id}/status", operation: .setStatus, handle: setStatus),
            Route(method: .post, path: "/tickets/{id}/updates", operation: .updateTicket, handle: update),
        ] + TicketActionRoutes.all

    private static func issue(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (request, name) = try body.read { fields throws(FieldError) -> (IssueRequest, String?) in
            let name = try fields.optionalText("customer_name", maxLength: Limits.customerName)
            return (try TicketFields.issue(fields), name)
        }
        guard call.services.disk.hasRoomForTickets else {
            return try await call.replay(.issue(request), body: body, success: .created, otherwise: .diskFull)
        }
        let texts = TextChange(customerName: name.map { .set($0) } ?? .keep)
        return try await call.write(.issue(request), body: body, texts: texts, success: .created)
    }

    private static func waiting(_ call: Call) async throws(Problem) -> Response {
        guard let queueID = try call.queryID("queue_id").map(QueueID.init(_:)) else {
            throw Problem.badRequest("queue_id is required.", field: "queue_id")
        }
        let limit = try call.limit()
        let place = try Cursor.place(try call.query("cursor"))
        guard try await call.reading({ store throws(StoreError) in try await store.queue(queueID) }) != nil else {
            throw Problem(Rejection(.queueNotFound), texts: nil, isPrecondition: false)
        }
        let wantsTexts = call.view == .staff
        let tickets = try await call.reading { store throws(StoreError) in
            try await store.waiting(in: queueID, after: place, limit: limit + 1, wantsTexts: wantsTexts)
        }
        let next = tickets.count > limit ? tickets.prefix(limit).last.map { Cursor.text(of: $0.ticket) } : nil
        return call.page(Array(tickets.prefix(limit)), limit: limit, next: next)
    }

    private static func list(_ call: Call) async throws(Problem) -> Response {
        let filter = try TicketFields.filter(call)
        let limit = try call.limit()
        let after = try Cursor.listPlace(try call.query("cursor"), of: filter)
        let page = try await call.reading { store throws(StoreError) in
            try await store.tickets(filter, after: after, limit: limit)
        }
        return call.page(page.tickets, limit: limit, next: page.next.map { Cursor.text(of: $0, in: filter) })
    }

    private static func read(_ call: Call) async throws(Problem) -> Response {
        let id = TicketID(try call.pathID())
        guard let ticket = try await call.reading({ store throws(StoreError) in try await store.ticket(id) }) else {
            throw Problem(Rejection(.ticketNotFound), texts: nil, isPrecondition: false)
        }
        return TicketAnswer(ticket).response(view: call.view)
    }

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = TicketID(try call.pathID())
        let body = try await call.body()
        let (action, texts) = try body.read { fields throws(FieldError) in try TicketFields.patch(fields) }
        let expected = try call.expected(body)
        return try await call.write(
            .ticket(id, action, expecting: expected.version), body: body, texts: texts,
            isPrecondition: expected.isPrecondition)
    }

    private static func setStatus(_ call: Call) async throws(Problem) -> Response {
        let id = TicketID(try call.pathID())
        let body = try await call.body()
        let (from, to, _) = try body.read { fields throws(FieldError) in
            (
                try fields.choice("expected_status", of: TicketStatus.self),
                try fields.choice("status", of: TicketStatus.self), try fields.id("version")
            )
        }
        let expected = try call.expected(body)
        let action = TicketAction.setStatus(expected: from, to: to, holding: call.holding)
        return try await call.write(
            .ticket(id, action, expecting: expected.version), body: body, isPrecondition: expected.isPrecondition)
    }

    private static func update(_ call: Call) async throws(Problem) -> Response {
        let id = TicketID(try call.pathID())
        let body = try await call.body()
        let action = try body.read { fields throws(FieldError) in try TicketFields.update(fields) }
        let expected = try call.expected(body)
        return try await call.write(
            .ticket(id, action, expecting: expected.version), body: body, isPrecondition: expected.isPrecondition)
    }
}
