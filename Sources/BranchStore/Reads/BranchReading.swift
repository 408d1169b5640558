import GRDB
package import QueueDomain

/// A counter and the ticket that takes it up.
package struct OccupiedCounter: Equatable, Sendable {
    package var counter: Counter
    package var ticketID: TicketID?
}

/// What the writer's log and database look like, for status.
package struct StoreStatus: Equatable, Sendable {
    package var branch: Branch
    package var lastSeq: Int64
    package var openTickets: Int
    package var waiting: Int
    package var clockAlarm: ClockAlarm?
}

/// What the dispatcher has to come back to.
package struct DueTicket: Equatable, Sendable {
    package var id: TicketID
    /// The tick at which the park or the lease ends (a lease: when it was last renewed).
    package var tick: Int64
}

/// Everything that an admin sets, as it stood at one moment.
package struct StoredConfiguration: Sendable {
    /// nil before the first start or apply.
    package var branch: Branch?
    package var queues: [Queue]
    package var counters: [Counter]
    package var agents: [NamedAgent]
}

extension BranchStore {
    /// The whole configuration, each kind by id.
    package func storedConfiguration() async throws(StoreError) -> StoredConfiguration {
        try await readers.read { db in
            StoredConfiguration(
                branch: try BranchRow.load(db)?.branch, queues: try db.every(QueueRow.all, [], QueueRow.read),
                counters: try CounterRow.loadAll(db), agents: try db.every(AgentRow.all, [], AgentRow.read))
        }
    }

    /// Every queue, by id.
    package func queues() async throws(StoreError) -> [Queue] {
        try await readers.read { db in try db.every(QueueRow.all, [], QueueRow.read) }
    }

    /// One queue, or nil.
    package func queue(_ id: QueueID) async throws(StoreError) -> Queue? {
        try await readers.read { db in try db.first(QueueRow.byID, [id.rawValue], QueueRow.read) }
    }

    /// Every counter with its current ticket, by id.
    package func counters() async throws(StoreError) -> [OccupiedCounter] {
        try await readers.read { db in
            let seats = try db.every(
                "SELECT counter_id, id FROM tickets WHERE state IN ('called', 'serving') AND counter_id IS NOT NULL", []
            ) { (CounterID($0[0]), TicketID($0[1])) }
            let taken = Dictionary(seats, uniquingKeysWith: { first, _ in first })
            return try CounterRow.loadAll(db).map { OccupiedCounter(counter: $0, ticketID: taken[$0.id]) }
        }
    }

    /// One counter with its current ticket, or nil.
    package func counter(_ id: CounterID) async throws(StoreError) -> OccupiedCounter? {
        try await readers.read { db in
            guard let counter = try CounterRow.load(id, db) else { return nil }
            let ticketID = try db.first(TicketStatements.current, [id.rawValue]) { try TicketRow($0).ticket.id }
            return OccupiedCounter(counter: counter, ticketID: ticketID)
        }
    }

    /// Every agent, by id.
    package func agents() async throws(StoreError) -> [NamedAgent] {
        try await readers.read { db in try db.every(AgentRow.all, [], AgentRow.read) }
    }

    /// One agent, or nil.
    package func agent(_ id: AgentID) async throws(StoreError) -> NamedAgent? {
        try await readers.read { db in try db.first(AgentRow.byID, [id.rawValue], AgentRow.read) }
    }

    /// The branch's row; nil before the first start or apply.
    package func branch() async throws(StoreError) -> Branch? {
        try await readers.read { db in try BranchRow.load(db)?.branch }
    }

    /// What `turn-branch status` shows; nil before the first start or apply.
    package func status() async throws(StoreError) -> StoreStatus? {
        let alarm = writer.clockAlarm
        return try await readers.read { db in
            guard let row = try BranchRow.load(db) else { return nil }
            return StoreStatus(
                branch: row.branch, lastSeq: row.lastSeq,
                openTickets: try db.first("SELECT count(*) FROM tickets", []) { $0[0] } ?? 0,
                waiting: try db.first("SELECT coalesce(sum(waiting), 0) FROM queues", []) { $0[0] } ?? 0,
                clockAlarm: alarm)
        }
    }

    /// Parked tickets that come back by themselves, soonest first.
    package func parkedTickets(limit: Int) async throws(StoreError) -> [DueTicket] {
        try await due("SELECT id, park_until_tick FROM tickets WHERE park_until_tick IS NOT NULL", limit)
    }

    /// Held tickets whose lease runs, by when it was last renewed.
    package func leasedTickets(limit: Int) async throws(StoreError) -> [DueTicket] {
        try await due("SELECT id, lease_tick FROM tickets WHERE lease_tick IS NOT NULL", limit)
    }

    /// Since when each queue's head waits in its leg, in ticks; queues without a line are left out.
    package func headQueuedTicks(of queues: [QueueID]) async throws(StoreError) -> [QueueID: Int64] {
        try await readers.read { db in
            var ticks: [QueueID: Int64] = [:]
            for id in queues {
                ticks[id] = try db.first(
                    """
                    SELECT queued_tick FROM tickets
                    WHERE queue_id = ? AND state = 'waiting' AND target_counter_id IS NULL ORDER BY rank, id LIMIT 1
                    """, [id.rawValue]
                ) { $0[0] }
            }
            return ticks
        }
    }

    private func due(_ sql: String, _ limit: Int) async throws(StoreError) -> [DueTicket] {
        try await readers.read { db in
            try db.every(sql + " ORDER BY 2 LIMIT ?", [limit]) { DueTicket(id: TicketID($0[0]), tick: $0[1]) }
        }
    }

    /// Open tickets of an earlier business day in queues that don't carry over.
    package func overdueTickets(before day: BusinessDay, after id: TicketID, limit: Int) async throws(StoreError)
        -> [TicketID]
    {
        try await readers.read { db in
            try db.every(
                """
                SELECT id FROM tickets WHERE day < ? AND id > ?
                    AND queue_id IN (SELECT q.id FROM queues q WHERE q.carry_over = 0)
                ORDER BY id LIMIT ?
                """, [day.number, id.rawValue, limit]
            ) { TicketID($0[0]) }
        }
    }
}
