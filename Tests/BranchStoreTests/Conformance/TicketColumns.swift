import GRDB
import QueueDomain

/// A ticket as the columns must hold it; written down again here, so that a column bound to the wrong value shows.
enum ExpectedColumns {
    static func of(_ ticket: Ticket) -> [String: DatabaseValue] {
        var columns: [String: DatabaseValue] = [:]
        func set(_ name: String, _ value: (any DatabaseValueConvertible)?) {
            columns[name] = value?.databaseValue ?? .null
        }
        set("queue_id", ticket.queueID.rawValue)
        set("number", ticket.number.text)
        set("day", Int64(ticket.day.number))
        set("state", ticket.state.rawValue)
        set("priority", ticket.priority)
        set("estimated_time", ticket.estimatedTime)
        set("progress", ticket.progress)
        set("language", ticket.language)
        set("version", ticket.version)
        set("rank", ticket.rank)
        set("arrival_tick", ticket.arrivalTick)
        set("queued_tick", ticket.queuedTick)
        set("called_tick", ticket.calledTick)
        set("started_tick", ticket.startedTick)
        set("ended_tick", ticket.endedTick)
        set("park_until_tick", ticket.parkUntilTick)
        set("lease_tick", ticket.leaseTick)
        set("target_counter_id", ticket.targetCounterID?.rawValue)
        set("counter_id", ticket.counterID?.rawValue)
        set("holder", ticket.holder?.rawValue)
        set("agent_id", ticket.agentID?.rawValue)
        set("call_count", ticket.callCount)
        set("let_ahead_count", ticket.letAheadCount)
        set("arrived_at", ticket.arrivedAt.milliseconds)
        set("queued_at", ticket.queuedAt.milliseconds)
        set("first_called_at", ticket.firstCalledAt?.milliseconds)
        set("called_at", ticket.calledAt?.milliseconds)
        set("started_at", ticket.startedAt?.milliseconds)
        set("parked_at", ticket.parkedAt?.milliseconds)
        set("park_until", ticket.parkUntil?.milliseconds)
        set("ended_at", ticket.endedAt?.milliseconds)
        set("ended_by_role", ticket.endedBy?.role.rawValue)
        set("ended_by_id", ticket.endedBy?.id)
        set("outcome", ticket.outcome?.rawValue)
        set("updated_at", ticket.updatedAt.milliseconds)
        return columns
    }

    /// The columns that only the store knows.
    static let storeOnly: Set = ["id", "uid", "link_hash", "ticket_id", "seq", "made_version", "kind", "made_tick"]
}
