import Foundation
import GRDB
import QueueDomain
import QueueEvents

/// What the writer remembers between batches: sequences, clock and configuration rows, never a line.
///
/// A value: a batch works on a copy, and a batch that is rolled back just drops it.
struct WriterMemory: Sendable {
    var row: BranchRow
    var clock: BranchClock
    var rules: Rules
    var queues: [QueueID: Queue] = [:]
    var counters: [CounterID: Counter] = [:]
    /// Queues whose length or last number moved in this batch.
    var movedQueues: Set<QueueID> = []
    /// How often personal data were taken out of a row since the start.
    var erasures = 0
    /// The newest epoch's: the incarnation that clients of the log know.
    var lineage: UInt64
    /// For the hash of the public link's token.
    let linkKey: LinkKey
}

/// One batch's transaction: answers the loader's probes and writes facts. Lives on the writer's thread only.
final class WriterSession {
    let db: Database
    var memory: WriterMemory
    let now: Moment
    private(set) var logged: [LoggedEvent] = []
    private var random = SystemRandomNumberGenerator()

    init(db: Database, memory: WriterMemory, now: Moment) {
        self.db = db
        self.memory = memory
        self.now = now
    }

    func uid() -> EventUID {
        let high = UInt16.random(in: .min ... .max, using: &random)
        let low = UInt64.random(in: .min ... .max, using: &random)
        return EventUID(milliseconds: now.wall.milliseconds, random: (high, low))
    }

    func append(_ event: LoggedEvent) { logged.append(event) }

    /// Writes what is written once a batch: line lengths, sequences, the end of the log.
    func finish() throws {
        for id in memory.movedQueues {
            if let queue = memory.queues[id] { try QueueRow.saveMoving(queue, db) }
        }
        memory.movedQueues = []
        guard !logged.isEmpty else { return }
        memory.row.lastTick = now.tick
        memory.row.lastWall = max(memory.row.lastWall, now.wall)
        try memory.row.saveMoving(db)
    }

    /// Believes a reading that an admin vouches for. The newest wall time that a start compares with becomes this
    /// one, even when it goes back: else the next start would raise the same alarm again.
    func confirmClock(_ reading: ClockReading) throws -> Moment {
        memory.clock.confirm(reading)
        memory.row.lastWall = reading.wall
        try memory.row.saveMoving(db)
        return Moment(tick: now.tick, wall: reading.wall)
    }

    func changeQueue(_ id: QueueID, _ change: (inout Queue) -> Void) throws {
        guard var queue = try queue(id) else { return }
        change(&queue)
        memory.queues[id] = queue
        memory.movedQueues.insert(id)
    }
}

extension WriterSession: SituationSource {
    typealias Failure = any Error

    func branch() -> Branch { memory.row.branch }
    func nextTicketID() -> TicketID { TicketID(memory.row.nextTicketID) }
    func nextQueueID() -> QueueID { QueueID(memory.row.nextQueueID) }
    func nextCounterID() -> CounterID { CounterID(memory.row.nextCounterID) }
    func nextAgentID() -> AgentID { AgentID(memory.row.nextAgentID) }

    func ticket(_ id: TicketID) throws -> Ticket? {
        if let open = try oneTicket(TicketStatements.byID, [id.rawValue]) { return open }
        return try oneTicket(TicketStatements.endedByID, [id.rawValue])
    }

    func before(_ id: TicketID) throws -> TicketBefore? {
        try db.first(TicketStatements.before, [id.rawValue]) { row in
            let after = 1 + TicketColumns.names.count
            guard let kind = TicketEventKind(rawValue: row[after + 2]) else {
                throw StoreError.damagedRow(table: "ticket_before", id: id.rawValue, column: "kind")
            }
            return TicketBefore(
                seq: row[after], version: row[after + 1], kind: kind, tick: row[after + 3],
                ticket: try TicketRow(row).ticket)
        }
    }

    func queue(_ id: QueueID) throws -> Queue? {
        if let known = memory.queues[id] { return known }
        let found = try db.first(QueueRow.byID, [id.rawValue], QueueRow.read)
        memory.queues[id] = found
        return found
    }

    func counter(_ id: CounterID) throws -> Counter? {
        if let known = memory.counters[id] { return known }
        let found = try CounterRow.load(id, db)
        memory.counters[id] = found
        return found
    }

    func agent(_ id: AgentID) throws -> Agent? {
        try db.first(AgentRow.byID, [id.rawValue], AgentRow.read)?.agent
    }

