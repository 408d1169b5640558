import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueEvents
import ServiceLifecycle

/// A place in an event log: whose log, and after which event.
struct LogPlace: Equatable, Sendable {
    let lineage: UInt64
    let seq: Int64

    /// Reads `<16 hex digits>.<number>`.
    static func read(_ text: String, field: String) throws(Problem) -> LogPlace {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16, let lineage = UInt64(parts[0], radix: 16),
            parts[0].first != "+", let seq = Int64(parts[1]), seq >= 0, parts[1].first != "+"
        else {
            throw Problem.badRequest(
                "\(field) must be <incarnation>.<seq>, as hello or the Turn-After header name them.", field: field)
        }
        return LogPlace(lineage: lineage, seq: seq)
    }

    var text: String { "\(HexText.text(lineage)).\(seq)" }
}

/// `GET /events`: the log, in order, for programs.
enum EventRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/events", operation: .readEvents) { call throws(Problem) in
            let limit = try call.limit()
            let span = try call.wait()
            let after = try await start(call)
            var events = try await read(call, after: after, limit: limit)
            if events.isEmpty, span > .zero {
                call.beginWaiting(for: span)
                await LogGrowth.wait(call, past: after, atMost: span)
                call.endWaiting()
                try call.gate.requireLive(call.caller)
                events = try await read(call, after: after, limit: limit)
            }
            return page(events, after: after, call: call, limit: limit)
        }
    ]

    private static func start(_ call: Call) async throws(Problem) -> Int64 {
        guard let text = try call.query("after") else {
            return try await call.reading { store throws(StoreError) in try await store.prunedSeq() }
        }
        let place = try LogPlace.read(text, field: "after")
        guard place.lineage == call.store.lineage, place.seq <= call.store.writer.ring.head else {
            throw Problem.eventsGone
        }
        return place.seq
    }

    private static func read(_ call: Call, after seq: Int64, limit: Int) async throws(Problem) -> [StoredEvent] {
        let events = try await call.reading { store throws(StoreError) in
            try await store.events(after: seq, limit: limit)
        }
        guard let events else { throw Problem.eventsGone }
        return events
    }

    private static func page(_ events: [StoredEvent], after: Int64, call: Call, limit: Int) -> Response {
        var text = JSONText(capacity: 1_024 * max(1, events.count))
        text.beginArray()
        for event in events { text.raw(event.body) }
        text.endArray()
        var response = Response.json(text)
        // Said always: a reader at the end of the log has no Link, and no event carries the incarnation.
        let place = LogPlace(lineage: call.store.lineage, seq: events.last?.seq ?? after)
        response.headers[.turnAfter] = place.text
        if events.count == limit {
            response.headers[.link] = call.nextLink(["after": place.text, "limit": String(limit)])
        }
        return response
    }
}

extension HTTPField.Name {
    /// Where the next request for events goes on.
    static let turnAfter: HTTPField.Name = {
        guard let name = HTTPField.Name("Turn-After") else { preconditionFailure("The name is a valid token.") }
        return name
    }()
}

/// Waits for the log to grow.
enum LogGrowth {
    /// Returns when the log's head is past a sequence number, when the time is over, when the caller's token is
    /// revoked, when the server shuts down, or when the task is cancelled.
    static func wait(_ call: Call, past seq: Int64, atMost span: Duration) async {
        let (ring, gate, caller) = (call.store.writer.ring, call.gate, call.caller)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await head in ring.growth().cancelOnGracefulShutdown() where head > seq { return }
            }
            group.addTask {
                try? await Task.sleep(for: span)  // Cancelled: the wait is over anyway.
            }
            group.addTask { await gate.waitForRevocation(of: caller) }
            await group.next()
            group.cancelAll()
        }
    }
}
