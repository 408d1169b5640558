import QueueDomain

/// Who waits at which queue, and whose turn it is: first come, first served per queue, automatic counters among the
/// callers.
///
/// A state machine without I/O: it is told what happened and returns what is to be done. One ticket wakes one waiter,
/// and no wake-up is lost: a signal ends only when a ticket of its line was called, when its line was seen empty
/// afterwards, or when nobody is left to whom it could be offered.
struct WaiterList: Sendable {
    enum Action: Equatable, Sendable {
        /// The caller asks the writer; a last time when its time is over.
        case attempt(CallerID, isLast: Bool)
        /// The counter calls its next one by itself.
        case call(CounterID, PlaceID)
        /// The caller is answered that nobody waits.
        case dismiss(CallerID)
    }

    enum Start: Equatable, Sendable {
        /// The caller asks the writer at once.
        case attempt
        /// Others wait already: the caller only asks for a first answer to its key, then waits.
        case replay
        case wait
    }

    enum Refusal: Error, Equatable, Sendable {
        case full
        /// The same key came with another body.
        case keyReused
    }

    struct Joined: Equatable, Sendable {
        let place: PlaceID
        let start: Start
        let actions: [Action]
    }

    private let perQueue: Int
    private let inAll: Int
    private var nextOrder: Int64 = 0
    private(set) var places: [PlaceID: WaiterPlace] = [:]
    /// Those who wait, longest first.
    private var idle: [QueueID: [PlaceID]] = [:]
    /// How many attempts are under way that may take a queue's ticket.
    private var trying: [QueueID: Int] = [:]
    /// Signals for which nobody was idle while somebody tried; at most as many as try.
    private var pending: [QueueID: [WakeSignal]] = [:]
    private var scopes: [[UInt8]: PlaceID] = [:]
    private var callers: [CallerID: PlaceID] = [:]
    private var callersAt: [QueueID: Int] = [:]
    private var counters: [CounterID: PlaceID] = [:]
    private(set) var isClosed = false

    init(perQueue: Int = DispatchLimits.waitersPerQueue, inAll: Int = DispatchLimits.waiters) {
        self.perQueue = perQueue
        self.inAll = inAll
    }

    /// Callers at one queue.
    func callerCount(at queue: QueueID) -> Int { callersAt[queue] ?? 0 }

    /// Counters that wait or try.
    var freeCounters: [CounterID] { counters.keys.sorted() }
}

// MARK: - Callers

extension WaiterList {
    /// A caller comes, or takes over the place of the first one of the same key.
    mutating func join(_ caller: CallerID, queue: QueueID, key: WaiterKey?) throws(Refusal) -> Joined {
        precondition(!isClosed, "Nobody joins after the end.")
        if let key, let id = scopes[key.scope] { return try takeOver(id, by: caller, key) }
        let total = callersAt.values.reduce(0, +)
        guard callersAt[queue, default: 0] < perQueue, total < inAll else { throw .full }
        let id = newPlace(.caller(caller), queues: [queue], key: key)
        callers[caller] = id
        callersAt[queue, default: 0] += 1
        if let key { scopes[key.scope] = id }
        guard hasIdleCaller(at: queue) else {
            _ = begin(id, signal: nil)
            return Joined(place: id, start: .attempt, actions: [])
        }
        wait(id)
        return Joined(place: id, start: key == nil ? .wait : .replay, actions: [])
    }

    /// A caller that waits has seen the line empty, so another one needn't look. A counter that waits has not: it may
    /// have been unable to call.
    private func hasIdleCaller(at queue: QueueID) -> Bool {
        idle[queue, default: []].contains { id in
            if case .caller = places[id]?.party { true } else { false }
        }
    }

    private mutating func takeOver(
        _ id: PlaceID, by caller: CallerID, _ key: WaiterKey
    ) throws(Refusal) -> Joined {
        guard var place = places[id], place.key?.requestHash == key.requestHash else { throw .keyReused }
        var actions: [Action] = []
        if case .caller(let former) = place.party, callers.removeValue(forKey: former) != nil {
            actions.append(.dismiss(former))
        }
        place.party = .caller(caller)
        place.isGone = false
        place.isOver = false
        places[id] = place
        callers[caller] = id
        return Joined(place: id, start: .wait, actions: actions)
    }

    /// The caller's time is over.
    mutating func timeOver(_ caller: CallerID) -> [Action] {
        guard let id = callers[caller], var place = places[id] else { return [] }
        guard place.attempt == nil else {
            place.isOver = true
            places[id] = place
            return []
        }
        return finish(id)
    }

