package import QueueDomain

/// The branch in memory: answers the loader's probes and takes facts, as SQLite's writer does, without a disk.
///
/// The simulation runs on it, and the conformance suite compares it with SQLite row by row. Not safe for
/// concurrent use: one owner at a time.
package final class MemorySource: SituationSource {
    package typealias Failure = Never

    struct Slot {
        var ticket: Ticket
        /// Its place in `openIDs`; nil once it has ended.
        var openIndex: Int?
    }

    /// The branch's row.
    package internal(set) var branchRow: Branch
    /// The newest event's number.
    package internal(set) var lastSeq: Int64 = 0
    /// The tick of the newest event.
    package internal(set) var lastTick: Int64
    /// The newest wall time that any event carries.
    package internal(set) var lastWall: Timestamp
    /// Open tickets in no order, so that one can be drawn at random.
    package internal(set) var openIDs: [TicketID] = []
    /// What is kept for undo.
    package internal(set) var befores: [TicketID: TicketBefore] = [:]
    /// Rows of queues.
    package internal(set) var queues: [QueueID: Queue] = [:]
    /// Rows of counters.
    package internal(set) var counters: [CounterID: Counter] = [:]
    /// Rows of agents with their names.
    package internal(set) var agents: [AgentID: (agent: Agent, name: String)] = [:]

    /// By id − 1: ids are drawn without holes.
    var slots: [Slot] = []
    var lines: [QueueID: MemoryLine] = [:]
    var counterLines: [CounterID: MemoryLine] = [:]
    var seats: [CounterID: TicketID] = [:]
    var held: [TokenID: Int] = [:]
    var openCounts: [QueueID: Int] = [:]
    var openNumbers: [TicketNumber: TicketID] = [:]
    var endedNumbers: [TicketNumber: [EndedNumber]] = [:]
    var queueIDs = 1 as Int64
    var counterIDs = 1 as Int64
    var agentIDs = 1 as Int64

    struct EndedNumber {
        let tick: Int64
        let id: TicketID
    }

    /// A branch without queues, as a new database is.
    package init(branch: Branch, now: Moment) {
        branchRow = branch
        lastTick = now.tick
        lastWall = now.wall
    }

    /// How many tickets were ever issued.
    package var issuedCount: Int { slots.count }

    /// Every ticket by rising id.
    package var tickets: [Ticket] { slots.map(\.ticket) }

    /// A queue's own line.
    package func line(of queue: QueueID) -> MemoryLine { lines[queue] ?? MemoryLine() }
    /// A counter's own line.
    package func line(ofCounter counter: CounterID) -> MemoryLine { counterLines[counter] ?? MemoryLine() }
    /// Whether a ticket is among the open ones, whatever its state says.
    package func isInOpenTable(_ id: TicketID) -> Bool { index(of: id).map { slots[$0].openIndex != nil } ?? false }
    /// A ticket's state, without a copy of the row.
    package func state(of id: TicketID) -> TicketState? { index(of: id).map { slots[$0].ticket.state } }
    /// A ticket's version, without a copy of the row.
    package func version(of id: TicketID) -> Int64? { index(of: id).map { slots[$0].ticket.version } }
    /// The id of a counter's called or serving ticket.
    package func currentID(at counter: CounterID) -> TicketID? { seats[counter] }
    /// How many open tickets a token holds.
    package func holds(_ token: TokenID) -> Int { held[token] ?? 0 }

    private func index(of id: TicketID) -> Int? {
        let index = Int(id.rawValue) - 1
        return slots.indices.contains(index) ? index : nil
    }

    private func ticket(at id: TicketID?) -> Ticket? { id.flatMap { ticket($0) } }
}

extension MemorySource {
    package func branch() -> Branch { branchRow }
    package func nextTicketID() -> TicketID { TicketID(Int64(slots.count) + 1) }
    package func nextQueueID() -> QueueID { QueueID(queueIDs) }
    package func nextCounterID() -> CounterID { CounterID(counterIDs) }
    package func nextAgentID() -> AgentID { AgentID(agentIDs) }

    package func ticket(_ id: TicketID) -> Ticket? { index(of: id).map { slots[$0].ticket } }
    package func before(_ id: TicketID) -> TicketBefore? { befores[id] }
    package func queue(_ id: QueueID) -> Queue? { queues[id] }
    package func counter(_ id: CounterID) -> Counter? { counters[id] }
    package func agent(_ id: AgentID) -> Agent? { agents[id]?.agent }

    package func current(at counter: CounterID) -> Ticket? { ticket(at: seats[counter]) }
    package func head(of queue: QueueID) -> Ticket? { ticket(at: lines[queue]?.head) }
    package func head(ofLineAt counter: CounterID) -> Ticket? { ticket(at: counterLines[counter]?.head) }

    package func follower(of ticket: Ticket) -> Ticket? {
        if let counter = ticket.targetCounterID {
            return self.ticket(at: counterLines[counter]?.follower(of: ticket))
        }
        return self.ticket(at: lines[ticket.queueID]?.follower(of: ticket))
    }

    package func line(at counter: CounterID, limit: Int) -> [Ticket] {
        (counterLines[counter]?.places.prefix(limit) ?? []).compactMap { ticket($0.id) }
    }

    package func heldCount(by token: TokenID, limit: Int) -> Int { min(held[token] ?? 0, limit) }

    package func isTaken(_ number: TicketNumber, endedAfter tick: Int64) -> Bool {
        if openNumbers[number] != nil { return true }
        return endedNumbers[number]?.contains { $0.tick > tick } ?? false
    }

    package func isOpen(_ number: TicketNumber) -> Bool { openNumbers[number] != nil }
    package func openCount(in queue: QueueID, limit: Int) -> Int { min(openCounts[queue] ?? 0, limit) }

    package func queue(prefix: String) -> QueueID? { queues.values.first { $0.settings.prefix == prefix }?.id }
    package func queue(name: String) -> QueueID? { queues.values.first { $0.settings.name == name }?.id }
    package func counter(name: String) -> CounterID? { counters.values.first { $0.settings.name == name }?.id }
    package func agent(name: String) -> AgentID? { agents.first { $0.value.name == name }?.key }
    package func counter(of agent: AgentID) -> CounterID? { counters.values.first { $0.agentID == agent }?.id }

    package func counters(serving queue: QueueID) -> [Counter] {
        counters.values.filter { $0.settings.serves.contains { $0.queueID == queue } }.sorted { $0.id < $1.id }
    }

    package func queueCount() -> Int { queues.count }
    package func counterCount() -> Int { counters.count }
    package func agentCount() -> Int { agents.count }
}
