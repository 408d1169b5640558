import Foundation
import QueueTestSupport
import Testing

/// `TURN_UPLINK_SEEDS` says how many seeds, `TURN_SEED` where they begin.
@Suite("The uplink under random faults")
struct UplinkSimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let lanes = ProcessInfo.processInfo.activeProcessorCount

    private static var seeds: Int {
        if let text = environment["TURN_UPLINK_SEEDS"], let count = Int(text) { return count }
        #if DEBUG
            return 150
        #else
            return environment["TURN_SIMULATION"] == "smoke" ? 500 : 5_000
        #endif
    }

    private static var first: UInt64 {
        environment["TURN_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999_999)
    }

    @Test("Every event reaches head office once and in order, nothing counts as safe before, and nothing gets stuck")
    func sweep() async {
        let first = Self.first
        let result = await UplinkSweep.run(first: first, count: Self.seeds, lanes: Self.lanes)
        print(
            "uplink simulation: seeds from \(first), \(result.seeds) runs, \(result.events) events,",
            "settled within \(result.healing.last ?? 0) ms")
        for failure in result.failures.prefix(10) {
            Issue.record("turn-load uplink --trace --seed \(failure.seed): \(failure.violation)")
        }
        #expect(result.failures.isEmpty && result.seeds == Self.seeds)
    }

    @Test("A seed gives the same run again", arguments: [1, 77, 4_711] as [UInt64])
    func replay(seed: UInt64) {
        let once = UplinkSimulation(seed: seed, isTraced: true).run()
        let again = UplinkSimulation(seed: seed, isTraced: true).run()
        #expect(once.trace == again.trace && !once.trace.isEmpty)
        #expect(once.digest == again.digest && once.steps == again.steps)
        #expect(UplinkSimulation(seed: seed).run().digest == once.digest)
    }

    @Test("Three days of events are brought in 10 s over a round trip of 100 ms")
    func catchingUp() {
        let outcome = UplinkSimulation(backlog: 36_000, roundTrip: 100).run()
        print("uplink simulation: 36,000 events in \(outcome.healing) ms at 100 ms round trip")
        #expect(outcome.violation == nil && outcome.healing <= 10_000)
    }

    @Test("A planted mistake is caught", arguments: UplinkPlant.allCases)
    func planted(plant: UplinkPlant) async {
        let result = await UplinkSweep.run(
            first: 1, count: 2_000, lanes: Self.lanes, plant: plant, stopsAtFailure: true)
        print("uplink simulation: \(plant.rawValue) caught after \(result.seeds) seeds")
        #expect(!result.failures.isEmpty)
    }
}
