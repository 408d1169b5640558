import QueueDomain
import QueueTestSupport

extension InvariantChecker {
    mutating func check(
        _ change: TicketFact, _ decided: DecidedCommand, _ source: MemorySource
    ) throws(Violation) {
        let after = change.after
        try require(Self.allows(change.kind, change.before?.state, after.state), "\(change.kind) made \(after.state)")
        try checkShape(after)
        guard let queue = source.queue(after.queueID) else {
            return try require(after.state.isEnded, "an open ticket has no queue")
        }
        let credit = queue.settings.creditMilliseconds
        guard let before = change.before else { return try checkNew(change, queue, decided.now, source) }
        let index = Int(after.id.rawValue) - 1
        try require(before.version == shadows[index].version, "a version was lost")
        try require(after.version == before.version + 1, "a version didn't rise by one")
        try require(after.updatedAt == decided.now.wall, "a change wasn't stamped")
        try require(before.number == after.number, "a number changed")
        try checkRank(change, credit: credit, decided, source)
        leave(before, at: index)
        shadows[index].version = after.version
        try enter(after, at: index, now: decided.now)
    }

    private mutating func checkNew(
        _ change: TicketFact, _ queue: Queue, _ now: Moment, _ source: MemorySource
    ) throws(Violation) {
        let ticket = change.after
        let settings = queue.settings
        try require(ticket.id.rawValue == Int64(shadows.count) + 1, "an id was used twice or skipped")
        try require(ticket.version == 1, "a new ticket's version isn't 1")
        let basis = ticket.rank + settings.creditMilliseconds * Int64(ticket.priority - 1)
        try require(basis == now.tick && ticket.arrivalTick == now.tick, "a new rank isn't the formula's")
        try require(ticket.day == source.branchRow.day, "a new ticket isn't of today")
        guard let count = change.drawnCount else { throw Violation(description: "a new ticket drew no number") }
        try require(
            settings.firstNumber...settings.lastNumber ~= count
                && ticket.number == TicketNumber(prefix: settings.prefix, count: count),
            "a number was drawn out of its range")
        let isQuiet = endedNumbers[ticket.number].map { now.tick - $0 < queue.undoWindow } ?? false
        try require(!isQuiet, "\(ticket.number) was drawn while its last stay could be undone")
        let isOpen = source.branchRow.profile.admits(settings, at: now.wall, in: zone)
        try require(settings.isOpen && isOpen, "a ticket was issued in a closed queue")
        if let cap = settings.cap { try require(queue.waiting < cap, "a ticket was issued beyond the cap") }
        shadows.append(Shadow(version: 1, isOpen: false, basis: basis))
        try enter(ticket, at: shadows.count - 1, now: now)
    }

    /// Which steps there are; written down again here, so that the rules can't be wrong alone.
    private static func allows(_ kind: TicketEventKind, _ from: TicketState?, _ to: TicketState) -> Bool {
        guard let from else { return kind == .created && to == .waiting }
        let isCalled = from == .called || from == .serving
        let isAway = from == .waiting || from == .parked
        switch kind {
        case .created: return false
        case .reserved: return from == .waiting && to == .called
        case .recalled: return from == .called && to == .called
        case .started: return from == .called && to == .serving
        case .completed: return isCalled && to == .completed
        case .noShow: return from == .called && to == .noShow
        case .requeued: return (isCalled || from == .waiting) && to == .waiting
        case .parked: return isCalled && to == .parked
        case .resumed: return from == .parked && (to == .waiting || to == .serving)
        case .transferred: return isCalled && to == .waiting
        case .cancelled: return isAway && to == .cancelled
        case .abandoned: return isAway && to == .abandoned
        case .expired: return (isAway || from == .serving) && to == .expired
        case .reinstated: return !to.isEnded
        case .updated: return !from.isEnded && from == to
        }
    }

