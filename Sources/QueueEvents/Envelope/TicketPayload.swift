/// Who reads: staff see everything but names in events; a board sees what a public screen may show.
package enum ReaderView: Sendable {
    case staff, board
}

/// A ticket as JSON shows it. Spans are milliseconds here and whole seconds in the text; instants are milliseconds
/// since 1970 here and RFC 3339 in the text.
package struct TicketPayload: Equatable, Sendable {
    package var id: Int64
    package var queueID: Int64
    package var number: String
    package var status: String
    package var state: String
    package var priority: Int
    package var estimatedTime: Int?
    package var progress: Int?
    package var language: String?
    package var version: Int64
    package var counterID: Int64?
    package var targetCounterID: Int64?
    package var agentID: Int64?
    package var holder: Int64?
    package var callCount: Int
    package var day: String
    package var waitingTime: Int64?
    package var walkingTime: Int64?
    package var handlingTime: Int64?
    package var arrivedAt: Int64
    package var queuedAt: Int64
    package var firstCalledAt: Int64?
    package var calledAt: Int64?
    package var startedAt: Int64?
    package var parkedAt: Int64?
    package var parkUntil: Int64?
    package var endedAt: Int64?
    package var endedByRole: String?
    package var endedByID: Int64?
    package var outcome: String?
    package var updatedAt: Int64

    package init(
        id: Int64, queueID: Int64, number: String, status: String, state: String, priority: Int,
        estimatedTime: Int?, progress: Int?, language: String?, version: Int64, counterID: Int64?,
        targetCounterID: Int64?, agentID: Int64?, holder: Int64?, callCount: Int, day: String,
        waitingTime: Int64?, walkingTime: Int64?, handlingTime: Int64?, arrivedAt: Int64, queuedAt: Int64,
        firstCalledAt: Int64?, calledAt: Int64?, startedAt: Int64?, parkedAt: Int64?, parkUntil: Int64?,
        endedAt: Int64?, endedByRole: String?, endedByID: Int64?, outcome: String?, updatedAt: Int64
    ) {
        self.id = id
        self.queueID = queueID
        self.number = number
        self.status = status
        self.state = state
        self.priority = priority
        self.estimatedTime = estimatedTime
        self.progress = progress
        self.language = language
        self.version = version
        self.counterID = counterID
        self.targetCounterID = targetCounterID
        self.agentID = agentID
        self.holder = holder
        self.callCount = callCount
        self.day = day
        self.waitingTime = waitingTime
        self.walkingTime = walkingTime
        self.handlingTime = handlingTime
        self.arrivedAt = arrivedAt
        self.queuedAt = queuedAt
        self.firstCalledAt = firstCalledAt
        self.calledAt = calledAt
        self.startedAt = startedAt
        self.parkedAt = parkedAt
        self.parkUntil = parkUntil
        self.endedAt = endedAt
        self.endedByRole = endedByRole
        self.endedByID = endedByID
        self.outcome = outcome
        self.updatedAt = updatedAt
    }

    /// Writes the ticket's members into an object that the caller has begun.
    package func writeMembers(into text: inout JSONText, view: ReaderView) {
        text.member("id", id)
        text.member("queue_id", queueID)
        text.member("number", number)
        text.member("status", status)
        text.member("state", state)
        text.member("version", version)
        text.member("language", language)
        text.member("counter_id", counterID)
        if view == .staff { writeStaffMembers(into: &text) }
        text.instant("created_at", arrivedAt)
        text.instant("updated_at", updatedAt)
        text.instant("arrived_at", arrivedAt)
        text.instant("queued_at", queuedAt)
        text.instant("first_called_at", firstCalledAt)
        text.instant("called_at", calledAt)
        text.instant("started_at", startedAt)
        text.instant("parked_at", parkedAt)
        text.instant("park_until", parkUntil)
        text.instant("ended_at", endedAt)
    }

    private func writeStaffMembers(into text: inout JSONText) {
        text.member("priority", priority)
        text.member("estimated_time", estimatedTime)
        text.member("progress", progress)
        text.member("target_counter_id", targetCounterID)
        text.member("agent_id", agentID)
        text.member("holder", holder)
        text.member("call_count", callCount)
        text.member("day", day)
        text.member("waiting_time", waitingTime.map { $0 / 1_000 })
        text.member("walking_time", walkingTime.map { $0 / 1_000 })
        text.member("handling_time", handlingTime.map { $0 / 1_000 })
        text.key("ended_by")
        if let endedByRole {
            text.beginObject()
            text.member("role", endedByRole)
            text.member("id", endedByID)
            text.endObject()
        } else {
            text.null()
        }
        text.member("outcome", outcome)
    }
}

extension JSONText {
    /// A member that is an instant as RFC 3339 text, or null.
    package mutating func instant(_ name: StaticString, _ milliseconds: Int64?) {
        member(name, milliseconds.map(UTCText.text(milliseconds:)))
    }
}
