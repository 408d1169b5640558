import BranchStore
import QueueDomain
import QueueEvents

/// Something that comes due.
enum Due: Hashable, Sendable {
    case caller(CallerID)
    case park(TicketID)
    case lease(TicketID)
    /// A counter helps another queue, or tries again after a failure.
    case help(CounterID)
    case reload
    case rollDay
    case expireDay
    case purge
    case checkpoint
    case scrub
}

/// Something that the box does by itself, each in a task of its own.
enum Job: Hashable, Sendable {
    case call(CounterID, PlaceID)
    /// Look when the lines that a counter helps come due.
    case lookAhead(CounterID)
    case returnFromPark(TicketID)
    case expireLease(TicketID)
    case reload
    case rollDay
    case expireDay
    case purge
    case checkpoint
    case scrub
}

/// What a caller of `reserve` is told.
enum Wake: Equatable, Sendable {
    case attempt(isLast: Bool)
    /// Answer that nobody waits.
    case dismiss
}

/// What the database says at the start, or after events were missed.
struct DispatchSnapshot: Sendable {
    /// The event up to which everything is in it at least.
    var seq: Int64
    var counters: [OccupiedCounter]
    var waiting: [QueueID: Int]
    var parked: [DueTicket]
    /// By when they were last renewed.
    var leased: [DueTicket]
}

/// Everything the dispatcher knows: who waits for whom, what is due, what is to be done. A value without I/O; the
/// service holds it behind a lock and performs what it returns.
struct DispatchState: Sendable {
    /// What is to be done outside the lock.
    enum Effect: Equatable, Sendable {
        case wake(CallerID, Wake)
        case job(Job)
    }

    /// Milliseconds; nil = no leases.
    let lease: Int64?
    private(set) var waiters: WaiterList
    private(set) var seats = SeatPlan()
    var agenda = Agenda<Due>()
    private var place = LogCursor()
    /// The newest event that was seen.
    var cursor: Int64 { place.seq }
    /// The tick of the newest event.
    private var lastWrite: Int64 = 0
    private var nextCaller: Int64 = 0
    var jobs = JobLine<Job>()

    init(lease: Int64?, waiters: WaiterList = WaiterList()) {
        self.lease = lease
        self.waiters = waiters
    }
}

// MARK: - The log

extension DispatchState {
    /// Starts from what the database says, or corrects itself by it.
    mutating func load(_ snapshot: DispatchSnapshot, at tick: Int64) -> [Effect] {
        place.jump(to: snapshot.seq)
        agenda.removeAll { key in
            switch key {
            case .park, .lease, .reload: true
            default: false
            }
        }
        for ticket in snapshot.parked { agenda.set(.park(ticket.id), at: ticket.tick) }
        if let lease {
            for ticket in snapshot.leased { agenda.set(.lease(ticket.id), at: ticket.tick + lease) }
        }
        let cuts = [snapshot.parked, snapshot.leased].filter { $0.count >= DispatchLimits.dueTickets }
        if let horizon = cuts.compactMap({ $0.last?.tick }).min() {
            agenda.set(.reload, at: max(horizon, tick + DispatchLimits.retryPause))
        }
        seats.replace(
            with: snapshot.counters.map { found in
                let settings = found.counter.settings
                let seat = Seat(
                    isOpen: found.counter.state == .open, isAutomatic: settings.automatic, serves: settings.serves,
                    ticket: found.ticketID)
                return (found.counter.id, seat)
            })
        var effects = applySeatChanges()
        for (queue, waiting) in snapshot.waiting.sorted(by: { $0.key < $1.key }) where waiting > 0 {
            effects += Self.effects(waiters.recheck(queue, waiting: waiting))
        }
        return effects
    }

    /// Takes in committed events, oldest first; nothing of a portion that doesn't follow on the cursor.
    mutating func apply(_ events: [LoggedEvent]) -> [Effect] {
        guard let first = events.first, let last = events.last, place.advance(over: first.seq...last.seq) else {
            return []
        }
        var news = LogNews()
        for event in events { read(event, into: &news) }
        lastWrite = last.tick
        agenda.set(.checkpoint, noLaterThan: lastWrite + DispatchLimits.checkpointPause)
        var effects = applySeatChanges()
        for queue in news.goneQueues { effects += Self.effects(waiters.queueGone(queue)) }
        for counter in news.nudged { effects += Self.effects(waiters.nudge(counter)) }
        for queue in news.signals { effects += Self.effects(waiters.ticketWaits(in: queue)) }
        let helpers = Set(news.movedQueues.flatMap { seats.helpers(of: $0) })
        for helper in helpers.sorted() where waiters.isIdle(helper) { effects.append(.job(.lookAhead(helper))) }
        return effects
    }

    private struct LogNews {
        /// The queue of each ticket that began to wait in its queue's line.
        var signals: [QueueID] = []
        var nudged: [CounterID] = []
        var goneQueues: [QueueID] = []
        /// Queues whose line moved.
        var movedQueues: Set<QueueID> = []
    }

    private mutating func read(_ event: LoggedEvent, into news: inout LogNews) {
        switch event.envelope.subject {
        case .ticket(let ticket, _):
            read(ticket, event, into: &news)
        case .counter(let counter, let isDeleted):
            let id = CounterID(counter.id)
            guard !isDeleted else { return seats.counterGone(id) }
            seats.counterChanged(
                id, isOpen: counter.state == CounterState.open.rawValue, isAutomatic: counter.automatic,
                serves: counter.serves.map {
                    ServedQueue(queueID: QueueID($0.queueID), tier: $0.tier, helpAfter: $0.helpAfter)
                })
        case .queue(let queue, let isDeleted):
            if isDeleted { news.goneQueues.append(QueueID(queue.id)) }
            news.movedQueues.insert(QueueID(queue.id))
        case .agent, .branch:
            break
        }
    }

