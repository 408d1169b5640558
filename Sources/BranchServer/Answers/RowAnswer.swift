import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// Rows of the branch's configuration as answers show them.
enum RowAnswer {
    static func queue(_ queue: Queue, _ opening: Opening, status: HTTPResponse.Status = .ok) -> Response {
        one(version: queue.version, status: status) {
            QueuePayload(queue).write(into: &$0, view: .staff, isOpenNow: opening.admits(queue.settings))
        }
    }

    static func branch(_ branch: Branch) -> Response {
        one(version: branch.version, status: .ok) { BranchPayload(branch).write(into: &$0) }
    }

    static func counter(_ counter: Counter, ticketID: TicketID?, status: HTTPResponse.Status = .ok) -> Response {
        one(version: counter.version, status: status) {
            CounterPayload(counter).write(into: &$0, view: .staff, ticketID: .some(ticketID?.rawValue))
        }
    }

    static func agent(
        _ agent: Agent, name: String, hasPIN: Bool, status: HTTPResponse.Status = .ok
    ) -> Response {
        one(version: agent.version, status: status) {
            AgentPayload(agent).write(into: &$0, name: name, hasPIN: hasPIN)
        }
    }

    /// A page of rows that are sorted by id.
    static func page<Row>(
        _ rows: [Row], for call: Call, id: (Row) -> Int64, _ write: (Row, inout JSONText) -> Void
    ) throws(Problem) -> Response {
        let limit = try call.limit()
        let after = try Cursor.id(try call.query("cursor"))
        let rest = rows.drop { id($0) <= after }
        let shown = rest.prefix(limit)
        var text = JSONText(capacity: 512 * max(1, shown.count))
        text.beginArray()
        for row in shown { write(row, &text) }
        text.endArray()
        var response = Response.json(text)
        if rest.count > limit, let last = shown.last {
            response.headers[.link] = call.nextLink(["limit": String(limit), "cursor": String(id(last))])
        }
        return response
    }

    private static func one(
        version: Int64, status: HTTPResponse.Status, _ write: (inout JSONText) -> Void
    ) -> Response {
        var text = JSONText()
        write(&text)
        var response = Response.json(text, status: status)
        response.headers[.eTag] = ETag.text(version)
        return response
    }
}

extension Call {
    /// Has a change of the configuration or of a counter written, and answers with its row.
    func writeRow(
        _ request: Command.Request, body: CallBody, success: HTTPResponse.Status = .ok, isPrecondition: Bool = false,
        hasPIN: Bool = false
    ) async throws(Problem) -> Response {
        let key: IdempotencyRequest?
        if self.request.method == .post {
            key = try idempotency(body, success: success.code, conflict: isPrecondition ? 412 : 409)
        } else {
            key = nil
        }
        var write = WriteRequest(command(request), idempotency: key, wantsTexts: true)
        if case .edit = request { write.audit = auditActor }
        let reply = try await submit(write)
        guard case .done(let result) = reply, let last = result.facts.last else {
            return try await answer(reply, to: write, isPrecondition: isPrecondition)
        }
        return row(of: last, result, hasPIN: hasPIN, status: success)
    }

    /// Made of what the writer gave, and reads nothing: it is done, whatever a reader can tell.
    private func row(
        of fact: Fact, _ result: WriteResult, hasPIN: Bool, status: HTTPResponse.Status
    ) -> Response {
        switch fact {
        case .queue(let change):
            guard let queue = change.after else { break }
            return RowAnswer.queue(queue, store.writer.opening(), status: status)
        case .counter(let change):
            guard let counter = change.after else { break }
            return RowAnswer.counter(counter, ticketID: result.counterTicketID, status: status)
        case .agent(let change):
            guard let agent = change.after else { break }
            return RowAnswer.agent(agent, name: change.name ?? "", hasPIN: hasPIN, status: status)
        case .branch(let change): return RowAnswer.branch(change.after)
        case .ticket: break
        }
        return Response(status: .noContent)
    }

    /// Reads from the store; a failure is a 503.
    func reading<Value>(
        _ body: (BranchStore) async throws(StoreError) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreError) {
            return try await body(store)
        } catch {
            throw problem(error)
        }
    }

    /// Reads for the answer to something that was done; a failure doesn't say that nothing was.
    private func readingAfterwards<Value>(
        _ body: (BranchStore) async throws(StoreError) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreError) {
            return try await body(store)
        } catch {
            _ = problem(error)
            throw Problem.timedOut
        }
    }

    /// The row of a configuration event, with what no event carries as it is now.
    func replayedRow(eventBody: [UInt8], status: HTTPResponse.Status) async throws(Problem) -> Response {
        guard case .object(let event) = try? JSONReader.parse(eventBody),  // Our own text; else it is a fault of ours.
            case .object(let details)? = event["details"],
            let member = details.members.first(where: { ["queue", "counter", "agent"].contains($0.key) }),
            case .object(let row) = member.value, case .integer(let id)? = row["id"]
        else { throw Problem(.internalServerError, "internal", "The first answer can't be rebuilt.") }
        var text = JSONText()
        text.beginObject()
        for member in row.members { text.member(named: member.key, member.value) }
        if member.key == "counter" {
            let counter = try await readingAfterwards { store throws(StoreError) in
                try await store.counter(CounterID(id))
            }
            text.member("ticket_id", counter?.ticketID?.rawValue)
        }
        if member.key == "queue" {
            // An event of before schema 2 has neither.
            for name in ["names", "hours"] where row[name] == nil { text.member(named: name, .null) }
            let queue = try await readingAfterwards { store throws(StoreError) in try await store.queue(QueueID(id)) }
            text.member("open_now", queue.map { store.writer.opening().admits($0.settings) } ?? false)
        }
        if member.key == "agent" {
            let (agent, hasPIN) = try await readingAfterwards { store throws(StoreError) in
                (try await store.agent(AgentID(id)), try await store.agentsHavingPIN().contains(AgentID(id)))
            }
            text.member("name", agent?.name)
            text.member("has_pin", hasPIN)
        }
        text.endObject()
        var response = Response.json(text, status: status)
        if case .integer(let version)? = row["version"] { response.headers[.eTag] = ETag.text(version) }
        return response
    }
}
