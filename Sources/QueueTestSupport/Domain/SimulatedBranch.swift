package import QueueDomain

/// A command with what the rules made of it, before anything was written.
package struct DecidedCommand {
    /// What was asked.
    package let command: Command
    /// When it was decided.
    package let now: Moment
    /// What it makes true; empty for a refusal.
    package var facts: [Fact] = []
    /// Why it was refused; nil when it wasn't.
    package var rejection: Rejection?
}

/// A whole branch in memory: rows, clock and rules, driven by the same loader and reducer as the real one.
package final class SimulatedBranch {
    /// Its rows.
    package let source: MemorySource
    /// The machine's clocks; the test moves them.
    package var clock: SimulatedClock
    /// Change with the branch's time zone.
    package private(set) var rules: Rules
    private let zone: (String) -> ZoneOffsets?

    /// - Parameter zone: what a time zone's name stands for.
    package init(
        rules: Rules, timeZone: String, clock: SimulatedClock, zone: @escaping (String) -> ZoneOffsets?
    ) {
        var clock = clock
        let now = clock.now()
        self.clock = clock
        self.rules = rules
        self.zone = zone
        let branch = Branch(
            profile: BranchProfile(name: "Branch", timeZone: timeZone), day: rules.calendar.day(at: now.wall),
            dayBeganTick: now.tick)
        source = MemorySource(branch: branch, now: now)
    }

    /// What the rules say to a command now; writes nothing.
    package func decide(_ command: Command) -> DecidedCommand {
        let now = clock.now()
        let situation = SituationLoader.load(for: command, from: source, now: now, rules: rules)
        var decided = DecidedCommand(command: command, now: now)
        do throws(Rejection) {
            decided.facts = try QueueDomain.decide(command, in: situation)
        } catch {
            decided.rejection = error
        }
        return decided
    }

    /// Makes a decision true.
    package func write(_ decided: DecidedCommand) {
        let timeZone = source.branchRow.timeZone
        source.apply(decided.facts, at: decided.now)
        if source.branchRow.timeZone != timeZone, let offsets = zone(source.branchRow.timeZone) {
            rules.calendar.zone = offsets
        }
    }

    /// Decides and writes.
    @discardableResult
    package func run(_ command: Command) -> DecidedCommand {
        let decided = decide(command)
        write(decided)
        return decided
    }

    /// The machine or the program starts again.
    package func restart(reboot off: Int64?) {
        if let off {
            clock.reboot(off: off, lastTick: source.lastTick, lastWall: source.lastWall)
        } else {
            clock.restart(lastTick: source.lastTick, lastWall: source.lastWall)
        }
    }
}