    /// The caller's client is gone, or it was answered while it waited.
    mutating func vanish(_ caller: CallerID) -> [Action] {
        guard let id = callers.removeValue(forKey: caller), var place = places[id] else { return [] }
        guard place.attempt == nil else {
            place.isGone = true
            places[id] = place
            return [.dismiss(caller)]
        }
        remove(id)
        return [.dismiss(caller)]
    }

    /// Nobody is kept waiting at the end; those who try are answered when they have tried.
    mutating func close() -> [Action] {
        isClosed = true
        var actions: [Action] = []
        for (caller, id) in callers.sorted(by: { $0.value < $1.value }) where places[id]?.attempt == nil {
            remove(id)
            actions.append(.dismiss(caller))
        }
        for id in counters.values where places[id]?.attempt == nil { remove(id) }
        return actions
    }

    /// Ends a place that waits: by a last attempt, whose empty answer is kept under the key, or at once.
    private mutating func finish(_ id: PlaceID) -> [Action] {
        guard let place = places[id], case .caller(let caller) = place.party else { return [] }
        if place.key != nil, !isClosed { return [begin(id, signal: nil, isLast: true)] }
        remove(id)
        return [.dismiss(caller)]
    }
}

// MARK: - Counters

extension WaiterList {
    /// A counter became able to call by itself; it tries at once and then waits its turn.
    /// - Parameter queues: those it calls from without waiting for others to.
    mutating func counterFree(_ counter: CounterID, serving queues: [QueueID]) -> [Action] {
        guard !isClosed, counters[counter] == nil else { return [] }
        let id = newPlace(.counter(counter), queues: queues, key: nil)
        counters[counter] = id
        return [begin(id, signal: nil)]
    }

    /// A counter can't call by itself any more.
    mutating func counterTaken(_ counter: CounterID) {
        guard let id = counters.removeValue(forKey: counter), var place = places[id] else { return }
        guard place.attempt == nil else {
            place.isGone = true
            places[id] = place
            return
        }
        remove(id)
    }

    /// Somebody waits for this counter, or will be helped by it now.
    mutating func nudge(_ counter: CounterID) -> [Action] {
        guard let id = counters[counter], var place = places[id] else { return [] }
        if place.attempt == nil { return [begin(id, signal: nil)] }
        place.isNudged = true
        places[id] = place
        return []
    }

    /// Whether a counter waits for its turn.
    func isIdle(_ counter: CounterID) -> Bool {
        guard let id = counters[counter], let place = places[id] else { return false }
        return place.attempt == nil
    }
}

// MARK: - Signals and attempts

extension WaiterList {
    /// One ticket began to wait in a queue's own line.
    mutating func ticketWaits(in queue: QueueID) -> [Action] { offer(WakeSignal(queue: queue)) }

    /// After a gap in the log: so many wait, and some of them may have been missed.
    mutating func recheck(_ queue: QueueID, waiting: Int) -> [Action] {
        let count = min(waiting, idle[queue, default: []].count + trying[queue, default: 0])
        var actions: [Action] = []
        for _ in 0..<max(0, count) { actions += offer(WakeSignal(queue: queue)) }
        return actions
    }

    /// The queue is no more: everybody at it asks, and is told so.
    mutating func queueGone(_ queue: QueueID) -> [Action] {
        idle[queue, default: []].map { begin($0, signal: nil) }
    }

    /// An attempt ended.
    /// - Parameter caller: who made it; nil for a counter.
    mutating func ended(_ id: PlaceID, by caller: CallerID?, _ outcome: AttemptOutcome) -> [Action] {
        guard let place = places[id], let attempt = place.attempt, attempt.caller == caller else { return [] }
        if let actions = handedOver(place, attempt, outcome) { return actions }
        settle(id)
        var actions: [Action] = []
        switch (place.party, outcome) {
        case (_, .served(let line)):
            remove(id)
            if let signal = attempt.signal, signal.queue != line { actions = offer(signal) }
        case (.caller, .refused):
            remove(id)
            if let signal = attempt.signal { actions = offer(signal) }
        case (.caller, .empty):
            actions = callerFoundNobody(place, attempt)
        case (.counter, _):
            actions = counterFoundNobody(place, attempt)
        }
        for queue in place.queues { trim(queue) }
        return actions
    }

    /// After a takeover during an attempt: what the former caller was answered is kept under the key, so the new one
    /// asks for it. Nil when nothing was taken over, or the place just goes on waiting.
    private mutating func handedOver(
        _ place: WaiterPlace, _ attempt: WaiterPlace.Attempt, _ outcome: AttemptOutcome
    ) -> [Action]? {
        guard case .caller(let owner) = place.party, let former = attempt.caller, former != owner, !place.isGone,
            outcome != .empty || attempt.isLast
        else { return nil }
        var attempt = attempt
        attempt.caller = owner
        if case .served = outcome { attempt.signal = nil }
        places[place.id]?.attempt = attempt
        return [.attempt(owner, isLast: attempt.isLast)]
    }

