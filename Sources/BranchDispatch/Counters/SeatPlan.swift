package import QueueDomain

/// One counter as the dispatcher sees it.
package struct Seat: Equatable, Sendable {
    var isOpen: Bool
    var isAutomatic: Bool
    var serves: [ServedQueue]
    var ticket: TicketID?
    /// Rises whenever a ticket comes, so that a short visit between two looks is noticed.
    var visits = 0

    /// A counter's row and the ticket that it has.
    package init(isOpen: Bool, isAutomatic: Bool, serves: [ServedQueue], ticket: TicketID? = nil, visits: Int = 0) {
        self.isOpen = isOpen
        self.isAutomatic = isAutomatic
        self.serves = serves
        self.ticket = ticket
        self.visits = visits
    }

    /// Whether it may call by itself now.
    var canCall: Bool { isOpen && isAutomatic && ticket == nil }

    /// The queues whose next ticket it may take as soon as it comes.
    var promptQueues: [QueueID] { serves.filter { $0.helpAfter == 0 }.map(\.queueID) }

    /// The queues that it helps once their head has waited for a while.
    var helpedQueues: [ServedQueue] { serves.filter { $0.helpAfter > 0 } }
}

/// What changed for the waiting lists.
package enum SeatChange: Equatable, Sendable {
    case free(CounterID, queues: [QueueID])
    case taken(CounterID)
}

/// Which counters could call by themselves, kept up by events. A value; it holds counters, never a line.
package struct SeatPlan: Sendable {
    /// What was told of a counter that could call.
    private struct Told: Equatable {
        let serves: [ServedQueue]
        let visits: Int
    }

    private(set) var seats: [CounterID: Seat] = [:]
    private var counterOf: [TicketID: CounterID] = [:]
    private var told: [CounterID: Told] = [:]
    private var touched: Set<CounterID> = []

    /// No counters.
    package init() {}

    /// All counters as the database has them.
    package mutating func replace(with counters: [(id: CounterID, seat: Seat)]) {
        let known = seats
        touched.formUnion(known.keys)
        seats = [:]
        counterOf = [:]
        for (id, seat) in counters {
            var seat = seat
            let former = known[id]
            seat.visits = (former?.visits ?? 0) + (seat.ticket != nil && seat.ticket != former?.ticket ? 1 : 0)
            seats[id] = seat
            if let ticket = seat.ticket { counterOf[ticket] = id }
            touched.insert(id)
        }
    }

    /// A counter's row is new or changed.
    package mutating func counterChanged(_ id: CounterID, isOpen: Bool, isAutomatic: Bool, serves: [ServedQueue]) {
        let known = seats[id]
        seats[id] = Seat(
            isOpen: isOpen, isAutomatic: isAutomatic, serves: serves, ticket: known?.ticket,
            visits: known?.visits ?? 0)
        touched.insert(id)
    }

    /// A counter was deleted.
    package mutating func counterGone(_ id: CounterID) {
        if let ticket = seats[id]?.ticket { counterOf[ticket] = nil }
        seats[id] = nil
        touched.insert(id)
    }

    /// A ticket is at this counter now, or at none.
    package mutating func ticketMoved(_ ticket: TicketID, to counter: CounterID?) {
        let former = counterOf[ticket]
        guard former != counter else { return }
        if let former {
            if seats[former]?.ticket == ticket { seats[former]?.ticket = nil }
            touched.insert(former)
        }
        counterOf[ticket] = counter
        if let counter {
            seats[counter]?.ticket = ticket
            seats[counter]?.visits += 1
            touched.insert(counter)
        }
    }

    /// What became of the counters since the last look: so a call that follows an end at once, in the same batch, is
    /// no change at all.
    package mutating func takeChanges() -> [SeatChange] {
        var taken: [SeatChange] = []
        var free: [SeatChange] = []
        for id in touched.sorted() {
            let seat = seats[id].flatMap { $0.canCall ? $0 : nil }
            let now = seat.map { Told(serves: $0.serves, visits: $0.visits) }
            guard now != told[id] else { continue }
            if told[id] != nil { taken.append(.taken(id)) }
            if let seat { free.append(.free(id, queues: seat.promptQueues)) }
            told[id] = now
        }
        touched = []
        return taken + free
    }

    /// Counters that could call now and help a queue after a while.
    package func helpers(of queue: QueueID) -> [CounterID] {
        seats.filter { $1.canCall && $1.helpedQueues.contains { $0.queueID == queue } }.keys.sorted()
    }
}
