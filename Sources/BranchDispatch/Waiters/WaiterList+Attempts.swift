package import QueueDomain

extension WaiterList {
    /// One ticket began to wait in a queue's own line.
    package mutating func ticketWaits(in queue: QueueID) -> [Action] { offer(WakeSignal(queue: queue)) }

    /// After a gap in the log: so many wait, and some of them may have been missed.
    package mutating func recheck(_ queue: QueueID, waiting: Int) -> [Action] {
        let count = min(waiting, idle[queue, default: []].count + trying[queue, default: 0])
        var actions: [Action] = []
        for _ in 0..<max(0, count) { actions += offer(WakeSignal(queue: queue)) }
        return actions
    }

    /// The queue is no more: everybody at it asks, and is told so.
    package mutating func queueGone(_ queue: QueueID) -> [Action] {
        // An attempt that is under way may have been decided before the end of the queue.
        for (id, place) in places where place.attempt != nil && place.queues.contains(queue) {
            places[id]?.isNudged = true
        }
        return idle[queue, default: []].map { begin($0, signal: nil) }
    }

    /// An attempt ended.
    /// - Parameter caller: who made it; nil for a counter.
    package mutating func ended(_ id: PlaceID, by caller: CallerID?, _ outcome: AttemptOutcome) -> [Action] {
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
    mutating func handedOver(
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

    mutating func callerFoundNobody(_ place: WaiterPlace, _ attempt: WaiterPlace.Attempt) -> [Action] {
        if place.isGone || attempt.isLast {
            remove(place.id)
            return []
        }
        if place.isOver || isClosed { return finish(place.id) }
        wait(place.id)
        if place.isNudged { return [begin(place.id, signal: nil)] }
        return takePending(place.id, place.queues)
    }

    mutating func counterFoundNobody(_ place: WaiterPlace, _ attempt: WaiterPlace.Attempt) -> [Action] {
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
    mutating func offer(_ signal: WakeSignal) -> [Action] {
        let queue = signal.queue
        if let first = idle[queue]?.first(where: { !signal.refusedBy.contains($0) }) {
            return [begin(first, signal: signal)]
        }
        if pending[queue, default: []].count < trying[queue, default: 0] {
            pending[queue, default: []].append(signal)
        }
        return []
    }

    mutating func takePending(_ id: PlaceID, _ queues: [QueueID]) -> [Action] {
        for queue in queues {
            guard var signals = pending[queue], let index = signals.firstIndex(where: { !$0.refusedBy.contains(id) })
            else { continue }
            let signal = signals.remove(at: index)
            pending[queue] = signals
            return [begin(id, signal: signal)]
        }
        return []
    }

    mutating func trim(_ queue: QueueID) {
        guard let signals = pending[queue] else { return }
        let kept = signals.prefix(trying[queue, default: 0])
        pending[queue] = kept.isEmpty ? nil : Array(kept)
    }
}

// MARK: - Bookkeeping

extension WaiterList {
    mutating func newPlace(_ party: WaiterParty, queues: [QueueID], key: WaiterKey?) -> PlaceID {
        nextOrder += 1
        let id = PlaceID(order: nextOrder)
        places[id] = WaiterPlace(id: id, queues: queues, party: party, key: key)
        return id
    }

    /// Into the lists, by age: whoever tried in vain is at the front again.
    mutating func wait(_ id: PlaceID) {
        guard let place = places[id] else { return }
        for queue in place.queues {
            var list = idle[queue, default: []]
            list.insert(id, at: list.partition(of: id))
            idle[queue] = list
        }
    }

    mutating func leaveLists(_ place: WaiterPlace) {
        for queue in place.queues {
            guard var list = idle[queue] else { continue }
            let index = list.partition(of: place.id)
            if index < list.count, list[index] == place.id { list.remove(at: index) }
            idle[queue] = list.isEmpty ? nil : list
        }
    }

    mutating func begin(_ id: PlaceID, signal: WakeSignal?, isLast: Bool = false) -> Action {
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

    mutating func settle(_ id: PlaceID) {
        guard let place = places[id] else { return }
        places[id]?.attempt = nil
        for queue in place.queues {
            let count = trying[queue, default: 0] - 1
            trying[queue] = count > 0 ? count : nil
        }
    }

    mutating func remove(_ id: PlaceID) {
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
