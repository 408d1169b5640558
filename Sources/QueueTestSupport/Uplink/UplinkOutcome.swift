/// What came of one seed.
package struct UplinkOutcome: Sendable {
    package var seed: UInt64
    /// What must not be, in words; nil when all held.
    package var violation: String?
    /// From the end of all faults until nothing was left to do, in milliseconds of simulated time.
    package var healing: Int64 = 0
    /// Events that branches wrote.
    package var events = 0
    /// Faults by kind, sorted by name.
    package var faults: [(kind: String, count: Int)] = []
    package var epochs = 0
    /// Steps of the run; with ``digest`` it tells two runs apart.
    package var steps = 0
    package var digest: UInt64 = 0
    /// Line by line what happened, when it was asked for.
    package var trace: [String] = []
}
