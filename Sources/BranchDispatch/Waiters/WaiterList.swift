package import QueueDomain

/// Who waits at which queue, and whose turn it is: first come, first served per queue, automatic counters among the
/// callers.
///
/// A state machine without I/O: it is told what happened and returns what is to be done. One ticket wakes one waiter,
/// and no wake-up is lost: a signal ends only when a ticket of its line was called, when its line was seen empty
/// afterwards, or when nobody is left to whom it could be offered.
package struct WaiterList: Sendable {
    /// What is to be done for somebody who waits.
    package enum Action: Equatable, Sendable {
        /// The caller asks the writer; a last time when its time is over.
        case attempt(CallerID, isLast: Bool)
        /// The counter calls its next one by itself.
        case call(CounterID, PlaceID)
        /// The caller is answered that nobody waits.
        case dismiss(CallerID)
    }

    /// How a caller begins.
    package enum Start: Equatable, Sendable {
        /// The caller asks the writer at once.
        case attempt
        /// Others wait already: the caller only asks for a first answer to its key, then waits.
        case replay
        case wait
    }

    /// Why a caller may not wait.
    package enum Refusal: Error, Equatable, Sendable {
        case full
        /// The same key came with another body.
        case keyReused
    }

    /// What became of a caller that joined a list.
    package struct Joined: Equatable, Sendable {
        package let place: PlaceID
        package let start: Start
        package let actions: [Action]
    }

    let perQueue: Int
    let inAll: Int
    var nextOrder: Int64 = 0
    package internal(set) var places: [PlaceID: WaiterPlace] = [:]
    /// Those who wait, longest first.
    var idle: [QueueID: [PlaceID]] = [:]
    /// How many attempts are under way that may take a queue's ticket.
    var trying: [QueueID: Int] = [:]
    /// Signals for which nobody was idle while somebody tried; at most as many as try.
    var pending: [QueueID: [WakeSignal]] = [:]
    var scopes: [[UInt8]: PlaceID] = [:]
    var callers: [CallerID: PlaceID] = [:]
    var callersAt: [QueueID: Int] = [:]
    var counters: [CounterID: PlaceID] = [:]
    package internal(set) var isClosed = false

    /// Empty lists with these bounds, in callers.
    package init(perQueue: Int = DispatchLimits.waitersPerQueue, inAll: Int = DispatchLimits.waiters) {
        self.perQueue = perQueue
        self.inAll = inAll
    }

    /// Callers that have a place at a queue, whether they wait or ask.
    package func callerCount(at queue: QueueID) -> Int { callersAt[queue] ?? 0 }

    /// Callers that wait at a queue.
    package func idleCallerCount(at queue: QueueID) -> Int { idle[queue, default: []].count { isCaller($0) } }

    /// Counters that wait for their turn, by id.
    package var idleCounters: [CounterID] { counters.keys.filter { isIdle($0) }.sorted() }

    private func isCaller(_ id: PlaceID) -> Bool {
        if case .caller = places[id]?.party { true } else { false }
    }
}

// MARK: - Callers

extension WaiterList {
    /// A caller comes, or takes over the place of the first one of the same key.
    package mutating func join(_ caller: CallerID, queue: QueueID, key: WaiterKey?) throws(Refusal) -> Joined {
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
    func hasIdleCaller(at queue: QueueID) -> Bool {
        idle[queue, default: []].contains { isCaller($0) }
    }

    mutating func takeOver(
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
    package mutating func timeOver(_ caller: CallerID) -> [Action] {
        guard let id = callers[caller], var place = places[id] else { return [] }
        guard place.attempt == nil else {
            place.isOver = true
            places[id] = place
            return []
        }
        return finish(id)
    }

    /// The caller's client is gone, or it was answered while it waited.
    package mutating func vanish(_ caller: CallerID) -> [Action] {
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
    package mutating func close() -> [Action] {
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
    mutating func finish(_ id: PlaceID) -> [Action] {
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
    package mutating func counterFree(_ counter: CounterID, serving queues: [QueueID]) -> [Action] {
        guard !isClosed, counters[counter] == nil else { return [] }
        let id = newPlace(.counter(counter), queues: queues, key: nil)
        counters[counter] = id
        return [begin(id, signal: nil)]
    }

    /// A counter can't call by itself any more.
    package mutating func counterTaken(_ counter: CounterID) {
        guard let id = counters.removeValue(forKey: counter), var place = places[id] else { return }
        guard place.attempt == nil else {
            place.isGone = true
            places[id] = place
            return
        }
        remove(id)
    }

    /// Somebody waits for this counter, or will be helped by it now.
    package mutating func nudge(_ counter: CounterID) -> [Action] {
        guard let id = counters[counter], var place = places[id] else { return [] }
        if place.attempt == nil { return [begin(id, signal: nil)] }
        place.isNudged = true
        places[id] = place
        return []
    }

    /// Whether a counter waits for its turn.
    package func isIdle(_ counter: CounterID) -> Bool {
        guard let id = counters[counter], let place = places[id] else { return false }
        return place.attempt == nil
    }
}