    /// Which fields a state has.
    func checkShape(_ ticket: Ticket) throws(Violation) {
        let sits = ticket.counterID != nil || ticket.holder != nil
        let status: TicketStatus
        switch ticket.state {
        case .waiting:
            status = .waiting
            try require(!sits && ticket.calledTick == nil && ticket.startedTick == nil, "a waiting ticket is called")
        case .called, .serving:
            status = .processing
            try require(sits && (ticket.counterID == nil || ticket.holder == nil), "a called ticket has no one place")
            try require(ticket.calledTick != nil && ticket.callCount > 0, "a called ticket has no call")
            try require((ticket.state == .serving) == (ticket.startedTick != nil), "a start doesn't match the state")
        case .parked:
            status = .processing
            try require(!sits && ticket.parkedAt != nil, "a parked ticket sits at a counter")
        case .completed, .noShow, .cancelled, .abandoned, .expired:
            status = .done
            try require(ticket.holder == nil, "an ended ticket is held")
        }
        let isDone = status == .done
        try require(ticket.state.status == status, "the status isn't a function of the state")
        try require(
            isDone == (ticket.endedTick != nil) && isDone == (ticket.endedAt != nil)
                && isDone == (ticket.outcome != nil) && isDone == (ticket.endedBy != nil), "an end is half stamped")
        try require(ticket.targetCounterID == nil || ticket.state == .waiting, "a ticket waits for a counter elsewhere")
        try require(ticket.leaseTick == nil || ticket.holder != nil, "a lease runs without a holder")
        try require(ticket.parkUntilTick == nil || ticket.state == .parked, "a park ends for a ticket not parked")
    }

    private mutating func leave(_ ticket: Ticket, at index: Int) {
        guard !ticket.state.isEnded else { return }
        openCount -= 1
        shadows[index].isOpen = false
        openNumbers[ticket.number] = nil
        if ticket.state.occupiesCounter, let counter = ticket.counterID { seats[counter] = nil }
    }

    private mutating func enter(_ ticket: Ticket, at index: Int, now: Moment) throws(Violation) {
        guard !ticket.state.isEnded else {
            endedNumbers[ticket.number] = now.tick
            return
        }
        openCount += 1
        shadows[index].isOpen = true
        try require(openNumbers[ticket.number] == nil, "\(ticket.number) is open twice")
        openNumbers[ticket.number] = ticket.id
        if ticket.state.occupiesCounter, let counter = ticket.counterID {
            try require(seats[counter] == nil, "counter \(counter) has two customers")
            seats[counter] = ticket.id
        }
    }

    /// A rank comes only from the formula, or stays.
    private mutating func checkRank(
        _ change: TicketFact, credit: Int64, _ decided: DecidedCommand, _ source: MemorySource
    ) throws(Violation) {
        guard let before = change.before else { return }
        let after = change.after
        let index = Int(after.id.rawValue) - 1
        let shadow = shadows[index]
        let basis = after.rank + credit * Int64(after.priority - 1)
        switch change.kind {
        case .transferred:
            try checkTransfer(change, credit: credit, decided, source)
        case .updated where change.details.reason == .letAhead:
            guard let follower = source.follower(of: before) else {
                throw Violation(description: "a customer let nobody ahead")
            }
            let isBehind = (follower.rank, follower.id) < (after.rank, after.id)
            try require(isBehind && after.rank <= follower.rank + 1, "letting one ahead moved too far or not enough")
        case .updated:
            try require(basis == shadow.basis, "a change of priority isn't the formula's")
        case .reinstated where change.details.undoes != nil:
            try require(before.version == shadow.undoableVersion, "an undo took back a change that isn't the newest")
            try require(basis == shadow.basisBefore, "an undo lost the old rank")
            try require(after.arrivalTick == before.arrivalTick, "an undo changed the arrival")
        default:
            try require(after.rank == before.rank, "\(change.kind) moved a rank")
        }
        switch change.undo {
        case .remember:
            shadows[index].basisBefore = shadow.basis
            shadows[index].undoableVersion = after.version
        case .extend: shadows[index].undoableVersion = after.version
        case .forget: shadows[index].undoableVersion = nil
        case .keep: break
        }
        shadows[index].basis = basis
    }

    private func checkTransfer(
        _ change: TicketFact, credit: Int64, _ decided: DecidedCommand, _ source: MemorySource
    ) throws(Violation) {
        let after = change.after
        let byArrival = after.arrivalTick - credit * Int64(after.priority - 1)
        let target = after.targetCounterID
        let head = target.map { source.head(ofLineAt: $0) } ?? source.head(of: after.queueID)
        switch change.details.place {
        case .arrival: try require(after.rank == byArrival, "a transfer by arrival isn't the formula's")
        case .last: try require(after.rank == decided.now.tick, "a transfer to the end isn't now")
        case .first:
            try require(after.rank == min(byArrival, head.map { $0.rank - 1 } ?? byArrival), "first isn't first")
        case nil: throw Violation(description: "a transfer has no place")
        }
        try require(after.queuedTick == decided.now.tick, "a transfer began no new leg")
    }
}
