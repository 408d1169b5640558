/// Many seeds, and what came of them together.
package struct UplinkSweep: Sendable {
    package private(set) var seeds = 0
    package private(set) var events = 0
    package private(set) var steps = 0
    /// How often each kind of fault struck.
    package private(set) var faults: [String: Int] = [:]
    /// Epochs that head office has taken beyond the first.
    package private(set) var epochs = 0
    /// Milliseconds of simulated time from the end of all faults until all was settled, of every seed that held.
    package private(set) var healing: [Int64] = []
    /// Seeds that broke something, in their order, with what it was.
    package private(set) var failures: [(seed: UInt64, violation: String)] = []

    /// Runs seeds one after the other in each of some tasks.
    /// - Parameters:
    ///   - first: the first seed; the others follow it.
    ///   - lanes: tasks at the same time.
    ///   - stopsAtFailure: whether a lane ends with the first seed that breaks something.
    package static func run(
        first: UInt64, count: Int, lanes: Int, plant: UplinkPlant? = nil, stopsAtFailure: Bool = false
    ) async -> UplinkSweep {
        await withTaskGroup(of: UplinkSweep.self) { group in
            for lane in 0..<max(1, lanes) {
                group.addTask {
                    var part = UplinkSweep()
                    for place in stride(from: lane, to: count, by: max(1, lanes)) where !Task.isCancelled {
                        part.add(UplinkSimulation(seed: first &+ UInt64(place), plant: plant).run())
                        if stopsAtFailure, !part.failures.isEmpty { break }
                        await Task.yield()
                    }
                    return part
                }
            }
            var all = UplinkSweep()
            for await part in group { all.add(part) }
            all.failures.sort { $0.seed < $1.seed }
            all.healing.sort()
            return all
        }
    }

    /// Milliseconds within which so many in a thousand were settled.
    package func healing(perMille: Int) -> Int64 {
        healing.isEmpty ? 0 : healing[min(healing.count - 1, healing.count * perMille / 1_000)]
    }

    private mutating func add(_ outcome: UplinkOutcome) {
        seeds += 1
        events += outcome.events
        steps += outcome.steps
        epochs += max(0, outcome.epochs - 1)
        for (kind, count) in outcome.faults { faults[kind, default: 0] += count }
        if let violation = outcome.violation {
            failures.append((outcome.seed, violation))
        } else {
            healing.append(outcome.healing)
        }
    }

    private mutating func add(_ other: UplinkSweep) {
        seeds += other.seeds
        events += other.events
        steps += other.steps
        epochs += other.epochs
        faults.merge(other.faults, uniquingKeysWith: +)
        healing += other.healing
        failures += other.failures
    }
}
