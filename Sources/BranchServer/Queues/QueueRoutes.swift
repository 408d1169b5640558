import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/queues`, and the reserve of one.
enum QueueRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/queues", operation: .listQueues) { call throws(Problem) in
            let queues = try await call.reading { store throws(StoreError) in try await store.queues() }
            let opening = call.store.writer.opening()
            return try RowAnswer.page(queues, for: call, id: { $0.id.rawValue }) {
                QueuePayload($0).write(into: &$1, view: call.view, isOpenNow: opening.admits($0.settings))
            }
        },
        Route(method: .post, path: "/queues", operation: .createQueue) { call throws(Problem) in
            let body = try await call.body()
            let settings = try body.read { fields throws(FieldError) in try create(fields) }
            return try await call.writeRow(.edit(.createQueue(settings)), body: body, success: .created)
        },
        Route(method: .patch, path: "/queues/{id}", operation: .patchQueue, handle: patch),
        Route(method: .delete, path: "/queues/{id}", operation: .deleteQueue) { call throws(Problem) in
            let id = QueueID(try call.pathID())
            let version = try call.ifMatch()
            return try await call.writeRow(
                .edit(.deleteQueue(id, expecting: version)), body: .empty, isPrecondition: version != nil)
        },
        Route(method: .post, path: "/queues/{id}/reserve", operation: .reserve, handle: ReserveRoute.handle),
    ]

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = QueueID(try call.pathID())
        let body = try await call.body()
        let expected = try call.expected(body)
        guard let queue = try await call.reading({ store throws(StoreError) in try await store.queue(id) }) else {
            throw Problem(Rejection(.queueNotFound), texts: nil, isPrecondition: false)
        }
        let settings = try body.read { fields throws(FieldError) in try change(queue.settings, fields) }
        return try await call.writeRow(
            .edit(.changeQueue(id, settings, expecting: expected.version ?? queue.version)), body: body,
            isPrecondition: expected.isPrecondition)
    }

    private static func create(_ fields: JSONFields) throws(FieldError) -> QueueSettings {
        let settings = QueueSettings(
            name: try fields.text("name", minLength: 1, maxLength: 60),
            prefix: try fields.text("prefix", minLength: 1, maxLength: 3))
        return try change(settings, fields)
    }

    private static func change(_ old: QueueSettings, _ fields: JSONFields) throws(FieldError) -> QueueSettings {
        var new = old
        new.name = try fields.optionalText("name", minLength: 1, maxLength: 60) ?? old.name
        new.prefix = try fields.optionalText("prefix", minLength: 1, maxLength: 3) ?? old.prefix
        new.firstNumber = try fields.optionalInt("first_number", in: 1...999_999) ?? old.firstNumber
        new.lastNumber = try fields.optionalInt("last_number", in: 1...999_999) ?? old.lastNumber
        new.credit = try fields.optionalInt("credit", in: CallingOrder.credits) ?? old.credit
        new.strict = try fields.optionalBool("strict") ?? old.strict
        new.isOpen = try fields.optionalBool("open") ?? old.isOpen
        if fields.has("cap") { new.cap = try fields.optionalInt("cap", in: 1...1_000_000) }
        new.undoWindow = try fields.optionalInt("undo_window", in: 0...300) ?? old.undoWindow
        new.carryOver = try fields.optionalBool("carry_over") ?? old.carryOver
        new.autoStart = try fields.optionalBool("auto_start") ?? old.autoStart
        if fields.has("target_wait") { new.targetWait = try fields.optionalInt("target_wait", in: 1...86_400) }
        if fields.has("names") {
            let (most, lengths) = (QueueSettings.maxNames, BranchName.lengths)
            new.names = try fields.optionalTexts("names", maxCount: most, lengths: lengths) ?? [:]
        }
        if fields.has("hours") { new.hours = try fields.optionalHours("hours") }
        return new
    }
}

/// `POST /queues/{id}/reserve?wait=SECONDS`.
enum ReserveRoute {
    static func handle(_ call: Call) async throws(Problem) -> Response {
        let queueID = QueueID(try call.pathID())
        let span = try call.wait()
        let body = try await call.body()
        let asked = try body.read { fields throws(FieldError) in try fields.optionalID("counter_id") }
        let request: Command.Request
        if let counter = try call.counter(asked: asked) {
            request = .callNext(CallNextRequest(counterID: counter, queueID: queueID))
        } else {
            request = .reserve(queueID, call.holding)
        }
        let write = WriteRequest(
            call.command(request), idempotency: try call.idempotency(body, success: 200, conflict: 409),
            wantsTexts: true)
        let reply = try await wait(call, queueID, write, span)
        return try await call.answer(reply, to: write)
    }

    private static func wait(
        _ call: Call, _ queueID: QueueID, _ write: WriteRequest, _ span: Duration
    ) async throws(Problem) -> WriteReply {
        guard span > .zero else { return try await call.submit(write) }
        call.beginWaiting(for: span)
        let result = await reserve(call, queueID, write, span)
        call.endWaiting()
        // Whoever was given a customer is told so, though the token has ended since: nobody else knows of it.
        if !hasCustomer(result) { try call.gate.requireLive(call.caller) }
        do throws(StoreError) {
            return try result.get()
        } catch {
            throw call.problem(error)
        }
    }

    private static func hasCustomer(_ result: Result<WriteReply, StoreError>) -> Bool {
        if case .success(.done(let done)) = result { done.ticket != nil } else { false }
    }

    /// Waits for a customer, and no longer than the caller's token lives.
    private static func reserve(
        _ call: Call, _ queueID: QueueID, _ write: WriteRequest, _ span: Duration
    ) async -> Result<WriteReply, StoreError> {
        let (reserve, gate, caller) = (call.services.reserve, call.gate, call.caller)
        return await withTaskGroup(of: Result<WriteReply, StoreError>?.self) { group in
            group.addTask {
                do throws(StoreError) {
                    return .success(try await reserve(queueID, write, span))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await gate.waitForRevocation(of: caller)
                return nil
            }
            var reply = Result<WriteReply, StoreError>.success(.empty)
            for await result in group {
                if let result { reply = result }
                // Whichever was first, the other has nothing to wait for.
                group.cancelAll()
            }
            return reply
        }
    }
}