    func current(at counter: CounterID) throws -> Ticket? {
        try oneTicket(TicketStatements.current, [counter.rawValue])
    }

    func head(of queue: QueueID) throws -> Ticket? {
        try oneTicket(TicketStatements.head, [queue.rawValue])
    }

    func head(ofLineAt counter: CounterID) throws -> Ticket? {
        try oneTicket(TicketStatements.headAtCounter, [counter.rawValue])
    }

    func follower(of ticket: Ticket) throws -> Ticket? {
        if let counter = ticket.targetCounterID {
            return try oneTicket(
                TicketStatements.followerAtCounter, [counter.rawValue, ticket.rank, ticket.id.rawValue])
        }
        return try oneTicket(
            TicketStatements.follower, [ticket.queueID.rawValue, ticket.rank, ticket.id.rawValue])
    }

    func line(at counter: CounterID, limit: Int) throws -> [Ticket] {
        try db.every(TicketStatements.lineAtCounter, [counter.rawValue, limit]) { try TicketRow($0).ticket }
    }

    func heldCount(by token: TokenID, limit: Int) throws -> Int {
        try db.first(TicketStatements.heldCount, [token.rawValue, limit]) { $0[0] } ?? 0
    }

    func isTaken(_ number: TicketNumber, endedAfter tick: Int64) throws -> Bool {
        if try isOpen(number) { return true }
        return try db.first(TicketStatements.numberEnded, [number.text, tick]) { _ in true } ?? false
    }

    func isOpen(_ number: TicketNumber) throws -> Bool {
        try db.first(TicketStatements.numberOpen, [number.text]) { _ in true } ?? false
    }

    func openCount(in queue: QueueID, limit: Int) throws -> Int {
        try db.first(TicketStatements.openCount, [queue.rawValue, limit]) { $0[0] } ?? 0
    }

    func queue(prefix: String) throws -> QueueID? {
        try db.first("SELECT id FROM queues WHERE prefix = ?", [prefix]) { QueueID($0[0]) }
    }

    func queue(name: String) throws -> QueueID? {
        try db.first("SELECT id FROM queues WHERE name = ?", [name]) { QueueID($0[0]) }
    }

    func counter(name: String) throws -> CounterID? {
        try db.first("SELECT id FROM counters WHERE name = ?", [name]) { CounterID($0[0]) }
    }

    func agent(name: String) throws -> AgentID? {
        try db.first("SELECT id FROM agents WHERE name = ?", [name]) { AgentID($0[0]) }
    }

    func counter(of agent: AgentID) throws -> CounterID? {
        try db.first("SELECT id FROM counters WHERE agent_id = ?", [agent.rawValue]) { CounterID($0[0]) }
    }

    func counters(serving queue: QueueID) throws -> [Counter] {
        let ids = try db.every(
            "SELECT counter_id FROM counter_queues WHERE queue_id = ? ORDER BY counter_id", [queue.rawValue]
        ) { CounterID($0[0]) }
        return try ids.compactMap { try counter($0) }
    }

    func queueCount() throws -> Int { try count("SELECT count(*) FROM queues") }
    func counterCount() throws -> Int { try count("SELECT count(*) FROM counters") }
    func agentCount() throws -> Int { try count("SELECT count(*) FROM agents") }

    private func count(_ sql: String) throws -> Int { try db.first(sql, []) { $0[0] } ?? 0 }

    private func oneTicket(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws -> Ticket? {
        try db.first(sql, values) { try TicketRow($0).ticket }
    }

    /// How many are called before a waiting ticket of its queue's line; nil when it doesn't wait there.
    func peopleAhead(of ticket: Ticket) throws -> Int? {
        guard ticket.waitsInQueueLine else { return nil }
        let tail = try db.first(TicketStatements.tail, [ticket.queueID.rawValue]) { TicketID($0[1]) }
        if tail == ticket.id, let waiting = try queue(ticket.queueID)?.waiting { return max(0, waiting - 1) }
        return try db.first(
            TicketStatements.countAhead,
            [ticket.queueID.rawValue, ticket.rank, ticket.id.rawValue, StoreLimits.peopleAhead]
        ) { $0[0] } ?? 0
    }

    func texts(of id: TicketID) throws -> TicketTexts? {
        try db.first(TicketStatements.person, [id.rawValue]) {
            TicketTexts(customerName: $0[0], note: $0[1], reason: $0[2])
        }
    }
}
