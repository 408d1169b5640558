package import QueueDomain
package import QueueEvents

extension TicketPayload {
    /// The JSON shape of a ticket.
    package init(_ ticket: Ticket) {
        self.init(
            id: ticket.id.rawValue, queueID: ticket.queueID.rawValue, number: ticket.number.text,
            status: ticket.state.status.rawValue, state: ticket.state.rawValue, priority: ticket.priority,
            estimatedTime: ticket.estimatedTime, progress: ticket.progress, language: ticket.language,
            version: ticket.version, counterID: ticket.counterID?.rawValue,
            targetCounterID: ticket.targetCounterID?.rawValue, agentID: ticket.agentID?.rawValue,
            holder: ticket.holder?.rawValue, callCount: ticket.callCount, day: ticket.day.text,
            waitingTime: ticket.waitingTime, walkingTime: ticket.walkingTime, handlingTime: ticket.handlingTime,
            arrivedAt: ticket.arrivedAt.milliseconds, queuedAt: ticket.queuedAt.milliseconds,
            firstCalledAt: ticket.firstCalledAt?.milliseconds, calledAt: ticket.calledAt?.milliseconds,
            startedAt: ticket.startedAt?.milliseconds, parkedAt: ticket.parkedAt?.milliseconds,
            parkUntil: ticket.parkUntil?.milliseconds, endedAt: ticket.endedAt?.milliseconds,
            endedByRole: ticket.endedBy?.role.rawValue, endedByID: ticket.endedBy?.id,
            outcome: ticket.outcome?.rawValue, updatedAt: ticket.updatedAt.milliseconds)
    }
}

extension QueuePayload {
    /// The row as events and answers show it.
    package init(_ queue: Queue) {
        let settings = queue.settings
        self.init(
            id: queue.id.rawValue, name: settings.name, prefix: settings.prefix, firstNumber: settings.firstNumber,
            lastNumber: settings.lastNumber, credit: settings.credit, strict: settings.strict,
            open: settings.isOpen, cap: settings.cap, undoWindow: settings.undoWindow,
            carryOver: settings.carryOver, autoStart: settings.autoStart, targetWait: settings.targetWait,
            names: settings.names, hours: settings.hours.map(HoursPayload.init), waiting: queue.waiting,
            version: queue.version)
    }
}

extension CounterPayload {
    /// The row as events and answers show it.
    package init(_ counter: Counter) {
        self.init(
            id: counter.id.rawValue, name: counter.settings.name, state: counter.state.rawValue,
            automatic: counter.settings.automatic,
            serves: counter.settings.serves.map {
                Served(queueID: $0.queueID.rawValue, tier: $0.tier, helpAfter: $0.helpAfter)
            },
            agentID: counter.agentID?.rawValue, version: counter.version)
    }
}

extension AgentPayload {
    /// The row as events show it, without the name.
    package init(_ agent: Agent) {
        self.init(id: agent.id.rawValue, active: agent.isActive, version: agent.version)
    }
}

extension BranchPayload {
    /// The row as events and answers show it.
    package init(_ branch: Branch) {
        let profile = branch.profile
        self.init(
            name: profile.name, timeZone: profile.timeZone, language: profile.language,
            takesNames: profile.takesNames, purgeHours: profile.purgeHours,
            hours: profile.hours.map(HoursPayload.init), exceptions: profile.exceptions.map(ExceptionPayload.init),
            day: branch.day.text, version: branch.version)
    }
}

/// From facts to the log's types and shapes.
enum EventEncoding {
    static func type(of fact: Fact) -> EventType {
        switch fact {
        case .ticket(let change): type(of: change.kind)
        case .counter(let change):
            switch change.kind {
            case .opened: .counterOpened
            case .closed: .counterClosed
            case .paused: .counterPaused
            case .changed: .counterChanged
            }
        case .queue: .queueChanged
        case .agent: .agentChanged
        case .branch(let change): change.kind == .dayClosed ? .dayClosed : .branchChanged
        }
    }

    private static func type(of kind: TicketEventKind) -> EventType {
        switch kind {
        case .created: .ticketCreated
        case .reserved: .ticketReserved
        case .recalled: .ticketRecalled
        case .started: .ticketStarted
        case .completed: .ticketCompleted
        case .noShow: .ticketNoShow
        case .requeued: .ticketRequeued
        case .parked: .ticketParked
        case .resumed: .ticketResumed
        case .transferred: .ticketTransferred
        case .cancelled: .ticketCancelled
        case .abandoned: .ticketAbandoned
        case .expired: .ticketExpired
        case .reinstated: .ticketReinstated
        case .updated: .ticketUpdated
        }
    }

    static func subject(of fact: Fact) -> EventEnvelope.Subject {
        switch fact {
        case .ticket(let change):
            return .ticket(TicketPayload(change.after), TicketDetails(change.details))
        case .counter(let change):
            return .counter(CounterPayload(row(change.after, change.before)), deleted: change.after == nil)
        case .queue(let change):
            return .queue(QueuePayload(row(change.after, change.before)), deleted: change.after == nil)
        case .agent(let change):
            return .agent(AgentPayload(row(change.after, change.before)), deleted: change.after == nil)
        case .branch(let change):
            let closed = change.kind == .dayClosed ? change.before.day.text : nil
            return .branch(BranchPayload(change.after), closedDay: closed)
        }
    }

    private static func row<Row>(_ after: Row?, _ before: Row?) -> Row {
        guard let row = after ?? before else { preconditionFailure("A fact has a row before it or after it.") }
        return row
    }
}

extension TicketDetails {
    init(_ details: ChangeDetails) {
        self.init(
            previousState: details.previousState?.rawValue, previousQueueID: details.previousQueueID?.rawValue,
            undoes: details.undoes, reason: details.reason?.rawValue, place: details.place?.rawValue)
    }
}
