import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/counters`: configuration, opening hours of a seat, and call-next.
enum CounterRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/counters", operation: .listCounters) { call throws(Problem) in
            let counters = try await call.reading { store throws(StoreError) in try await store.counters() }
            return try RowAnswer.page(counters, for: call, id: { $0.counter.id.rawValue }) {
                CounterPayload($0.counter).write(into: &$1, view: call.view, ticketID: .some($0.ticketID?.rawValue))
            }
        },
        Route(method: .post, path: "/counters", operation: .createCounter) { call throws(Problem) in
            let body = try await call.body()
            let settings = try body.read { fields throws(FieldError) in
                let name = try fields.text("name", minLength: 1, maxLength: 60)
                return try change(CounterSettings(name: name), fields)
            }
            return try await call.writeRow(.edit(.createCounter(settings)), body: body, success: .created)
        },
        Route(method: .patch, path: "/counters/{id}", operation: .patchCounter, handle: patch),
        Route(method: .delete, path: "/counters/{id}", operation: .deleteCounter) { call throws(Problem) in
            let id = CounterID(try call.pathID())
            let version = try call.ifMatch()
            return try await call.writeRow(
                .edit(.deleteCounter(id, expecting: version)), body: .empty, isPrecondition: version != nil)
        },
        Route(method: .post, path: "/counters/{id}/call-next", operation: .callNext, handle: callNext),
        action("open", .openCounter) { .open($0.caller.stampedAgentID.map(AgentID.init(_:))) },
        action("close", .closeCounter) { _ in .close },
        action("pause", .pauseCounter) { _ in .pause },
    ]

    private static func action(
        _ name: String, _ operation: BranchAccess.Operation, _ action: @escaping @Sendable (Call) -> CounterAction
    ) -> Route {
        Route(method: .post, path: "/counters/{id}/\(name)", operation: operation) { call throws(Problem) in
            let id = try ownCounter(call)
            let body = try await call.body()
            let expected = try call.expected(body)
            return try await call.writeRow(
                .counter(id, action(call), expecting: expected.version), body: body,
                isPrecondition: expected.isPrecondition)
        }
    }

    /// The counter in the path; a token that is bound to another one may not act there.
    private static func ownCounter(_ call: Call) throws(Problem) -> CounterID {
        let id = try call.pathID()
        return try call.counter(asked: id) ?? CounterID(id)
    }

    private static func callNext(_ call: Call) async throws(Problem) -> Response {
        let id = try ownCounter(call)
        let body = try await call.body()
        let completes = try body.read { fields throws(FieldError) -> SeenTicket? in
            guard let seen = try fields.optionalFields("completes") else { return nil }
            return SeenTicket(id: TicketID(try seen.id("id")), version: try seen.id("version"))
        }
        return try await call.write(.callNext(CallNextRequest(counterID: id, completes: completes)), body: body)
    }

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = CounterID(try call.pathID())
        let body = try await call.body()
        let expected = try call.expected(body)
        guard let known = try await call.reading({ store throws(StoreError) in try await store.counter(id) }) else {
            throw Problem(Rejection(.counterNotFound), texts: nil, isPrecondition: false)
        }
        let settings = try body.read { fields throws(FieldError) in try change(known.counter.settings, fields) }
        return try await call.writeRow(
            .edit(.changeCounter(id, settings, expecting: expected.version ?? known.counter.version)), body: body,
            isPrecondition: expected.isPrecondition)
    }

    private static func change(_ old: CounterSettings, _ fields: JSONFields) throws(FieldError) -> CounterSettings {
        var new = old
        new.name = try fields.optionalText("name", minLength: 1, maxLength: 60) ?? old.name
        new.automatic = try fields.optionalBool("automatic") ?? old.automatic
        guard let list = try fields.optionalFieldsList("queues", maxCount: CounterSettings.maxServedQueues) else {
            return new
        }
        new.serves = []
        for entry in list {
            new.serves.append(
                ServedQueue(
                    queueID: QueueID(try entry.id("queue_id")), tier: try entry.optionalInt("tier", in: 1...9) ?? 1,
                    helpAfter: try entry.optionalInt("help_after", in: 0...86_400) ?? 0))
        }
        return new
    }
}
