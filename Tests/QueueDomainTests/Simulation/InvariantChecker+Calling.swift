import QueueDomain
import QueueTestSupport

extension InvariantChecker {
    /// A call takes the first of the lowest tier that is due; nobody is left waiting while somebody is due.
    mutating func checkCall(_ decided: DecidedCommand, _ source: MemorySource) throws(Violation) {
        let lines: [ServedLine]
        switch decided.command.request {
        case .callNext(let request):
            guard let counter = source.counter(request.counterID) else { return }
            lines = Self.lines(of: counter, only: request.queueID)
            let current = source.current(at: counter.id).map { SeenTicket(id: $0.id, version: $0.version) }
            try require(current == request.completes, "a call-next ended a customer unseen")
        case .reserve(let queue, _):
            lines = [ServedLine(queue: queue, counter: nil, tier: 1, helpAfter: 0)]
        default:
            return
        }
        let called = decided.facts.compactMap { fact -> Ticket? in
            guard case .ticket(let change) = fact, change.kind == .reserved else { return nil }
            return change.before
        }
        try require(called.count <= 1, "one press called two customers")
        let tick = decided.now.tick
        let expected = Self.first(of: lines, at: tick) { line in
            line.counter.map { source.head(ofLineAt: $0) } ?? line.queue.flatMap { source.head(of: $0) }
        }
        try require(expected?.id == called.first?.id, "the called one isn't the first of the lowest due tier")
        // The heads themselves are compared with the whole branch now and then, since that looks at every ticket.
        guard countCall().isMultiple(of: 64) else { return }
        let open = source.openIDs.compactMap { source.ticket($0) }.filter { $0.state == .waiting }
        let searched = Self.first(of: lines, at: tick) { line in
            open.filter { ticket in
                line.counter.map { ticket.targetCounterID == $0 }
                    ?? (ticket.targetCounterID == nil && ticket.queueID == line.queue)
            }.min { ($0.rank, $0.id) < ($1.rank, $1.id) }
        }
        try require(searched?.id == called.first?.id, "a line's head isn't its first")
    }

    struct ServedLine {
        let queue: QueueID?
        /// A counter's own line.
        let counter: CounterID?
        let tier: Int
        /// Milliseconds.
        let helpAfter: Int64
    }

    private static func lines(of counter: Counter, only queue: QueueID?) -> [ServedLine] {
        if let queue { return [ServedLine(queue: queue, counter: nil, tier: 1, helpAfter: 0)] }
        return [ServedLine(queue: nil, counter: counter.id, tier: 0, helpAfter: 0)]
            + counter.settings.serves.map {
                ServedLine(queue: $0.queueID, counter: nil, tier: $0.tier, helpAfter: Int64($0.helpAfter) * 1_000)
            }
    }

    private static func first(
        of lines: [ServedLine], at tick: Int64, head: (ServedLine) -> Ticket?
    ) -> Ticket? {
        var best: (tier: Int, ticket: Ticket)?
        for line in lines {
            guard let ticket = head(line), tick - ticket.queuedTick >= line.helpAfter else { continue }
            guard let known = best else {
                best = (line.tier, ticket)
                continue
            }
            let precedes =
                (line.tier, ticket.rank, ticket.id.rawValue)
                < (known.tier, known.ticket.rank, known.ticket.id.rawValue)
            if precedes { best = (line.tier, ticket) }
        }
        return best?.ticket
    }

    /// Compares the books with every open ticket and every line, and with a slice of those that ended, so that each
    /// of them is looked at again and again without the check growing with the run.
    mutating func checkEverything(_ branch: SimulatedBranch) throws(Violation) {
        let source = branch.source
        try checkEnded(source)
        var lines: [QueueID: [Ticket]] = [:]
        var counterLines: [CounterID: [Ticket]] = [:]
        var held: [TokenID: Int] = [:]
        var seated: [CounterID: TicketID] = [:]
        for id in source.openIDs {
            guard let ticket = source.ticket(id) else { throw Violation(description: "ticket \(id) was lost") }
            let shadow = shadows[Int(id.rawValue) - 1]
            try checkPlace(ticket, source)
            let credit = source.queue(ticket.queueID)?.settings.creditMilliseconds ?? 0
            try require(
                ticket.rank + credit * Int64(ticket.priority - 1) == shadow.basis, "ticket \(ticket.id) moved in line")
            try require(openNumbers[ticket.number] == ticket.id, "\(ticket.number) is open twice")
            if ticket.waitsInQueueLine { lines[ticket.queueID, default: []].append(ticket) }
            if let target = ticket.targetCounterID {
                counterLines[target, default: []].append(ticket)
                try require(source.counter(target)?.state != .closed, "a ticket waits for a closed counter")
            }
            if let holder = ticket.holder { held[holder, default: 0] += 1 }
            if ticket.state.occupiesCounter, let counter = ticket.counterID { seated[counter] = ticket.id }
        }
        try checkLines(lines, counterLines, source)
        try require(seated == seats, "the counters' customers are others than thought")
        try require(openNumbers.count == openCount, "open numbers and open tickets differ")
        for token in 1...4 {
            let id = TokenID(Int64(token))
            try require(source.holds(id) == held[id] ?? 0, "token \(token) holds another number than thought")
        }
    }

    private mutating func checkEnded(_ source: MemorySource) throws(Violation) {
        let slice = min(shadows.count, 500)
        for offset in 0..<slice {
            let id = TicketID(Int64((sliceStart + offset) % shadows.count) + 1)
            guard let ticket = source.ticket(id) else { throw Violation(description: "ticket \(id) was lost") }
            try checkPlace(ticket, source)
        }
        sliceStart += slice
    }

    private func checkPlace(_ ticket: Ticket, _ source: MemorySource) throws(Violation) {
        let shadow = shadows[Int(ticket.id.rawValue) - 1]
        try require(ticket.version == shadow.version, "ticket \(ticket.id) was lost or changed unseen")
        let isInPlace = shadow.isOpen != ticket.state.isEnded && source.isInOpenTable(ticket.id) == shadow.isOpen
        try require(isInPlace, "ticket \(ticket.id) is in the wrong place")
        try checkShape(ticket)
    }

    private func checkLines(
        _ lines: [QueueID: [Ticket]], _ counterLines: [CounterID: [Ticket]], _ source: MemorySource
    ) throws(Violation) {
        for (id, queue) in source.queues {
            let line = (lines[id] ?? []).sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
            try require(source.line(of: id).places.map(\.id) == line.map(\.id), "queue \(id)'s line is out of order")
            try require(queue.waiting == line.count, "queue \(id) counts wrong")
        }
        for id in source.counters.keys {
            let line = (counterLines[id] ?? []).sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
            try require(
                source.line(ofCounter: id).places.map(\.id) == line.map(\.id), "counter \(id)'s line is out of order")
        }
    }
}
