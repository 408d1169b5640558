import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import Logging
import QueueDomain
import QueueEvents

extension Call {
    /// Who acts, as events tell it.
    var actor: Actor {
        guard let principal else { return .link }
        guard let role = ActorRole(rawValue: principal.role.rawValue) else {
            preconditionFailure("Every role acts under its own name.")
        }
        return Actor(role: role, id: principal.actorID)
    }

    func command(_ request: Command.Request) -> Command {
        Command(
            actor: actor, agentID: principal?.stampedAgentID.map(AgentID.init(_:)),
            seat: principal?.seat.map(CounterID.init(_:)), request: request)
    }

    /// The token that a ticket without a counter is held by.
    var holding: Holding { Holding(token: TokenID(caller.tokenID), isWorker: caller.role == .worker) }

    /// The counter that an action happens at: the token's own, or the one that was named.
    func counter(asked: Int64?) throws(Problem) -> CounterID? {
        do throws(OtherCounter) {
            return try caller.counter(asked: asked).map(CounterID.init(_:))
        } catch {
            throw Problem(.forbidden, "forbidden", "This token is bound to another counter.")
        }
    }

    /// The version to compare with, from If-Match or the body, and whether it came as If-Match.
    func expected(_ body: CallBody) throws(Problem) -> (version: Int64?, isPrecondition: Bool) {
        let header = try ifMatch()
        let version = try body.version()
        // Of two different ones at most one is current, so none is expected; the older one's place names the answer.
        if let header, let version, header != version { return (ETag.noVersion, header < version) }
        return (header ?? version, header != nil)
    }

    /// Has a command about a ticket written, and answers with the ticket.
    func write(
        _ request: Command.Request, body: CallBody, texts: TextChange = TextChange(),
        success: HTTPResponse.Status = .ok, isPrecondition: Bool = false
    ) async throws(Problem) -> Response {
        let write = try writeRequest(
            request, body: body, texts: texts, success: success, isPrecondition: isPrecondition)
        return try await answer(try await submit(write), to: write, success: success, isPrecondition: isPrecondition)
    }

    /// The first answer to the request's key, given again where nothing new may be done.
    /// - Throws: `otherwise` when there is none.
    func replay(
        _ request: Command.Request, body: CallBody, success: HTTPResponse.Status, otherwise: Problem
    ) async throws(Problem) -> Response {
        var write = try writeRequest(request, body: body, success: success)
        guard write.idempotency != nil else { throw otherwise }
        write.onlyReplays = true
        let reply = try await submit(write)
        if case .done = reply { throw otherwise }
        return try await answer(reply, to: write, success: success)
    }

    private func writeRequest(
        _ request: Command.Request, body: CallBody, texts: TextChange = TextChange(), success: HTTPResponse.Status,
        isPrecondition: Bool = false
    ) throws(Problem) -> WriteRequest {
        let key: IdempotencyRequest?
        if self.request.method == .post {
            key = try idempotency(body, success: success.code, conflict: isPrecondition ? 412 : 409)
        } else {
            key = nil
        }
        var write = WriteRequest(command(request), texts: texts, idempotency: key, wantsTexts: view == .staff)
        // An ended visit that is opened again is an override.
        if case .ticket(_, .reinstate, _) = request { write.audit = auditActor }
        return write
    }

    func submit(_ request: WriteRequest) async throws(Problem) -> WriteReply {
        do throws(StoreError) {
            return try await store.writer.submit(request)
        } catch {
            throw problem(error)
        }
    }

    /// What the store couldn't do, as the client is told; the cause goes to the log, which nobody outside reads.
    func problem(_ error: StoreError) -> Problem {
        switch error {
        case .batchFailed, .damagedRow, .readFailed, .cannotOpen:
            // A client that went away ends its reads, which is no fault of the database.
            if !Task.isCancelled {
                services.logger.error("The store failed a request", metadata: ["cause": "\(error)"])
            }
        case .diskFull: services.logger.error("The disk is full")
        case .overloaded, .closed, .keyReused, .locked: break
        }
        return Problem(error)
    }

