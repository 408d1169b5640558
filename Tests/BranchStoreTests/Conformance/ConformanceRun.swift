import BranchStore
import Foundation
import GRDB
import QueueDomain
import QueueEvents
import QueueTestSupport

/// Gives one random sequence of commands to a branch in memory and to a real store, and compares what they say after
/// each of them and what they hold at the end.
final class ConformanceRun {
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    struct ExpectedEvent {
        let type: String
        let ticketID: Int64?
        let queueID: Int64?
        let previousQueueID: Int64?
        let counterID: Int64?
        let at: Int64
        let tick: Int64
    }

    let seed: UInt64
    let fixture: StoreFixture
    let branch: SimulatedBranch
    private var generator: CommandGenerator
    private(set) var expectedEvents: [ExpectedEvent] = []
    private(set) var restarts = 0
    private(set) var accepted = 0

    init(seed: UInt64) throws {
        self.seed = seed
        fixture = try StoreFixture(inMemory: true) {
            $0.minCalled = 1_500
            $0.maxHeld = 3
            $0.timeZone = "Europe/Berlin"
        }
        let configuration = fixture.configuration
        guard let zone = ZoneOffsets.load("Europe/Berlin") else {
            throw Difference(description: "the machine knows no time zones")
        }
        let rules = Rules(
            calendar: BusinessCalendar(zone: zone, startsAtSeconds: configuration.dayStartsAt),
            minCalled: configuration.minCalled, lease: configuration.lease, maxHeld: configuration.maxHeld)
        // The night to 29 March 2026 is one of the first.
        let start = Timestamp(milliseconds: 1_774_600_000_000)
        branch = SimulatedBranch(
            rules: rules, timeZone: "Europe/Berlin", clock: SimulatedClock(wall: start),
            zone: { ZoneOffsets.load($0) })
        generator = CommandGenerator(seed: seed, mostOpen: 80)
        fixture.clock.reading = branch.clock.reading
    }

    func run(commands: Int) async throws {
        var step = 0
        for command in CommandGenerator.setUp { try await take(command, step: step) }
        while step < commands {
            step += 1
            if let restart = generator.passTime(in: branch) { try await start(again: restart) }
            fixture.clock.reading = branch.clock.reading
            try await take(generator.command(for: branch), step: step)
        }
    }

    private func start(again restart: CommandGenerator.Restart) async throws {
        restarts += 1
        await fixture.close()
        switch restart {
        case .program: branch.restart(reboot: nil)
        case .machine(let off): branch.restart(reboot: off)
        }
        fixture.clock.reading = branch.clock.reading
        _ = try fixture.store
    }

    private func take(_ command: Command, step: Int) async throws {
        let store = try fixture.store
        let firstSeq = branch.source.lastSeq
        let decided = branch.decide(command)
        branch.write(decided)
        generator.note(decided, in: branch)
        func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
            if holds { return }
            throw Difference(description: "seed \(seed), step \(step): \(what()); command \(command)")
        }
        switch try await store.writer.submit(WriteRequest(command)) {
        case .done(let result):
            accepted += 1
            try require(decided.rejection == nil, "only memory refused: \(String(describing: decided.rejection))")
            try require(result.facts == decided.facts, "facts \(result.facts) ≠ \(decided.facts)")
            try require(result.ticket == command.answer(from: decided.facts), "another ticket answers")
            try require(result.seq == (decided.facts.isEmpty ? nil : branch.source.lastSeq), "another seq answers")
        case .rejected(let rejection, _):
            try require(rejection == decided.rejection, "\(rejection) ≠ \(String(describing: decided.rejection))")
        case .replayed:
            try require(false, "nothing was asked twice")
        }
        let events = store.writer.ring.events(after: firstSeq, limit: 2_000) ?? []
        try require(events.count == decided.facts.count, "\(events.count) events, \(decided.facts.count) facts")
        for (event, fact) in zip(events, decided.facts) {
            let expected = Self.event(of: fact, at: decided.now)
            expectedEvents.append(expected)
            try require(event.envelope.type.rawValue == expected.type, "event \(event.envelope.type)")
            try require(event.envelope.at == decided.now.wall.milliseconds, "an event of another time")
            try require(event.envelope.actorRole == command.actor.role.rawValue, "an event of another actor")
            try require(event.queueID == expected.queueID, "an event of another queue")
            if case .ticket(let change) = fact {
                let details = change.details
                let subject = EventEnvelope.Subject.ticket(
                    TicketPayload(change.after),
                    TicketDetails(
                        previousState: details.previousState?.rawValue,
                        previousQueueID: details.previousQueueID?.rawValue, undoes: details.undoes,
                        reason: details.reason?.rawValue, place: details.place?.rawValue))
                try require(event.envelope.subject == subject, "an event shows another ticket")
            }
        }
    }

    private static func event(of fact: Fact, at now: Moment) -> ExpectedEvent {
        var type = ""
        var ids: (ticket: Int64?, queue: Int64?, previous: Int64?, counter: Int64?)
        switch fact {
        case .ticket(let change):
            type = "ticket.\(change.kind.rawValue)"
            let after = change.after
            ids = (
                after.id.rawValue, after.queueID.rawValue, change.details.previousQueueID?.rawValue,
                after.counterID?.rawValue
            )
        case .counter(let change):
            type = "counter.\(change.kind.rawValue)"
            ids.counter = (change.after ?? change.before)?.id.rawValue
        case .queue(let change):
            type = "queue.changed"
            ids.queue = (change.after ?? change.before)?.id.rawValue
        case .agent: type = "agent.changed"
        case .branch(let change): type = change.kind == .dayClosed ? "day.closed" : "branch.changed"
        }
        return ExpectedEvent(
            type: type, ticketID: ids.ticket, queueID: ids.queue, previousQueueID: ids.previous,
            counterID: ids.counter, at: now.wall.milliseconds, tick: now.tick)
    }
}
