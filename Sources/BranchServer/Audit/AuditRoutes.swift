import BranchAccess
import BranchStore
import Hummingbird
import QueueDomain
import QueueEvents

/// `/audit`: who did what, newest first; and `/status`.
enum AuditRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/audit", operation: .readAudit, handle: list),
        Route(method: .get, path: "/status", operation: .readStatus) { call throws(Problem) in
            guard let bytes = await call.services.status() else {
                throw Problem(.serviceUnavailable, "unavailable", "The status can't be read now.")
            }
            var text = JSONText(capacity: bytes.count)
            text.raw(bytes)
            return .json(text)
        },
    ]

    private static func list(_ call: Call) async throws(Problem) -> Response {
        let limit = try call.limit()
        let before = try call.query("cursor").map { text throws(Problem) in try Cursor.id(text) }
        let lines = try await call.reading { store throws(StoreError) in
            try await store.auditLines(before: before, limit: limit + 1)
        }
        let shown = lines.prefix(limit)
        var text = JSONText(capacity: 256 * max(1, shown.count))
        text.beginArray()
        for line in shown { write(line, into: &text) }
        text.endArray()
        var response = Response.json(text)
        if lines.count > limit, let last = shown.last {
            response.headers[.link] = call.nextLink(["limit": String(limit), "cursor": String(last.seq)])
        }
        return response
    }

    private static func write(_ line: AuditLine, into text: inout JSONText) {
        text.beginObject()
        text.member("seq", line.seq)
        text.member("at", UTCText.text(milliseconds: line.at.milliseconds))
        text.key("actor")
        text.beginObject()
        text.member("role", line.note.actor.role)
        text.member("id", line.note.actor.id)
        text.member("name", line.actorName)
        text.endObject()
        text.member("device_id", line.note.actor.deviceID)
        text.member("action", line.note.action)
        text.member("target", line.note.target)
        member("before", line.note.before, into: &text)
        member("after", line.note.after, into: &text)
        text.endObject()
    }

    private static func member(_ name: StaticString, _ json: String?, into text: inout JSONText) {
        text.key(name)
        if let json { text.raw(Array(json.utf8)) } else { text.null() }
    }
}
