/// A queue's row as JSON shows it; times are seconds.
package struct QueuePayload: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var prefix: String
    package var firstNumber: Int
    package var lastNumber: Int
    package var credit: Int
    package var strict: Bool
    package var open: Bool
    package var cap: Int?
    package var undoWindow: Int
    package var carryOver: Bool
    package var autoStart: Bool
    package var targetWait: Int?
    /// By language tag.
    package var names: [String: String]
    package var hours: HoursPayload?
    package var waiting: Int
    package var version: Int64

    package init(
        id: Int64, name: String, prefix: String, firstNumber: Int, lastNumber: Int, credit: Int, strict: Bool,
        open: Bool, cap: Int?, undoWindow: Int, carryOver: Bool, autoStart: Bool, targetWait: Int?,
        names: [String: String], hours: HoursPayload?, waiting: Int, version: Int64
    ) {
        self.id = id
        self.name = name
        self.prefix = prefix
        self.firstNumber = firstNumber
        self.lastNumber = lastNumber
        self.credit = credit
        self.strict = strict
        self.open = open
        self.cap = cap
        self.undoWindow = undoWindow
        self.carryOver = carryOver
        self.autoStart = autoStart
        self.targetWait = targetWait
        self.names = names
        self.hours = hours
        self.waiting = waiting
        self.version = version
    }

    /// Writes the row as an object; a board gets what a public screen may show.
    /// - Parameter isOpenNow: whether it takes tickets at the moment of an answer; nil leaves the member out.
    package func write(into text: inout JSONText, view: ReaderView, isOpenNow: Bool? = nil) {
        text.beginObject()
        text.member("id", id)
        text.member("name", name)
        text.member("names", names)
        text.member("prefix", prefix)
        text.member("open", open)
        if let isOpenNow { text.member("open_now", isOpenNow) }
        text.member("waiting", waiting)
        text.member("version", version)
        if view == .staff {
            text.member("first_number", firstNumber)
            text.member("last_number", lastNumber)
            text.member("credit", credit)
            text.member("strict", strict)
            text.member("cap", cap)
            text.member("undo_window", undoWindow)
            text.member("carry_over", carryOver)
            text.member("auto_start", autoStart)
            text.member("target_wait", targetWait)
            text.member("hours", hours)
        }
        text.endObject()
    }
}

/// A counter's row as JSON shows it; times are seconds.
package struct CounterPayload: Equatable, Sendable {
    /// One queue that the counter serves.
    package struct Served: Equatable, Sendable {
        package var queueID: Int64
        package var tier: Int
        package var helpAfter: Int

        package init(queueID: Int64, tier: Int, helpAfter: Int) {
            self.queueID = queueID
            self.tier = tier
            self.helpAfter = helpAfter
        }
    }

    package var id: Int64
    package var name: String
    package var state: String
    package var automatic: Bool
    package var serves: [Served]
    package var agentID: Int64?
    package var version: Int64

    package init(
        id: Int64, name: String, state: String, automatic: Bool, serves: [Served], agentID: Int64?, version: Int64
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.automatic = automatic
        self.serves = serves
        self.agentID = agentID
        self.version = version
    }

    /// - Parameter ticketID: the current ticket, where the reader of a list is told; nil leaves the member out.
    package func write(into text: inout JSONText, view: ReaderView, ticketID: Int64?? = nil) {
        text.beginObject()
        text.member("id", id)
        text.member("name", name)
        text.member("state", state)
        text.key("queues")
        text.beginArray()
        for served in serves {
            text.beginObject()
            text.member("queue_id", served.queueID)
            text.member("tier", served.tier)
            text.member("help_after", served.helpAfter)
            text.endObject()
        }
        text.endArray()
        if let ticketID { text.member("ticket_id", ticketID) }
        text.member("version", version)
        if view == .staff {
            text.member("automatic", automatic)
            text.member("agent_id", agentID)
        }
        text.endObject()
    }
}

/// A staff member's row; the name only where staff data are shown, never in an event.
package struct AgentPayload: Equatable, Sendable {
    package var id: Int64
    package var active: Bool
    package var version: Int64

    package init(id: Int64, active: Bool, version: Int64) {
        self.id = id
        self.active = active
        self.version = version
    }

    /// - Parameters:
    ///   - name: shown to staff; nil leaves the member out.
    ///   - hasPIN: whether the agent can sign in at a counter; nil leaves the member out.
    package func write(into text: inout JSONText, name: String? = nil, hasPIN: Bool? = nil) {
        text.beginObject()
        text.member("id", id)
        if let name { text.member("name", name) }
        text.member("active", active)
        if let hasPIN { text.member("has_pin", hasPIN) }
        text.member("version", version)
        text.endObject()
    }
}

/// The branch's row.
package struct BranchPayload: Equatable, Sendable {
    package var name: String
    package var timeZone: String
    package var language: String
    /// Whether customers' names are taken.
    package var takesNames: Bool
    package var purgeHours: Int?
    package var hours: HoursPayload?
    package var exceptions: [ExceptionPayload]
    package var day: String
    package var version: Int64

    package init(
        name: String, timeZone: String, language: String, takesNames: Bool, purgeHours: Int?, hours: HoursPayload?,
        exceptions: [ExceptionPayload], day: String, version: Int64
    ) {
        self.name = name
        self.timeZone = timeZone
        self.language = language
        self.takesNames = takesNames
        self.purgeHours = purgeHours
        self.hours = hours
        self.exceptions = exceptions
        self.day = day
        self.version = version
    }

    /// Writes the row as an object.
    package func write(into text: inout JSONText) {
        text.beginObject()
        text.member("name", name)
        text.member("time_zone", timeZone)
        text.member("language", language)
        text.member("names", takesNames)
        text.member("purge_hours", purgeHours)
        text.member("hours", hours)
        text.key("exceptions")
        text.beginArray()
        for exception in exceptions { exception.write(into: &text) }
        text.endArray()
        text.member("day", day)
        text.member("version", version)
        text.endObject()
    }
}
