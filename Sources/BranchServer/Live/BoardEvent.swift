import QueueEvents

/// A stored event cut down to the board's view.
///
/// Events in the ring are encoded for boards from their values; only what a resuming client missed comes this way.
struct BoardEvent {
    let body: [UInt8]
    let isForStaffOnly: Bool
    /// The queues that a counter's event concerns; nil = everybody. A change of its settings may have taken it from a
    /// queue, and which one isn't stored: such an event concerns everybody.
    let servedQueues: Set<Int64>?

    private static let details: Set<String> = [
        "previous_state", "previous_queue_id", "undoes", "queue", "counter", "branch", "deleted", "closed_day",
    ]
    private static let queue: Set<String> = ["id", "name", "names", "prefix", "open", "waiting", "version"]
    private static let counter: Set<String> = ["id", "name", "state", "queues", "ticket_id", "version"]

    init?(staffBody: [UInt8]) {
        guard case .object(let event) = try? JSONReader.parse(staffBody),  // Our own text; else nobody gets it.
            case .object(let details)? = event["details"]
        else { return nil }
        isForStaffOnly = details["agent"] != nil
        var served: Set<Int64>?
        if event["event"] != .string(EventType.counterChanged.rawValue),
            case .object(let counter)? = details["counter"], case .array(let queues)? = counter["queues"]
        {
            served = Set(queues.compactMap(Self.queueID))
        }
        servedQueues = served
        var text = JSONText(capacity: staffBody.count)
        text.beginObject()
        for member in event.members { Self.write(member, into: &text) }
        text.endObject()
        body = text.bytes
    }

    private static func queueID(_ value: JSONValue) -> Int64? {
        guard case .object(let entry) = value, case .integer(let id)? = entry["queue_id"] else { return nil }
        return id
    }

    private static func write(_ member: JSONObject.Member, into text: inout JSONText) {
        switch (member.key, member.value) {
        case ("actor", .object(let actor)):
            text.key("actor")
            text.beginObject()
            text.member(named: "role", actor["role"] ?? .null)
            text.member(named: "id", .null)
            text.endObject()
        case ("ticket", .object(let ticket)):
            text.key("ticket")
            write(ticket, only: ReplayedTicket.boardMembers, into: &text)
        case ("details", .object(let all)):
            text.key("details")
            text.beginObject()
            for member in all.members where details.contains(member.key) { writeRow(member, into: &text) }
            text.endObject()
        default:
            text.member(named: member.key, member.value)
        }
    }

    private static func writeRow(_ member: JSONObject.Member, into text: inout JSONText) {
        switch (member.key, member.value) {
        case ("queue", .object(let row)):
            text.key("queue")
            write(row, only: queue, into: &text)
        case ("counter", .object(let row)):
            text.key("counter")
            write(row, only: counter, into: &text)
        default:
            text.member(named: member.key, member.value)
        }
    }

    private static func write(_ object: JSONObject, only names: Set<String>, into text: inout JSONText) {
        text.beginObject()
        for member in object.members where names.contains(member.key) {
            text.member(named: member.key, member.value)
        }
        text.endObject()
    }
}