    /// A reply about a ticket as HTTP.
    func answer(
        _ reply: WriteReply, to request: WriteRequest, success: HTTPResponse.Status = .ok, isPrecondition: Bool = false
    ) async throws(Problem) -> Response {
        switch reply {
        case .done(let result):
            guard let ticket = result.ticket else { return Response(status: .noContent) }
            let named = NamedTicket(ticket: ticket, texts: result.texts)
            return TicketAnswer(named, extras: extras(of: result, request)).response(success, view: view)
        case .rejected(let rejection, let texts):
            throw Problem(rejection, texts: texts, isPrecondition: isPrecondition)
        case .replayed(let stored):
            return try await replay(stored, of: request)
        }
    }

    private func extras(of result: WriteResult, _ request: WriteRequest) -> AnswerExtras {
        var extras = AnswerExtras()
        if case .issue = request.command.request {
            extras.publicURL = .some(result.uid.flatMap(publicURL))
            extras.peopleAhead = .some(result.peopleAhead)
        }
        if case .ticket(_, .undo, _) = request.command.request, case .ticket(let fact)? = result.facts.last {
            extras.counterTaken = fact.details.reason == .counterTaken
        }
        return extras
    }

    /// The customer's link: at the configured address, else where this request was sent.
    private func publicURL(uid: String) -> String? {
        guard let base = ownURL else { return nil }
        return "\(base)/t/\(store.linkKey.token(uid: uid))"
    }

    /// The first answer once more, marked as such.
    /// - Parameter extras: what this route's answers say beside the ticket, as of now.
    func replay(
        _ stored: StoredAnswer, of request: WriteRequest, extras: AnswerExtras = AnswerExtras()
    ) async throws(Problem) -> Response {
        var response = try await replayed(stored, of: request, extras: extras)
        response.headers[.idempotencyReplayed] = "true"
        return response
    }

    private func replayed(
        _ stored: StoredAnswer, of request: WriteRequest, extras: AnswerExtras
    ) async throws(Problem) -> Response {
        if let code = stored.code {
            var problem = Problem(RejectionTable.status(code: stored.status), code, "As it was answered first.")
            if let known = RejectionCode(rawValue: code) { problem.detail = RejectionTable.detail(of: known) }
            problem.ticket = stored.ticket.map { NamedTicket(ticket: $0, texts: stored.texts) }
            problem.headers[.idempotencyReplayed] = "true"
            throw problem
        }
        guard let body = stored.eventBody else { return Response(status: .noContent) }
        let status = HTTPResponse.Status(code: stored.status)
        var extras = extras
        if case .issue = request.command.request {
            extras.publicURL = .some(stored.uid.flatMap(publicURL))
            extras.peopleAhead = .some(stored.peopleAhead)
        }
        if principal != nil, case .ticket(_, .undo, _) = request.command.request {
            extras.counterTaken = body.contains(text: "\"reason\":\"counter_taken\"")
        }
        if let ticket = ReplayedTicket.response(
            eventBody: body, texts: stored.texts, extras: extras, status: status, view: view)
        {
            return ticket
        }
        return try await replayedRow(eventBody: body, status: status)
    }
}

extension HTTPField.Name {
    /// Says that an answer is that of an earlier request with the same key.
    static let idempotencyReplayed: HTTPField.Name = {
        guard let name = HTTPField.Name("Idempotency-Replayed") else {
            preconditionFailure("The name is a valid token.")
        }
        return name
    }()

    /// Where the next page is (RFC 8288).
    static let link: HTTPField.Name = {
        guard let name = HTTPField.Name("Link") else { preconditionFailure("The name is a valid token.") }
        return name
    }()
}

extension [UInt8] {
    /// Whether a short text stands somewhere in these bytes.
    fileprivate func contains(text: String) -> Bool {
        let needle = Array(text.utf8)
        guard count >= needle.count else { return false }
        return (0...(count - needle.count)).contains { self[$0..<($0 + needle.count)].elementsEqual(needle) }
    }
}
