import QueueDomain
import QueueTestSupport

/// What must never happen, and where it did.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Checks after every command what trust.md calls the invariants, with books of its own.
///
/// Each step looks only at what the command touched; `checkEverything` compares with the whole branch and runs
/// every so many steps.
struct InvariantChecker {
    /// What is remembered of a ticket.
    struct Shadow {
        var version: Int64
        var isOpen: Bool
        /// rank + credit × (priority − 1): nothing but a transfer or letting somebody ahead may move it.
        var basis: Int64
        /// The basis before the newest action that can be undone.
        var basisBefore: Int64?
        /// The version that action made; an undo of any other would take back what nobody saw.
        var undoableVersion: Int64?
    }

    var shadows: [Shadow] = []
    var openNumbers: [TicketNumber: TicketID] = [:]
    /// The tick at which the newest ticket of a number ended.
    var endedNumbers: [TicketNumber: Int64] = [:]
    var seats: [CounterID: TicketID] = [:]
    var openCount = 0
    /// The branch's, as of the command.
    var zone = ZoneOffsets.utc
    private var lastTick = Int64.min
    private var lastDay: BusinessDay?
    private var lastSeq: Int64 = 0
    private(set) var callsChecked = 0
    /// Where the next slice of ended tickets begins.
    var sliceStart = 0

    /// To be called with the decision before it is written.
    mutating func check(_ decided: DecidedCommand, in branch: SimulatedBranch) throws(Violation) {
        let source = branch.source
        zone = branch.rules.calendar.zone
        try require(decided.now.tick >= lastTick, "a tick went back")
        lastTick = decided.now.tick
        if let rejection = decided.rejection {
            try check(rejection, of: decided, source)
            return
        }
        try checkCall(decided, source)
        var written: Ticket?
        for fact in decided.facts {
            switch fact {
            case .ticket(let change):
                let known = written?.id == change.after.id ? written : source.ticket(change.after.id)
                try require(change.before == known, "\(change.kind) was decided on a row that isn't the current one")
                try check(change, decided, source)
                if decided.facts.count > 1 { written = change.after }
            case .branch(let change): try check(change, at: decided.now, rules: branch.rules)
            case .counter(let change): try check(change, source)
            case .queue(let change):
                let step = (change.after?.version ?? 0) - (change.before?.version ?? 0)
                try require(change.after == nil || step == 1, "a queue's version didn't rise by one")
            case .agent(let change):
                let step = (change.after?.version ?? 0) - (change.before?.version ?? 0)
                try require(change.after == nil || step == 1, "an agent's version didn't rise by one")
            }
        }
    }

    /// After a start only what is stored counts: a refusal's tick may be met again.
    mutating func restarted(_ source: MemorySource) { lastTick = source.lastTick }

    /// To be called once the decision was written.
    mutating func checkWritten(_ decided: DecidedCommand, in branch: SimulatedBranch) throws(Violation) {
        let source = branch.source
        lastSeq += Int64(decided.facts.count)
        try require(source.lastSeq == lastSeq, "the log has a hole")
        try require(source.issuedCount == shadows.count, "a ticket's id was used twice or never")
        try require(source.openIDs.count == openCount, "a ticket is in two places, or in none")
        if let lastDay { try require(source.branchRow.day >= lastDay, "the business day went back") }
        lastDay = source.branchRow.day
        for fact in decided.facts {
            guard case .ticket(let change) = fact else { continue }
            try checkLength(of: change.after.queueID, source)
            if let before = change.before { try checkLength(of: before.queueID, source) }
        }
    }

    private func checkLength(of id: QueueID, _ source: MemorySource) throws(Violation) {
        guard let queue = source.queue(id) else { return }
        let isRight = queue.waiting == source.line(of: id).places.count
        try require(isRight, "queue \(id) counts \(queue.waiting), its line has \(source.line(of: id).places.count)")
    }

    /// A refusal shows the ticket as it is, and is true.
    private func check(
        _ rejection: Rejection, of decided: DecidedCommand, _ source: MemorySource
    ) throws(Violation) {
        if let ticket = rejection.ticket {
            try require(ticket == source.ticket(ticket.id), "a refusal shows a ticket that isn't the current one")
        }
        guard rejection.code == .numbersExhausted, case .issue(let request) = decided.command.request,
            let queue = source.queue(request.queueID)
        else { return }
        for count in queue.settings.firstNumber...queue.settings.lastNumber {
            let number = TicketNumber(prefix: queue.settings.prefix, count: count)
            let isQuiet = endedNumbers[number].map { decided.now.tick - $0 < queue.undoWindow } ?? false
            try require(openNumbers[number] != nil || isQuiet, "numbers are exhausted although \(number) is free")
        }
    }

    private func check(_ change: BranchFact, at now: Moment, rules: Rules) throws(Violation) {
        try require(change.after.version == change.before.version + 1, "the branch's version didn't rise by one")
        guard change.kind == .dayClosed else {
            return try require(change.after.day == change.before.day, "a change of the branch moved the day")
        }
        try require(change.after.day == change.before.day.next, "a business day was skipped")
        try require(
            rules.calendar.day(at: now.wall) > change.before.day
                || now.wall >= rules.calendar.end(of: change.before.day),
            "a business day was closed before its end")
    }

    private func check(_ change: CounterFact, _ source: MemorySource) throws(Violation) {
        guard let after = change.after else {
            let customer = change.before.flatMap { seats[$0.id] }
            return try require(customer == nil, "a counter was deleted with a customer")
        }
        try require(after.version == (change.before?.version ?? 0) + 1, "a counter's version didn't rise by one")
        if after.state == .closed { try require(seats[after.id] == nil, "a counter closed with a customer") }
        guard let agent = after.agentID else { return }
        let elsewhere = source.counters.values.contains { $0.agentID == agent && $0.id != after.id }
        try require(!elsewhere && after.state != .closed, "an agent has two counters, or a closed one")
    }

    func require(_ holds: Bool, _ sentence: @autoclosure () -> String) throws(Violation) {
        if !holds { throw Violation(description: sentence()) }
    }

    mutating func countCall() -> Int {
        callsChecked += 1
        return callsChecked
    }
}