    private mutating func callerFoundNobody(_ place: WaiterPlace, _ attempt: WaiterPlace.Attempt) -> [Action] {
        if place.isGone || attempt.isLast {
            remove(place.id)
            return []
        }
        if place.isOver || isClosed { return finish(place.id) }
        wait(place.id)
        return takePending(place.id, place.queues)
    }

    private mutating func counterFoundNobody(_ place: WaiterPlace, _ attempt: WaiterPlace.Attempt) -> [Action] {
        var actions: [Action] = []
        if place.isGone || isClosed {
            remove(place.id)
        } else {
            wait(place.id)
        }
        if var signal = attempt.signal {
            signal.refusedBy.insert(place.id)
            actions = offer(signal)
        }
        guard places[place.id] != nil else { return actions }
        if place.isNudged {
            actions.append(begin(place.id, signal: nil))
        } else {
            actions += takePending(place.id, place.queues)
        }
        return actions
    }

    /// Gives a signal to whoever waits longest, or keeps it for those who try.
    private mutating func offer(_ signal: WakeSignal) -> [Action] {
        let queue = signal.queue
        if let first = idle[queue]?.first(where: { !signal.refusedBy.contains($0) }) {
            return [begin(first, signal: signal)]
        }
        if pending[queue, default: []].count < trying[queue, default: 0] {
            pending[queue, default: []].append(signal)
        }
        return []
    }

    private mutating func takePending(_ id: PlaceID, _ queues: [QueueID]) -> [Action] {
        for queue in queues {
            guard var signals = pending[queue], let index = signals.firstIndex(where: { !$0.refusedBy.contains(id) })
            else { continue }
            let signal = signals.remove(at: index)
            pending[queue] = signals
            return [begin(id, signal: signal)]
        }
        return []
    }

    private mutating func trim(_ queue: QueueID) {
        guard let signals = pending[queue] else { return }
        let kept = signals.prefix(trying[queue, default: 0])
        pending[queue] = kept.isEmpty ? nil : Array(kept)
    }
}

// MARK: - Bookkeeping

extension WaiterList {
    private mutating func newPlace(_ party: WaiterParty, queues: [QueueID], key: WaiterKey?) -> PlaceID {
        nextOrder += 1
        let id = PlaceID(order: nextOrder)
        places[id] = WaiterPlace(id: id, queues: queues, party: party, key: key)
        return id
    }

    /// Into the lists, by age: whoever tried in vain is at the front again.
    private mutating func wait(_ id: PlaceID) {
        guard let place = places[id] else { return }
        for queue in place.queues {
            var list = idle[queue, default: []]
            list.insert(id, at: list.partition(of: id))
            idle[queue] = list
        }
    }

    private mutating func leaveLists(_ place: WaiterPlace) {
        for queue in place.queues {
            guard var list = idle[queue] else { continue }
            let index = list.partition(of: place.id)
            if index < list.count, list[index] == place.id { list.remove(at: index) }
            idle[queue] = list.isEmpty ? nil : list
        }
    }

    private mutating func begin(_ id: PlaceID, signal: WakeSignal?, isLast: Bool = false) -> Action {
        guard var place = places[id], place.attempt == nil else {
            preconditionFailure("Only a place that waits begins an attempt.")
        }
        leaveLists(place)
        for queue in place.queues { trying[queue, default: 0] += 1 }
        place.isNudged = false
        defer { places[id] = place }
        switch place.party {
        case .caller(let caller):
            place.attempt = WaiterPlace.Attempt(signal: signal, isLast: isLast, caller: caller)
            return .attempt(caller, isLast: isLast)
        case .counter(let counter):
            place.attempt = WaiterPlace.Attempt(signal: signal)
            return .call(counter, id)
        }
    }

    private mutating func settle(_ id: PlaceID) {
        guard let place = places[id] else { return }
        places[id]?.attempt = nil
        for queue in place.queues {
            let count = trying[queue, default: 0] - 1
            trying[queue] = count > 0 ? count : nil
        }
    }

    private mutating func remove(_ id: PlaceID) {
        guard let place = places.removeValue(forKey: id) else { return }
        leaveLists(place)
        switch place.party {
        case .caller(let caller):
            callers[caller] = nil
            if let key = place.key { scopes[key.scope] = nil }
            for queue in place.queues {
                let count = callersAt[queue, default: 0] - 1
                callersAt[queue] = count > 0 ? count : nil
            }
        case .counter(let counter):
            if counters[counter] == id { counters[counter] = nil }
        }
    }
}

extension [PlaceID] {
    /// Where an id stands or would stand in a rising list.
    fileprivate func partition(of id: PlaceID) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
