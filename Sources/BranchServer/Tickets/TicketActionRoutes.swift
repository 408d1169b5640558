import BranchAccess
import BranchStore
import Hummingbird
import QueueDomain
import QueueEvents

/// `POST /tickets/{id}/<action>`: each reads its body into one action of the rules.
enum TicketActionRoutes {
    static let all: [Route] = [
        action("call", .callTicket) { call, body throws(Problem) in
            let asked = try body.read { fields throws(FieldError) in try fields.optionalID("counter_id") }
            guard let counter = try call.counter(asked: asked) else {
                throw Problem.badRequest("counter_id is required for this token.", field: "counter_id")
            }
            return .call(counter)
        },
        plain("recall", .recallTicket, .recall),
        plain("start", .startTicket, .start),
        plain("complete", .completeTicket, .complete),
        plain("no-show", .noShowTicket, .noShow),
        plain("requeue", .requeueTicket, .requeue),
        Route(method: .post, path: "/tickets/{id}/park", operation: .parkTicket, handle: park),
        action("resume", .resumeTicket) { call, body throws(Problem) in
            let asked = try body.read { fields throws(FieldError) in try fields.optionalID("counter_id") }
            return .resume(try call.counter(asked: asked))
        },
        action("transfer", .transferTicket) { _, body throws(Problem) in
            try body.read { fields throws(FieldError) in try transfer(fields) }
        },
        plain("cancel", .cancelTicket, .cancel),
        plain("abandon", .abandonTicket, .abandon),
        plain("undo", .undoTicket, .undo),
        plain("reinstate", .reinstateTicket, .reinstate),
    ]

    private static func plain(
        _ name: String, _ operation: BranchAccess.Operation, _ plain: TicketAction
    ) -> Route {
        action(name, operation) { _, _ throws(Problem) in plain }
    }

    private static func action(
        _ name: String, _ operation: BranchAccess.Operation,
        _ read: @escaping @Sendable (Call, CallBody) throws(Problem) -> TicketAction
    ) -> Route {
        Route(method: .post, path: "/tickets/{id}/\(name)", operation: operation) { call throws(Problem) in
            let id = TicketID(try call.pathID())
            let body = try await call.body()
            let expected = try call.expected(body)
            let action = try read(call, body)
            return try await call.write(
                .ticket(id, action, expecting: expected.version), body: body, isPrecondition: expected.isPrecondition)
        }
    }

    private static func park(_ call: Call) async throws(Problem) -> Response {
        let id = TicketID(try call.pathID())
        let body = try await call.body()
        let expected = try call.expected(body)
        let (until, reason) = try body.read { fields throws(FieldError) in
            (
                try fields.optionalText("until", maxLength: 40),
                try fields.optionalText("reason", maxLength: Limits.reason)
            )
        }
        var instant: Timestamp?
        if let until {
            guard let milliseconds = UTCText.milliseconds(until) else {
                throw Problem.badRequest("until must be an RFC 3339 time.", field: "until")
            }
            instant = Timestamp(milliseconds: milliseconds)
        }
        return try await call.write(
            .ticket(id, .park(until: instant), expecting: expected.version), body: body,
            texts: TextChange(reason: reason), isPrecondition: expected.isPrecondition)
    }

    private static func transfer(_ fields: JSONFields) throws(FieldError) -> TicketAction {
        let queue = try fields.optionalID("queue_id")
        let counter = try fields.optionalID("counter_id")
        let place = try fields.optionalChoice("place", of: TransferPlace.self) ?? .arrival
        switch (queue, counter) {
        case (let queue?, nil): return .transfer(.queue(QueueID(queue)), place)
        case (nil, let counter?): return .transfer(.counter(CounterID(counter)), place)
        default: throw .notAllowed("queue_id", "or counter_id must be given, and not both")
        }
    }
}
