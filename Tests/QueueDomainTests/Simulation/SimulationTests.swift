import Foundation
import QueueDomain
import QueueTestSupport
import Testing

/// `TURN_SEED` replays a run; `TURN_SIMULATION=smoke` makes it short, a number makes it that long.
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    private static var seed: UInt64 {
        environment["TURN_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999_999)
    }

    private static var commands: Int {
        switch environment["TURN_SIMULATION"] {
        case nil: 100_000
        case "smoke": 20_000
        case let text?: Int(text) ?? 100_000
        }
    }

    @Test func `random commands keep every invariant`() throws {
        let seed = Self.seed
        print("simulation: TURN_SEED=\(seed), \(Self.commands) commands")
        var run = SimulationRun(seed: seed)
        let began = ContinuousClock.now
        try run.run(commands: Self.commands)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let counts = run.counts
        print(
            "simulation: \(Int(Double(run.step) / seconds)) commands/s, \(counts.accepted) accepted,",
            "\(counts.days) days, \(counts.restarts) restarts")
        if Self.environment["TURN_SIMULATION"] != nil {
            print("simulation: kinds \(counts.kinds)\nsimulation: refused \(counts.refused)")
        }
        #expect(counts.accepted > run.step / 4, "Most commands of a run must mean something.")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a seed reaches every kind of change and most refusals`(seed: UInt64) throws {
        var run = SimulationRun(seed: seed)
        try run.run(commands: 20_000)
        for kind in TicketEventKind.allCases { #expect(run.counts.kinds[kind] != nil, "\(kind) never happened") }
        #expect(run.counts.refused.count >= 24)
        #expect(run.counts.days >= 1)
    }

    @Test func `the same seed gives the same run`() throws {
        var first = SimulationRun(seed: 4)
        var second = SimulationRun(seed: 4)
        try first.run(commands: 3_000)
        try second.run(commands: 3_000)
        #expect(first.counts.kinds == second.counts.kinds)
        #expect(first.counts.refused == second.counts.refused)
    }
}