    private mutating func read(_ ticket: TicketPayload, _ event: LoggedEvent, into news: inout LogNews) {
        let id = TicketID(ticket.id)
        let queue = QueueID(ticket.queueID)
        let state = TicketState(rawValue: ticket.state)
        let isAtCounter = state?.occupiesCounter ?? false
        seats.ticketMoved(id, to: isAtCounter ? ticket.counterID.map(CounterID.init(_:)) : nil)
        agenda.set(.park(id), at: event.ticketTicks?.parkUntil)
        agenda.set(.lease(id), at: lease.flatMap { lease in event.ticketTicks?.lease.map { $0 + lease } })
        news.movedQueues.insert(queue)
        if let previous = event.previousQueueID { news.movedQueues.insert(QueueID(previous)) }
        guard state == .waiting else { return }
        if let target = ticket.targetCounterID {
            news.nudged.append(CounterID(target))
        } else {
            news.signals.append(queue)
        }
    }

    private mutating func applySeatChanges() -> [Effect] {
        var effects: [Effect] = []
        for change in seats.takeChanges() {
            switch change {
            case .taken(let counter):
                waiters.counterTaken(counter)
                agenda.set(.help(counter), at: nil)
            case .free(let counter, let queues):
                effects += Self.effects(waiters.counterFree(counter, serving: queues))
            }
        }
        return effects
    }

    private static func effects(_ actions: [WaiterList.Action]) -> [Effect] {
        actions.map { action in
            switch action {
            case .attempt(let caller, let isLast): .wake(caller, .attempt(isLast: isLast))
            case .dismiss(let caller): .wake(caller, .dismiss)
            case .call(let counter, let place): .job(.call(counter, place))
            }
        }
    }
}

// MARK: - Callers

extension DispatchState {
    /// A caller comes to wait until a tick.
    mutating func join(
        queue: QueueID, key: WaiterKey?, until tick: Int64
    ) throws(WaiterList.Refusal) -> (caller: CallerID, joined: WaiterList.Joined, effects: [Effect]) {
        nextCaller += 1
        let caller = CallerID(rawValue: nextCaller)
        let joined = try waiters.join(caller, queue: queue, key: key)
        agenda.set(.caller(caller), at: tick)
        return (caller, joined, Self.effects(joined.actions))
    }

    /// A caller's attempt ended.
    mutating func attemptEnded(_ place: PlaceID, by caller: CallerID, _ outcome: AttemptOutcome) -> [Effect] {
        Self.effects(waiters.ended(place, by: caller, outcome))
    }

    /// A caller is answered; whatever it was still asked to do goes to the next one.
    mutating func leave(_ caller: CallerID, _ place: PlaceID) -> [Effect] {
        agenda.set(.caller(caller), at: nil)
        let dismissal = WaiterList.Action.dismiss(caller)
        let actions = waiters.vanish(caller) + waiters.ended(place, by: caller, .refused)
        return Self.effects(actions.filter { $0 != dismissal })
    }

    /// A caller's client is gone.
    mutating func vanish(_ caller: CallerID) -> [Effect] { Self.effects(waiters.vanish(caller)) }

    /// Nobody is kept waiting any more.
    mutating func close() -> [Effect] { Self.effects(waiters.close()) }
}

// MARK: - Counters

extension DispatchState {
    /// An automatic call ended.
    mutating func callEnded(_ counter: CounterID, _ place: PlaceID, _ outcome: AttemptOutcome) -> [Effect] {
        var effects = Self.effects(waiters.ended(place, by: nil, outcome))
        if waiters.isIdle(counter), seats.seats[counter]?.helpedQueues.isEmpty == false {
            effects.append(.job(.lookAhead(counter)))
        }
        return effects
    }

    /// The queues that a counter helps, while it could.
    func helpedQueues(of counter: CounterID) -> [ServedQueue] {
        guard waiters.isIdle(counter), let seat = seats.seats[counter], seat.canCall else { return [] }
        return seat.helpedQueues
    }

    /// Since when the heads of the helped lines wait; the counter tries when the first of them is due.
    mutating func linesSeen(
        from counter: CounterID, _ helped: [ServedQueue], heads: [QueueID: Int64], at tick: Int64
    ) {
        let due = helped.compactMap { served in
            heads[served.queueID].map { $0 + Int64(served.helpAfter) * Span.second }
        }
        agenda.set(.help(counter), at: due.min().map { max($0, tick + DispatchLimits.helpPause) })
    }
}

// MARK: - Time and jobs

extension DispatchState {
    /// Takes up what is due.
    mutating func takeDue(at tick: Int64) -> [Effect] {
        var effects: [Effect] = []
        while let key = agenda.popDue(at: tick) {
            switch key {
            case .caller(let caller): effects += Self.effects(waiters.timeOver(caller))
            case .park(let ticket): effects.append(.job(.returnFromPark(ticket)))
            case .lease(let ticket): effects.append(.job(.expireLease(ticket)))
            case .help(let counter): effects += Self.effects(waiters.nudge(counter))
            case .reload: effects.append(.job(.reload))
            case .rollDay: effects.append(.job(.rollDay))
            case .expireDay: effects.append(.job(.expireDay))
            case .purge: effects.append(.job(.purge))
            case .scrub: effects.append(.job(.scrub))
            case .checkpoint:
                let quiet = lastWrite + DispatchLimits.checkpointPause
                if quiet > tick {
                    agenda.set(.checkpoint, at: quiet)
                } else {
                    effects.append(.job(.checkpoint))
                }
            }
        }
        return effects
    }
}
