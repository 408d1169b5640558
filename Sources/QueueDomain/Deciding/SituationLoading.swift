/// Loads what a command needs, and nothing more.
///
/// Which rows those are is a rule, so it is here and not in a source; a source only answers probes.
package struct SituationLoader<Source: SituationSource> {
    private let source: Source
    private var situation: Situation

    /// - Throws: the source's failure.
    package static func load(
        for command: Command, from source: Source, now: Moment, rules: Rules
    ) throws(Source.Failure) -> Situation {
        let branch = try source.branch()
        var loader = SituationLoader(
            source: source, situation: Situation(now: now, rules: rules, branch: branch))
        try loader.load(command)
        return loader.situation
    }

    private mutating func load(_ command: Command) throws(Source.Failure) {
        if command.takesCustomer, let agentID = command.agentID { situation.agent = try source.agent(agentID) }
        switch command.request {
        case .issue(let request): try loadIssue(request)
        case .ticket(let id, let action, _): try loadTicket(id, action)
        case .callNext(let request): try loadCallNext(request)
        case .reserve(let queueID, let holding): try loadReserve(queueID, holding)
        case .counter(let id, let action, _): try loadCounter(id, action)
        case .edit(let edit): try loadEdit(edit)
        case .rollDay: break
        }
    }

    private mutating func loadIssue(_ request: IssueRequest) throws(Source.Failure) {
        guard let queue = try source.queue(request.queueID) else { return }
        situation.queue = queue
        situation.nextTicketID = try source.nextTicketID()
        situation.freeCount = try freeCount(in: queue)
    }

    /// The next count whose number is neither open nor ended within the undo window; each try is one probe, and in
    /// the usual case the first one is free.
    private func freeCount(in queue: Queue) throws(Source.Failure) -> Int? {
        let quietSince = situation.now.tick - queue.undoWindow
        let first = queue.firstCandidate(on: situation.branch.day)
        var count = first
        repeat {
            let number = TicketNumber(prefix: queue.settings.prefix, count: count)
            if try !source.isTaken(number, endedAfter: quietSince) { return count }
            count = queue.candidate(after: count)
        } while count != first
        return nil
    }

    private mutating func loadTicket(_ id: TicketID, _ action: TicketAction) throws(Source.Failure) {
        guard let ticket = try source.ticket(id) else { return }
        situation.ticket = ticket
        situation.queue = try source.queue(ticket.queueID)
        switch action {
        case .call(let counterID):
            try loadSeat(counterID)
        case .resume(let counterID):
            if let counterID { try loadSeat(counterID) }
        case .hold(let holding), .setStatus(_, _, let holding):
            try loadHeld(holding)
        case .transfer(let target, let place):
            try loadTransfer(target, place)
        case .undo:
            situation.before = try source.before(id)
            if let before = situation.before { try loadUndo(of: ticket, before: before.ticket) }
        case .reinstate:
            situation.numberIsOpen = try source.isOpen(ticket.number)
        case .letAhead:
            if ticket.state == .waiting { situation.follower = try source.follower(of: ticket) }
        default:
            break
        }
    }

    private mutating func loadUndo(of ticket: Ticket, before: Ticket) throws(Source.Failure) {
        if ticket.state.isEnded { situation.numberIsOpen = try source.isOpen(ticket.number) }
        if try source.queue(before.queueID) == nil { situation.missingQueueID = before.queueID }
        if before.state.occupiesCounter, let counterID = before.counterID {
            try loadSeat(counterID)
        } else if before.state == .waiting, let counterID = before.targetCounterID {
            try loadSeat(counterID)
        }
        if let token = before.holder {
            try loadHeld(Holding(token: token, isWorker: before.leaseTick != nil))
        }
    }

    private mutating func loadSeat(_ id: CounterID) throws(Source.Failure) {
        situation.counter = try source.counter(id)
        situation.current = try source.current(at: id)
    }

    private mutating func loadHeld(_ holding: Holding) throws(Source.Failure) {
        guard holding.isWorker, let limit = situation.rules.maxHeld else { return }
        situation.heldCount = try source.heldCount(by: holding.token, limit: limit)
    }

    private mutating func loadTransfer(_ target: TransferTarget, _ place: TransferPlace) throws(Source.Failure) {
        switch target {
        case .queue(let id):
            situation.missingQueueID = try source.queue(id) == nil ? id : nil
            if situation.missingQueueID == nil {
                situation.queue = try source.queue(id)
                if place == .first { situation.targetHead = try source.head(of: id) }
            }
        case .counter(let id):
            situation.counter = try source.counter(id)
            situation.line = try source.line(at: id, limit: DomainLimits.counterLine)
            if place == .first { situation.targetHead = situation.line.first }
        }
    }

    private mutating func loadCallNext(_ request: CallNextRequest) throws(Source.Failure) {
        try loadSeat(request.counterID)
        guard let counter = situation.counter else { return }
        if let queueID = request.queueID {
            situation.queue = try source.queue(queueID)
            try addCandidate(ServedQueue(queueID: queueID))
            return
        }
        if let head = try source.head(ofLineAt: counter.id), let queue = try source.queue(head.queueID) {
            situation.candidates.append(.init(ticket: head, queue: queue, tier: 0, helpAfter: 0))
        }
        for served in counter.settings.serves { try addCandidate(served) }
    }

    private mutating func addCandidate(_ served: ServedQueue) throws(Source.Failure) {
        guard let queue = try source.queue(served.queueID), let head = try source.head(of: served.queueID) else {
            return
        }
        let helpAfter = Int64(served.helpAfter) * Span.second
        situation.candidates.append(.init(ticket: head, queue: queue, tier: served.tier, helpAfter: helpAfter))
    }

    private mutating func loadReserve(_ queueID: QueueID, _ holding: Holding) throws(Source.Failure) {
        situation.queue = try source.queue(queueID)
        try addCandidate(ServedQueue(queueID: queueID))
        try loadHeld(holding)
    }

    private mutating func loadCounter(_ id: CounterID, _ action: CounterAction) throws(Source.Failure) {
        try loadSeat(id)
        switch action {
        case .open(let agentID):
            guard let agentID else { return }
            situation.agent = try source.agent(agentID)
            situation.agentCounterID = try source.counter(of: agentID)
        case .close:
            // An undo may bring a few more back than transfers may send.
            situation.line = try source.line(at: id, limit: 2 * DomainLimits.counterLine)
        case .pause:
            break
        }
    }

    private mutating func loadEdit(_ edit: BranchEdit) throws(Source.Failure) {
        switch edit {
        case .createQueue(let settings):
            situation.nextQueueID = try source.nextQueueID()
            situation.rowCount = try source.queueCount()
            try loadQueueNames(settings)
        case .changeQueue(let id, let settings, _):
            situation.queue = try source.queue(id)
            try loadQueueNames(settings)
        case .deleteQueue(let id, _):
            situation.queue = try source.queue(id)
            situation.openCount = try source.openCount(in: id, limit: 1)
            situation.servingCounters = try source.counters(serving: id)
        case .createCounter(let settings):
            situation.nextCounterID = try source.nextCounterID()
            situation.rowCount = try source.counterCount()
            try loadCounterNames(settings)
        case .changeCounter(let id, let settings, _):
            situation.counter = try source.counter(id)
            try loadCounterNames(settings)
        case .deleteCounter(let id, _):
            try loadSeat(id)
            situation.line = try source.line(at: id, limit: 1)
        case .createAgent(let name, _):
            situation.nextAgentID = try source.nextAgentID()
            situation.rowCount = try source.agentCount()
            situation.nameOwner = try source.agent(name: name)?.rawValue
        case .changeAgent(let id, let name, _, _):
            situation.agent = try source.agent(id)
            situation.agentCounterID = try source.counter(of: id)
            situation.nameOwner = try source.agent(name: name)?.rawValue
        case .deleteAgent(let id, _):
            situation.agent = try source.agent(id)
            situation.agentCounterID = try source.counter(of: id)
        case .changeBranch:
            break
        }
    }

    private mutating func loadQueueNames(_ settings: QueueSettings) throws(Source.Failure) {
        situation.prefixOwner = try source.queue(prefix: settings.prefix)
        situation.nameOwner = try source.queue(name: settings.name)?.rawValue
    }

    private mutating func loadCounterNames(_ settings: CounterSettings) throws(Source.Failure) {
        situation.nameOwner = try source.counter(name: settings.name)?.rawValue
        for served in settings.serves where situation.missingQueueID == nil {
            if try source.queue(served.queueID) == nil { situation.missingQueueID = served.queueID }
        }
    }
}

/// Bounds of the rules; each is a number of rows.
package enum DomainLimits {
    /// The longest line of a counter's own: closing it returns the whole line at once, so that nobody is left waiting
    /// for a closed counter.
    package static let counterLine = 1_000
    package static let queues = 200
    package static let counters = 500
    package static let agents = 2_000
}
