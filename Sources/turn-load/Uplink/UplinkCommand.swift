import ArgumentParser
import Foundation
import QueueTestSupport

/// `turn-load uplink`: the uplink's protocol under random faults, without a network and without waiting.
struct UplinkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uplink",
        abstract: "Runs the uplink between simulated machines under random faults, one schedule a seed.",
        discussion: """
            Frames, publisher and classifier are the real ones. A seed that breaks something is printed; --seed with \
            --trace replays it and shows what happened. Exit code 1 when a seed broke something.
            """)

    @Option(help: "Seeds to run.")
    var seeds = 5_000

    @Option(help: "The first seed. Left out: by chance.")
    var seed: UInt64?

    @Option(help: "Tasks at the same time; left out: one a processor.")
    var lanes: Int?

    @Option(help: "A mistake to make: \(UplinkPlant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var plant: UplinkPlant?

    @Flag(help: "Show what happened in the first seed, line by line, instead of running many.")
    var trace = false

    func validate() throws {
        guard (1...Limits.seeds).contains(seeds) else { throw ValidationError("--seeds must be 1 to \(Limits.seeds).") }
        if let lanes, !(1...Limits.lanes).contains(lanes) {
            throw ValidationError("--lanes must be 1 to \(Limits.lanes).")
        }
    }

    func run() async throws {
        if trace {
            replay(seed ?? 1)
        } else {
            try await sweep(from: seed ?? UInt64.random(in: 1...999_999_999))
        }
    }

    private func replay(_ seed: UInt64) {
        let outcome = UplinkSimulation(seed: seed, plant: plant, isTraced: true).run()
        for line in outcome.trace { print(line) }
        print("seed \(seed): \(outcome.violation ?? "held, settled after \(outcome.healing) ms"), \(outcome.digest)")
    }

    private func sweep(from first: UInt64) async throws {
        let began = ContinuousClock.now
        let result = await UplinkSweep.run(
            first: first, count: seeds, lanes: lanes ?? ProcessInfo.processInfo.activeProcessorCount, plant: plant)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        print("seeds \(first) to \(first + UInt64(result.seeds) - 1): \(result.failures.count) broke something")
        print("  \(result.events) events, \(result.steps) steps, \(result.epochs) further epochs")
        let faults = result.faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("  faults: \(faults.joined(separator: ", "))")
        print(
            "  settled after: half \(result.healing(perMille: 500)) ms, 99 % \(result.healing(perMille: 990)) ms,",
            "the last \(result.healing.last ?? 0) ms of simulated time")
        print("  took \((seconds * 10).rounded() / 10) s, \(Int(Double(result.seeds) / seconds)) seeds/s")
        for failure in result.failures.prefix(Limits.failuresShown) {
            print("  seed \(failure.seed): \(failure.violation)")
        }
        if !result.failures.isEmpty { throw ExitCode(1) }
    }
}

extension UplinkPlant: ExpressibleByArgument {}
