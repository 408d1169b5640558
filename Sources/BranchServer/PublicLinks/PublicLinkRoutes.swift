import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/api/public/tickets/{token}`: what a customer may see and do with the link of one ticket.
enum PublicLinkRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/api/public/tickets/{token}", operation: .readPublicTicket) { call throws(Problem) in
            try await answer(call, ticket: try await find(call))
        },
        action("leave", .leavePublic, .abandon),
        action("undo", .undoPublic, .undo),
        action("let-ahead", .letAheadPublic, .letAhead),
    ]

    private static func action(_ name: String, _ operation: BranchAccess.Operation, _ action: TicketAction) -> Route {
        Route(method: .post, path: "/api/public/tickets/{token}/\(name)", operation: operation) {
            call throws(Problem) in
            let ticket = try await find(call)
            let body = try await call.body()
            let key = try call.idempotency(body, success: 200, scope: "link:\(ticket.id)", conflict: 409)
            let write = WriteRequest(call.command(.ticket(ticket.id, action)), idempotency: key)
            let reply = try await call.submit(write)
            switch reply {
            case .done(let result):
                let ticket = result.ticket ?? ticket
                let extras = await extrasAfterwards(call, ticket)
                return TicketAnswer(NamedTicket(ticket: ticket), extras: extras).response(view: .board)
            case .replayed(let stored):
                let extras = await extrasAfterwards(call, stored.ticket ?? ticket)
                return try await call.replay(stored, of: write, extras: extras)
            case .rejected: return try await call.answer(reply, to: write)
            }
        }
    }

    /// The ticket of the link, while the link lives.
    private static func find(_ call: Call) async throws(Problem) -> Ticket {
        let token = call.context.parameters.get("token") ?? ""
        guard token.utf8.count == LinkKey.tokenLength else { throw try unknown(call) }
        let hash = LinkKey.hash(ofToken: token)
        guard let key = SecretHash(bytes: hash) else { throw try unknown(call) }
        try call.gate.admitLookUp(key, call.context.caller)
        let ticket = try await call.reading { store throws(StoreError) in try await store.ticket(linkHash: hash) }
        guard let ticket, call.store.linkLives(of: ticket) else { throw try unknown(call) }
        try call.gate.admitLink(key, call.context.caller)
        return ticket
    }

    private static func unknown(_ call: Call) throws(Problem) -> Problem {
        try call.gate.admitLink(nil, call.context.caller)
        return Problem(Rejection(.ticketNotFound), texts: nil, isPrecondition: false)
    }

    private static func answer(_ call: Call, ticket: Ticket) async throws(Problem) -> Response {
        TicketAnswer(NamedTicket(ticket: ticket), extras: try await extras(call, ticket)).response(view: .board)
    }

    /// Of something that was done: a count that can't be read is left unknown, for a failure would be taken to say
    /// that nothing was done.
    private static func extrasAfterwards(_ call: Call, _ ticket: Ticket) async -> AnswerExtras {
        do throws(Problem) {
            return try await extras(call, ticket)
        } catch {
            return AnswerExtras(peopleAhead: .some(nil))
        }
    }

    private static func extras(_ call: Call, _ ticket: Ticket) async throws(Problem) -> AnswerExtras {
        guard ticket.waitsInQueueLine else { return AnswerExtras(peopleAhead: .some(nil)) }
        let ahead = try await call.reading { store throws(StoreError) in try await store.peopleAhead(of: ticket) }
        return AnswerExtras(peopleAhead: .some(ahead))
    }
}
