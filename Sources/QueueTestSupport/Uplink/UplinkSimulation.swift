import BranchUplink
import HQIngest
import QueueEvents

/// One branch, one Redis, two ingests and one PostgreSQL under a random schedule of faults, from one seed: the real
/// frames, publisher and classifier between simulated machines, on a simulated clock.
///
/// The same seed gives the same run. Used by one task; not `Sendable`.
package final class UplinkSimulation {
    private struct Step {
        let time: Int64
        let order: UInt64
        let work: (UplinkSimulation) -> Void
    }

    /// Microseconds of simulated time.
    static let millisecond: Int64 = 1_000
    static let second: Int64 = 1_000_000
    /// Faults happen in so many seconds.
    static let faultySeconds = 30
    /// After the last fault everything must be settled within so many seconds.
    static let healingSeconds: Int64 = 150
    /// More steps than this in one run are a loop.
    static let mostSteps = 400_000

    let seed: UInt64
    let plant: UplinkPlant?
    let isTraced: Bool
    var random: SplitMix64
    var now: Int64 = 0
    private var heap: [Step] = []
    private var order: UInt64 = 0
    var outcome: UplinkOutcome
    var faultCounts: [String: Int] = [:]

    var redis = SimulatedRedis()
    var postgres = SimulatedPostgres()
    var ingests = [SimulatedIngest(), SimulatedIngest()]
    var boxes: [SimulatedBox] = []
    /// The box whose history counts in the end.
    var survivor = 0
    var isHealed = false
    var healedAt: Int64 = 0
    var hadRival = false
    var beganLate = false
    let link: FrameClassifier.Link
    let pace: PublisherPace
    let delay: ClosedRange<Int>
    /// Per mille of replies that are lost with their connection.
    let lostReplies: Int
    /// Per mille of acknowledgements that head office fails to write.
    let lostAcks: Int
    /// Milliseconds after which a safe event may be pruned.
    let keep: Int
    let branch: Int64 = 17
    /// Events that wait from the beginning; then nothing fails and nothing is added.
    let backlog: Int

    /// - Parameters:
    ///   - plant: a mistake to be made on purpose.
    ///   - isTraced: whether what happens is written down; slow.
    package init(seed: UInt64, plant: UplinkPlant? = nil, isTraced: Bool = false) {
        self.seed = seed
        self.plant = plant
        self.isTraced = isTraced
        backlog = 0
        random = SplitMix64(seed: seed)
        outcome = UplinkOutcome(seed: seed)
        var pace = PublisherPace()
        let size = random.below(3)
        pace.windowEvents = [24, 96, PublisherLimits.windowEvents][size]
        pace.frameEvents = [5, 16, UplinkLimits.frameEvents][size]
        self.pace = pace
        delay = random.pick([1...4, 1...40, 20...150]) ?? 1...4
        lostReplies = random.pick([0, 2, 20]) ?? 0
        lostAcks = random.pick([0, 20, 200]) ?? 0
        keep = random.pick([1_000, 8_000, 60_000]) ?? 8_000
        link = Self.link(isConstant: plant == .noChain)
    }

    /// Without any fault: how long a backlog takes from connecting on; ``UplinkOutcome/healing`` says it.
    /// - Parameter roundTrip: milliseconds between the branch and Redis, there and back.
    package init(backlog: Int, roundTrip: Int) {
        seed = 1
        plant = nil
        isTraced = false
        random = SplitMix64(seed: 1)
        outcome = UplinkOutcome(seed: 1)
        pace = PublisherPace()
        delay = (roundTrip / 2)...(roundTrip / 2)
        lostReplies = 0
        lostAcks = 0
        keep = 60_000
        link = Self.link(isConstant: false)
        self.backlog = backlog
    }

    private static func link(isConstant: Bool) -> FrameClassifier.Link {
        if isConstant { return { previous, _, _ in previous } }
        return { previous, uid, body in previous.next(uid: uid, body: body) }
    }

    /// Runs it to its end.
    package func run() -> UplinkOutcome {
        begin()
        while outcome.violation == nil, let step = pop() {
            now = step.time
            outcome.steps += 1
            mix(UInt64(bitPattern: now))
            step.work(self)
            if outcome.steps > Self.mostSteps { violate("it goes on and on at \(now / Self.second) s") }
            if isHealed, now > healedAt + Self.healingSeconds * Self.second { violate("stuck: \(standing)") }
        }
        outcome.faults = faultCounts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        outcome.epochs = postgres.tables.cursor.epochs.count
        return outcome
    }

    private func begin() {
        boxes = [SimulatedBox(disk: newDisk())]
        if backlog > 0 { return beginCatchingUp() }
        beganLate = random.chance(100)
        if beganLate {
            for _ in 0..<random.within(1...40) { write(0) }
            prune(0, through: Int64(random.within(1...Int(boxes[0].disk.head))))
        }
        start(0)
        later(milliseconds: 0...50) { $0.grow(0) }
        for place in ingests.indices { startIngest(place) }
        ingests[0].hasLease = true
        later(milliseconds: 300...1_500) { $0.flushRedis() }
        later(milliseconds: 1_000...4_000) { $0.copyPostgres() }
        later(milliseconds: 1_000...4_000) { $0.copyDisk() }
        later(milliseconds: 3_000...6_000) { $0.pruneSafe() }
        scheduleFaults()
    }

    private func beginCatchingUp() {
        for _ in 0..<backlog { write(0) }
        isHealed = true
        start(0)
        startIngest(0)
        ingests[0].hasLease = true
        at(now) { $0.look() }
    }

    func violate(_ what: String) {
        guard outcome.violation == nil else { return }
        outcome.violation = what
        note("VIOLATION \(what)")
    }

    func note(_ line: @autoclosure () -> String) {
        if isTraced { outcome.trace.append("\(now / Self.millisecond) \(line())") }
    }

    func mix(_ value: UInt64) { outcome.digest = (outcome.digest ^ value) &* 0x100_0000_01b3 }

    /// Does something after a random delay.
    func later(milliseconds range: ClosedRange<Int>, _ work: @escaping (UplinkSimulation) -> Void) {
        let low = range.lowerBound * 1_000
        at(now + Int64(random.within(low...max(low, range.upperBound * 1_000))), work)
    }

    func at(_ time: Int64, _ work: @escaping (UplinkSimulation) -> Void) {
        order += 1
        heap.append(Step(time: max(time, now), order: order, work: work))
        var child = heap.count - 1
        while child > 0, Self.precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private static func precedes(_ one: Step, _ other: Step) -> Bool {
        one.time < other.time || (one.time == other.time && one.order < other.order)
    }

    private func pop() -> Step? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if Self.precedes(heap[child], heap[least]) { least = child }
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    func finish() { heap = [] }
}
