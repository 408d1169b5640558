package import QueueDomain

/// Draws commands for a simulated branch, by weight and from a seed: mostly such as people give, among them stale
/// versions, wrong `completes`, impossible steps, and everything that the dispatcher does.
///
/// The same seed against the same rules gives the same commands; so a failing run is found again by its seed.
package struct CommandGenerator {
    /// How the program or the machine starts again.
    package enum Restart: Equatable, Sendable {
        case program
        /// After so many milliseconds without power.
        case machine(off: Int64)
    }

    /// Where every draw comes from.
    package internal(set) var random: SplitMix64
    /// At so many open tickets no new one is asked for.
    let mostOpen: Int
    /// Sorted, so that draws don't depend on a dictionary's order.
    var queueIDs: [QueueID] = []
    var counterIDs: [CounterID] = []
    var agentIDs: [AgentID] = []
    /// The tickets that changed last.
    private var recent: [TicketID] = []
    private var recentPlace = 0
    /// Tickets to be asked about since the business day rolled.
    private var overdue: [TicketID] = []
    /// The end of the business day, as of a version of the branch's row.
    private var dayEnd: (version: Int64, end: Timestamp)?

    /// - Parameter mostOpen: tickets, see the property; smaller branches meet each ticket more often.
    package init(seed: UInt64, mostOpen: Int = 300) {
        random = SplitMix64(seed: seed)
        self.mostOpen = mostOpen
    }

    /// Lets time pass before the next command, and now and then moves the wall clock.
    /// - Returns: what starts again, if anything does.
    package mutating func passTime(in branch: SimulatedBranch) -> Restart? {
        switch random.below(10_000) {
        case 0..<2_500: break
        case ..<9_000: branch.clock.advance(milliseconds: Int64(random.below(1_500)))
        case ..<9_950: branch.clock.advance(milliseconds: Int64(random.below(60_000)))
        case ..<9_985: branch.clock.advance(milliseconds: Int64(random.below(20 * 60_000)))
        case ..<9_989: branch.clock.advance(milliseconds: Int64(random.below(9 * 3_600_000)))
        case ..<9_992: branch.clock.stepWall(milliseconds: Int64(random.within(-1_300_000...1_300_000)))
        case ..<9_994: branch.clock.setSynchronized(random.chance(500))
        case ..<9_996: return .program
        case ..<9_999: return .machine(off: Int64(random.below(30 * 3_600_000)))
        default: stepFar(branch)
        }
        return nil
    }

    /// Sets the wall clock two years back or four hundred days ahead, rarely, and mostly disbelieved.
    private mutating func stepFar(_ branch: SimulatedBranch) {
        guard random.chance(250) else { return }
        branch.clock.setSynchronized(random.chance(100))
        branch.clock.stepWall(milliseconds: random.chance(500) ? -730 * Span.day : 400 * Span.day)
    }

    /// The next command.
    package mutating func command(for branch: SimulatedBranch) -> Command {
        let source = branch.source
        if !overdue.isEmpty, random.chance(500), let id = overdue.popLast() {
            return Command(actor: .system, request: .ticket(id, .expireDay))
        }
        if isDayOver(branch), random.chance(300) { return Command(actor: .system, request: .rollDay) }
        switch random.below(1_000) {
        case 0..<230: return source.openIDs.count < mostOpen ? issue() : callNext(source)
        case ..<450: return callNext(source)
        case ..<700: return ticketCommand(branch)
        case ..<740: return undo(source)
        case ..<760: return reinstate(source)
        case ..<810: return reserve()
        case ..<880: return counterCommand(source)
        case ..<890: return edit(branch)
        case ..<960: return duty(source)
        default: return customerCommand(source)
        }
    }

    /// Must be told of every command that was written.
    package mutating func note(_ decided: DecidedCommand, in branch: SimulatedBranch) {
        for fact in decided.facts {
            switch fact {
            case .ticket(let change): remember(change.after.id)
            case .queue: queueIDs = branch.source.queues.keys.sorted()
            case .counter(let change):
                if change.kind == .changed { counterIDs = branch.source.counters.keys.sorted() }
            case .agent: agentIDs = branch.source.agents.keys.sorted()
            case .branch(let change):
                if change.kind == .dayClosed { overdue = branch.source.openIDs }
            }
        }
    }

    private mutating func remember(_ id: TicketID) {
        if recent.count < 16 {
            recent.append(id)
        } else {
            recent[recentPlace % 16] = id
        }
        recentPlace += 1
    }

    private mutating func isDayOver(_ branch: SimulatedBranch) -> Bool {
        let version = branch.source.branchRow.version
        if dayEnd?.version != version {
            dayEnd = (version, branch.rules.calendar.end(of: branch.source.branchRow.day))
        }
        return dayEnd.map { branch.clock.reading.wall >= $0.end } ?? false
    }

    /// A ticket: open, at a counter, changed lately, long ended, or one that never was.
    mutating func anyTicket(_ source: MemorySource) -> TicketID {
        switch random.below(100) {
        case 0..<45: if let id = random.pick(source.openIDs) { return id }
        case ..<75:
            if let counter = random.pick(counterIDs), let id = source.currentID(at: counter) { return id }
        case ..<92: if let id = random.pick(recent) { return id }
        case ..<98: if source.issuedCount > 0 { return TicketID(Int64(random.below(source.issuedCount) + 1)) }
        default: break
        }
        return TicketID(Int64(source.issuedCount + 1 + random.below(3)))
    }

    mutating func recentTicket(_ source: MemorySource) -> TicketID { random.pick(recent) ?? anyTicket(source) }

    /// What the caller claims to have seen: mostly nothing or the truth.
    mutating func expectation(_ version: Int64?) -> Int64? {
        guard let version else { return random.chance(500) ? nil : 1 }
        switch random.below(10) {
        case 0..<5: return nil
        case ..<9: return version
        default: return version - Int64(random.within(-1...2))
        }
    }

    mutating func staff() -> (actor: Actor, agentID: AgentID?) {
        switch random.below(10) {
        case 0..<6:
            let agent = random.pick(agentIDs)
            return (Actor(role: .agent, id: agent?.rawValue), agent)
        case ..<8: return (Actor(role: .worker, id: Int64(random.within(1...4))), nil)
        default: return (Actor(role: .supervisor, id: 9), nil)
        }
    }

    mutating func holding() -> Holding {
        let token = random.within(1...4)
        return Holding(token: TokenID(Int64(token)), isWorker: token < 4)
    }
}
