import QueueDomain
import QueueTestSupport

/// One seeded run of random commands against a branch in memory, every step checked.
struct SimulationRun {
    /// How often each kind of request was accepted and refused.
    struct Counts {
        var accepted = 0
        var refused: [RejectionCode: Int] = [:]
        var kinds: [TicketEventKind: Int] = [:]
        var days = 0
        var restarts = 0
    }

    static let fullCheckEvery = 1_000

    let seed: UInt64
    private let branch: SimulatedBranch
    private var generator: CommandGenerator
    private var checker = InvariantChecker()
    private(set) var step = 0
    private(set) var counts = Counts()
    private var last: Command?

    init(seed: UInt64) {
        self.seed = seed
        let start = Timestamp(milliseconds: 1_774_600_000_000)
        let restless = SimulatedZones.restless(from: start)
        let zones = ["Europe/Berlin": restless, "America/Sao_Paulo": SimulatedZones.saoPaulo, "UTC": .utc]
        let rules = Rules(
            calendar: BusinessCalendar(zone: restless, startsAtSeconds: seed.isMultiple(of: 2) ? 14_400 : 9_000),
            maxHeld: 3)
        branch = SimulatedBranch(
            rules: rules, timeZone: "Europe/Berlin", clock: SimulatedClock(wall: start), zone: { zones[$0] })
        generator = CommandGenerator(seed: seed)
    }

    /// - Throws: the first violation, with seed, step and command.
    mutating func run(commands: Int) throws(Violation) {
        do throws(Violation) {
            for command in CommandGenerator.setUp { try take(command) }
            while step < commands {
                if let restart = generator.passTime(in: branch) { start(again: restart) }
                try take(generator.command(for: branch))
                if step.isMultiple(of: Self.fullCheckEvery) { try checkEverything() }
            }
            try checkEverything()
        } catch {
            let command = last.map { "\($0)" } ?? "none"
            throw Violation(description: "seed \(seed), step \(step): \(error.description); command \(command)")
        }
    }

    private mutating func take(_ command: Command) throws(Violation) {
        step += 1
        last = command
        let decided = branch.decide(command)
        try checker.check(decided, in: branch)
        branch.write(decided)
        generator.note(decided, in: branch)
        try checker.checkWritten(decided, in: branch)
        count(decided)
    }

    private mutating func checkEverything() throws(Violation) {
        branch.source.forgetBefores(madeBefore: branch.clock.now().tick - 300 * Span.second)
        try checker.checkEverything(branch)
    }

    private mutating func start(again restart: CommandGenerator.Restart) {
        counts.restarts += 1
        switch restart {
        case .program: branch.restart(reboot: nil)
        case .machine(let off): branch.restart(reboot: off)
        }
        checker.restarted(branch.source)
    }

    private mutating func count(_ decided: DecidedCommand) {
        if let rejection = decided.rejection {
            counts.refused[rejection.code, default: 0] += 1
            return
        }
        counts.accepted += 1
        for fact in decided.facts {
            switch fact {
            case .ticket(let change): counts.kinds[change.kind, default: 0] += 1
            case .branch(let change): if change.kind == .dayClosed { counts.days += 1 }
            default: break
            }
        }
    }
}
