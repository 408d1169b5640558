/// One customer's stay, without personal data. Open tickets and ended ones have the same shape.
package struct Ticket: Equatable, Sendable {
    package let id: TicketID
    package var queueID: QueueID
    package let number: TicketNumber
    /// The business day in which the number was drawn.
    package let day: BusinessDay
    package var state: TicketState
    /// 1…10, higher is sooner.
    package var priority: Int
    /// Expected handling, seconds.
    package var estimatedTime: Int?
    /// Per cent, 0…100.
    package var progress: Int?
    /// BCP 47 tag the customer chose.
    package var language: String?
    /// Rises by one with every change.
    package var version: Int64

    /// The place in line: tickets are called by rising (rank, id).
    package var rank: Int64
    /// Ticks (milliseconds of the writer's own clock).
    package var arrivalTick: Int64
    package var queuedTick: Int64
    package var calledTick: Int64?
    package var startedTick: Int64?
    package var endedTick: Int64?
    /// When a parked ticket comes back by itself.
    package var parkUntilTick: Int64?
    /// When a worker that holds the ticket was last heard of; nil when no lease runs.
    package var leaseTick: Int64?

    /// The counter in whose own line the ticket waits.
    package var targetCounterID: CounterID?
    /// The counter that called it last.
    package var counterID: CounterID?
    /// The token that holds it when it was called without a counter.
    package var holder: TokenID?
    package var agentID: AgentID?
    package var callCount: Int
    /// How often the customer let another one ahead.
    package var letAheadCount: Int

    package let arrivedAt: Timestamp
    package var queuedAt: Timestamp
    package var firstCalledAt: Timestamp?
    package var calledAt: Timestamp?
    package var startedAt: Timestamp?
    package var parkedAt: Timestamp?
    package var parkUntil: Timestamp?
    package var endedAt: Timestamp?
    package var endedBy: Actor?
    package var outcome: TicketOutcome?
    package var updatedAt: Timestamp

    package init(
        id: TicketID, queueID: QueueID, number: TicketNumber, day: BusinessDay, state: TicketState, priority: Int,
        estimatedTime: Int? = nil, progress: Int? = nil, language: String? = nil, version: Int64, rank: Int64,
        arrivalTick: Int64, queuedTick: Int64, calledTick: Int64? = nil, startedTick: Int64? = nil,
        endedTick: Int64? = nil, parkUntilTick: Int64? = nil, leaseTick: Int64? = nil,
        targetCounterID: CounterID? = nil, counterID: CounterID? = nil, holder: TokenID? = nil,
        agentID: AgentID? = nil, callCount: Int, letAheadCount: Int, arrivedAt: Timestamp, queuedAt: Timestamp,
        firstCalledAt: Timestamp? = nil, calledAt: Timestamp? = nil, startedAt: Timestamp? = nil,
        parkedAt: Timestamp? = nil, parkUntil: Timestamp? = nil, endedAt: Timestamp? = nil, endedBy: Actor? = nil,
        outcome: TicketOutcome? = nil, updatedAt: Timestamp
    ) {
        self.id = id
        self.queueID = queueID
        self.number = number
        self.day = day
        self.state = state
        self.priority = priority
        self.estimatedTime = estimatedTime
        self.progress = progress
        self.language = language
        self.version = version
        self.rank = rank
        self.arrivalTick = arrivalTick
        self.queuedTick = queuedTick
        self.calledTick = calledTick
        self.startedTick = startedTick
        self.endedTick = endedTick
        self.parkUntilTick = parkUntilTick
        self.leaseTick = leaseTick
        self.targetCounterID = targetCounterID
        self.counterID = counterID
        self.holder = holder
        self.agentID = agentID
        self.callCount = callCount
        self.letAheadCount = letAheadCount
        self.arrivedAt = arrivedAt
        self.queuedAt = queuedAt
        self.firstCalledAt = firstCalledAt
        self.calledAt = calledAt
        self.startedAt = startedAt
        self.parkedAt = parkedAt
        self.parkUntil = parkUntil
        self.endedAt = endedAt
        self.endedBy = endedBy
        self.outcome = outcome
        self.updatedAt = updatedAt
    }
}

extension Ticket {
    /// Arrival to last call, in milliseconds; nil before a call.
    package var waitingTime: Int64? { calledTick.map { $0 - arrivalTick } }
    /// Call to start, in milliseconds; nil before the start.
    package var walkingTime: Int64? {
        guard let calledTick, let startedTick else { return nil }
        return startedTick - calledTick
    }
    /// Start to end, in milliseconds; nil before the end or when it never started.
    package var handlingTime: Int64? {
        guard let startedTick, let endedTick else { return nil }
        return endedTick - startedTick
    }
    /// Whether it stands in its queue's own line (not in a counter's).
    package var waitsInQueueLine: Bool { state == .waiting && targetCounterID == nil }
    /// Whether it waits in a counter's own line.
    package var waitsInCounterLine: Bool { state == .waiting && targetCounterID != nil }
}

/// What a ticket's own values may be.
package enum TicketBounds {
    /// Per cent.
    package static let progress = 0...100

    /// The first value that is out of its bounds, or nil.
    package static func fault(priority: Int = 1, estimatedTime: Int? = nil, progress: Int? = nil) -> SettingFault? {
        if !CallingOrder.priorities.contains(priority) { return SettingFault("priority", "1 to 10") }
        if let estimatedTime, estimatedTime < 0 { return SettingFault("estimated_time", "0 or more seconds") }
        if let progress, !Self.progress.contains(progress) { return SettingFault("progress", "0 to 100, or null") }
        return nil
    }
}

/// The row as it was before the newest action that can be undone.
package struct TicketBefore: Equatable, Sendable {
    /// The event that made the change, and the version the ticket got by it.
    package var seq: Int64
    package var version: Int64
    /// What was done and when (tick).
    package var kind: TicketEventKind
    package var tick: Int64
    package var ticket: Ticket

    package init(seq: Int64, version: Int64, kind: TicketEventKind, tick: Int64, ticket: Ticket) {
        self.seq = seq
        self.version = version
        self.kind = kind
        self.tick = tick
        self.ticket = ticket
    }
}
