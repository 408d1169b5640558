/// What somebody asks of the branch. Personal texts travel beside a command, never in it.
package struct Command: Equatable, Sendable {
    package var actor: Actor
    /// The staff member to stamp on a call.
    package var agentID: AgentID?
    /// The counter that the caller is bound to: customers at other counters are none of theirs. nil = any counter.
    package var seat: CounterID?
    package var request: Request

    package init(actor: Actor, agentID: AgentID? = nil, seat: CounterID? = nil, request: Request) {
        self.actor = actor
        self.agentID = agentID
        self.seat = seat
        self.request = request
    }

    /// Whether it gives somebody a customer.
    var takesCustomer: Bool {
        switch request {
        case .callNext, .reserve: true
        case .ticket(_, let action, _):
            switch action {
            case .call, .hold, .resume, .setStatus(_, .processing, _): true
            default: false
            }
        case .issue, .counter, .edit, .rollDay: false
        }
    }

    /// Whom a call at a counter is stamped with: supervisors and admins call for the counter, not for its agent.
    func agent(at counter: Counter) -> AgentID? {
        switch actor.role {
        case .supervisor, .admin: nil
        default: agentID ?? counter.agentID
        }
    }

    /// What is asked, of whom or what.
    package enum Request: Equatable, Sendable {
        case issue(IssueRequest)
        /// One action on one ticket; `expecting` is the version the caller saw.
        case ticket(TicketID, TicketAction, expecting: Int64? = nil)
        case callNext(CallNextRequest)
        /// Takes the head of one queue, to be held by a token without a counter.
        case reserve(QueueID, Holding)
        case counter(CounterID, CounterAction, expecting: Int64? = nil)
        case edit(BranchEdit)
        /// The business day ends; refused while it has not.
        case rollDay
    }
}

/// A new ticket.
package struct IssueRequest: Equatable, Sendable {
    package var queueID: QueueID
    package var priority: Int
    /// Seconds.
    package var estimatedTime: Int?
    package var language: String?

    package init(queueID: QueueID, priority: Int = 1, estimatedTime: Int? = nil, language: String? = nil) {
        self.queueID = queueID
        self.priority = priority
        self.estimatedTime = estimatedTime
        self.language = language
    }
}

/// Who holds a ticket that no counter has.
package struct Holding: Equatable, Sendable {
    package var token: TokenID
    /// Whether `workers.lease` and `workers.max_held` apply (role worker).
    package var isWorker: Bool

    package init(token: TokenID, isWorker: Bool) {
        self.token = token
        self.isWorker = isWorker
    }
}

/// The counter's current ticket as the caller saw it.
package struct SeenTicket: Equatable, Sendable {
    package var id: TicketID
    package var version: Int64

    package init(id: TicketID, version: Int64) {
        self.id = id
        self.version = version
    }
}

/// A counter asks for its next customer.
package struct CallNextRequest: Equatable, Sendable {
    package var counterID: CounterID
    /// nil = the caller saw the counter free.
    package var completes: SeenTicket?
    /// Only this queue; nil = all that the counter serves, in tiers.
    package var queueID: QueueID?
    /// Asked by the dispatcher: only for a counter that is open, free and automatic.
    package var isAutomatic: Bool

    package init(
        counterID: CounterID, completes: SeenTicket? = nil, queueID: QueueID? = nil, isAutomatic: Bool = false
    ) {
        self.counterID = counterID
        self.completes = completes
        self.queueID = queueID
        self.isAutomatic = isAutomatic
    }
}

/// Where a transferred ticket waits: in a queue's line or in a counter's own.
package enum TransferTarget: Equatable, Sendable {
    case queue(QueueID)
    case counter(CounterID)
}

/// Where in the new line: by its arrival, before everybody, or behind everybody.
package enum TransferPlace: String, Sendable, CaseIterable {
    case arrival, first, last
}

/// A change of what was asked to change: absent, or present and possibly nil.
package enum Patch<Value: Equatable & Sendable>: Equatable, Sendable {
    case keep
    case set(Value)

    /// The value afterwards.
    package func applied(to value: Value) -> Value {
        switch self {
        case .keep: value
        case .set(let new): new
        }
    }
}

/// What can be done with one ticket.
package enum TicketAction: Equatable, Sendable {
    /// Call this one to a counter.
    case call(CounterID)
    /// Call this one without a counter.
    case hold(Holding)
    case recall, start, noShow, requeue
    /// Until an instant and its tick, or until somebody resumes it.
    case park(until: Timestamp?)
    /// Serving at that counter, or waiting.
    case resume(CounterID?)
    case transfer(TransferTarget, TransferPlace)
    case complete, cancel, abandon, undo, reinstate
    case letAhead
    case update(estimatedTime: Patch<Int?>, progress: Patch<Int?>)
    case patch(priority: Patch<Int>, estimatedTime: Patch<Int?>, language: Patch<String?>)
    /// The original interface's compare-and-set on status.
    case setStatus(expected: TicketStatus, to: TicketStatus, holding: Holding)
    /// Asked by the dispatcher; each is refused as `notDue` until it is.
    case returnFromPark, expireLease, expireDay
}

/// What can be done with one counter; opening names the agent who serves there, if any.
package enum CounterAction: Equatable, Sendable {
    case open(AgentID?)
    case close, pause
}

/// A change of configuration.
package enum BranchEdit: Equatable, Sendable {
    case createQueue(QueueSettings)
    case changeQueue(QueueID, QueueSettings, expecting: Int64?)
    case deleteQueue(QueueID, expecting: Int64?)
    case createCounter(CounterSettings)
    case changeCounter(CounterID, CounterSettings, expecting: Int64?)
    case deleteCounter(CounterID, expecting: Int64?)
    case createAgent(name: String, isActive: Bool)
    case changeAgent(AgentID, name: String, isActive: Bool, expecting: Int64?)
    case deleteAgent(AgentID, expecting: Int64?)
    case changeBranch(BranchProfile, expecting: Int64?)
}
