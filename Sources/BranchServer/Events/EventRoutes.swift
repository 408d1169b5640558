import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueEvents

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
                "\(field) must be <incarnation>.<seq>, as hello and events name them.", field: field)
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
            let seconds = try call.queryInt("wait", in: Limits.wait) ?? 0
            let after = try await start(call)
            var events = try await read(call, after: after, limit: limit)
            if events.isEmpty, seconds > 0 {
                call.beginWaiting(seconds: seconds)
                await LogGrowth.wait(for: call.store, past: after, at: .seconds(seconds))
                call.endWaiting()
                events = try await read(call, after: after, limit: limit)
            }
            return page(events, call: call, limit: limit)
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

    private static func page(_ events: [StoredEvent], call: Call, limit: Int) -> Response {
        var text = JSONText(capacity: 1_024 * max(1, events.count))
        text.beginArray()
        for event in events { text.raw(event.body) }
        text.endArray()
        var response = Response.json(text)
        if events.count == limit, let last = events.last {
            let place = LogPlace(lineage: call.store.lineage, seq: last.seq)
            response.headers[.link] = call.nextLink(["after": place.text, "limit": String(limit)])
        }
        return response
    }
}

/// Waits for the log to grow.
enum LogGrowth {
    /// Returns when the log's head is past a sequence number, when the time is over, or when the task is cancelled.
    static func wait(for store: BranchStore, past seq: Int64, at most: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await head in store.writer.ring.growth() where head > seq { return }
            }
            group.addTask {
                try? await Task.sleep(for: most)  // Cancelled: the wait is over anyway.
            }
            await group.next()
            group.cancelAll()
        }
    }
}
