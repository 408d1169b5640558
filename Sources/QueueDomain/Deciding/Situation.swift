/// The few rows that one command touches, and the moment it is decided at.
///
/// Loaded before the decision, so that the decision is a pure function and a refused command has written nothing.
/// What a command doesn't need stays nil or empty.
package struct Situation: Sendable {
    package var now: Moment
    package var rules: Rules
    package var branch: Branch

    /// The ticket the command is about, its queue and what was kept for undo.
    package var ticket: Ticket?
    package var before: TicketBefore?
    package var queue: Queue?
    /// The counter the command is about and its current ticket.
    package var counter: Counter?
    package var current: Ticket?
    /// Who may be called next, in tiers.
    package var candidates: [Candidate] = []
    /// Whether the number of an ended ticket is open again.
    package var numberIsOpen = false
    /// The count that a new ticket gets; nil when the whole range is open.
    package var freeCount: Int?
    package var heldCount = 0
    package var follower: Ticket?
    /// Head of the line that a transfer goes to.
    package var targetHead: Ticket?
    package var line: [Ticket] = []
    package var agent: Agent?
    /// Where the agent has a counter.
    package var agentCounterID: CounterID?

    /// For edits: the row by the same prefix or name, and rows that refer to it.
    package var prefixOwner: QueueID?
    package var nameOwner: Int64?
    package var openCount = 0
    package var servingCounters: [Counter] = []
    package var rowCount = 0
    package var missingQueueID: QueueID?

    package var nextTicketID = TicketID(0)
    package var nextQueueID = QueueID(0)
    package var nextCounterID = CounterID(0)
    package var nextAgentID = AgentID(0)

    /// The head of one line that a counter may call from.
    package struct Candidate: Equatable, Sendable {
        package var ticket: Ticket
        package var queue: Queue
        /// 0 = the counter's own line.
        package var tier: Int
        /// Milliseconds it must have waited in this leg.
        package var helpAfter: Int64
    }

    package init(now: Moment, rules: Rules, branch: Branch) {
        self.now = now
        self.rules = rules
        self.branch = branch
    }
}
