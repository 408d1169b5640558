import QueueDomain
import Testing

import BranchDispatch

/// A small generator with a printable seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Lines, callers and counters around a `WaiterList`; signals and answers arrive late and out of step.
private struct WaiterWorld {
    struct Attempt {
        var place: PlaceID
        var caller: CallerID?
        var counter: CounterID?
        var isLast: Bool
        /// Decided by the writer, not yet told to the list.
        var outcome: AttemptOutcome?
    }

    let queues = [QueueID(1), QueueID(2)]
    let counters = [CounterID(1): [QueueID(1)], CounterID(2): [QueueID(1), QueueID(2)]]
    var random: SeededGenerator
    var list = WaiterList(perQueue: 6, inAll: 9)
    var lines: [QueueID: Int] = [:]
    var signals: [QueueID] = []
    var attempts: [Attempt] = []
    var callers: [CallerID: (place: PlaceID, queue: QueueID, scope: UInt8?)] = [:]
    var dismissed: Set<CallerID> = []
    var busy: Set<CounterID> = []
    /// Counters that were taken or freed, of which the list was not told yet.
    var moved: Set<CounterID> = []
    var nextCaller: Int64 = 0
    var answered: [UInt8: AttemptOutcome] = [:]
    var served = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func step() throws {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...1: arrive()
        case 2: callByStaff()
        case 3...4: try join()
        case 5: deliverSignal()
        case 6...7: decide()
        case 8: report()
        case 9: leaveOrTimeOut()
        case 10: moveCounter()
        default: tellCounter()
        }
    }

    mutating func arrive() {
        let queue = queues.randomElement(using: &random) ?? queues[0]
        lines[queue, default: 0] += 1
        signals.append(queue)
    }

    mutating func callByStaff() {
        for queue in queues where lines[queue, default: 0] > 0 {
            lines[queue, default: 0] -= 1
            return
        }
    }

    mutating func join() throws {
        nextCaller += 1
        let caller = CallerID(rawValue: nextCaller)
        var queue = queues.randomElement(using: &random) ?? queues[0]
        let scope: UInt8? = Bool.random(using: &random) ? UInt8.random(in: 0..<3, using: &random) : nil
        if let scope { queue = queues[Int(scope) % 2] }
        if let scope, answered[scope] != nil { return }
        let key = scope.map { WaiterKey(scope: [$0], requestHash: []) }
        do {
            let joined = try list.join(caller, queue: queue, key: key)
            callers[caller] = (joined.place, queue, scope)
            perform(joined.actions)
            if joined.start == .attempt {
                attempts.append(Attempt(place: joined.place, caller: caller, isLast: false))
            }
        } catch WaiterList.Refusal.full {
            #expect(list.callerCount(at: queue) == 6 || queues.map { list.callerCount(at: $0) }.reduce(0, +) == 9)
        }
    }

    mutating func deliverSignal() {
        guard !signals.isEmpty else { return }
        perform(list.ticketWaits(in: signals.removeFirst()))
    }

    /// The writer decides attempts in the order in which they came.
    mutating func decide() {
        guard let index = attempts.firstIndex(where: { $0.outcome == nil }) else { return }
        let attempt = attempts[index]
        if let caller = attempt.caller, let known = callers[caller] {
            if dismissed.contains(caller), Bool.random(using: &random) {
                attempts[index].outcome = .refused
            } else if let scope = known.scope, answered[scope] != nil {
                attempts[index].outcome = .refused
            } else if lines[known.queue, default: 0] > 0 {
                lines[known.queue, default: 0] -= 1
                served += 1
                attempts[index].outcome = .served(line: known.queue)
                if let scope = known.scope { answered[scope] = .served(line: known.queue) }
            } else {
                attempts[index].outcome = .empty
                if attempt.isLast, let scope = known.scope { answered[scope] = .empty }
            }
        } else if let counter = attempt.counter {
            let line = counters[counter, default: []].first { lines[$0, default: 0] > 0 }
            guard !busy.contains(counter), let line else {
                attempts[index].outcome = .empty
                return
            }
            lines[line, default: 0] -= 1
            served += 1
            busy.insert(counter)
            moved.insert(counter)
            attempts[index].outcome = .served(line: line)
        }
    }

    /// Answers reach the list in any order.
    mutating func report() {
        let decided = attempts.indices.filter { attempts[$0].outcome != nil }
        guard let index = decided.randomElement(using: &random), let outcome = attempts[index].outcome else { return }
        let attempt = attempts.remove(at: index)
        perform(list.ended(attempt.place, by: attempt.caller, outcome))
        guard let caller = attempt.caller else { return }
        if outcome != .empty || attempt.isLast { return forget(caller) }
        // It was dismissed while it asked: now it leaves.
        if dismissed.contains(caller) { forget(caller) }
    }

    mutating func leaveOrTimeOut() {
        guard let caller = callers.keys.sorted(by: { $0.rawValue < $1.rawValue }).randomElement(using: &random) else {
            return
        }
        perform(Bool.random(using: &random) ? list.vanish(caller) : list.timeOver(caller))
    }

    mutating func moveCounter() {
        guard let counter = counters.keys.sorted().randomElement(using: &random) else { return }
        if busy.remove(counter) == nil { busy.insert(counter) }
        moved.insert(counter)
    }

    /// The log tells what became of a counter.
    mutating func tellCounter() {
        for counter in moved.sorted() {
            list.counterTaken(counter)
            if !busy.contains(counter) { perform(list.counterFree(counter, serving: counters[counter] ?? [])) }
        }
        moved = []
    }

    mutating func perform(_ actions: [WaiterList.Action]) {
        for action in actions {
            switch action {
            case .attempt(let caller, let isLast):
                guard let known = callers[caller] else {
                    Issue.record("woke \(caller), who is not there")
                    continue
                }
                attempts.append(Attempt(place: known.place, caller: caller, isLast: isLast))
            case .call(let counter, let place):
                attempts.append(Attempt(place: place, counter: counter, isLast: false))
            case .dismiss(let caller):
                dismissed.insert(caller)
                if !attempts.contains(where: { $0.caller == caller }) { forget(caller) }
            }
        }
    }

    mutating func forget(_ caller: CallerID?) {
        guard let caller else { return }
        if let scope = callers[caller]?.scope, !attempts.contains(where: { $0.caller == caller }) {
            let isShared = callers.contains { $0.key != caller && $0.value.scope == scope }
            if !isShared { answered[scope] = nil }
        }
        callers[caller] = nil
        dismissed.remove(caller)
    }

    /// Lets everything under way come to its end.
    mutating func settle() {
        tellCounter()
        var rounds = 0
        while !attempts.isEmpty || !signals.isEmpty, rounds < 10_000 {
            deliverSignal()
            decide()
            report()
            tellCounter()
            rounds += 1
        }
        #expect(rounds < 10_000, "attempts never end")
    }

    /// Nobody waits for a customer who waits for nobody.
    func check() {
        for queue in queues where lines[queue, default: 0] > 0 {
            #expect(list.callerCount(at: queue) == 0, "a caller waits at a line of \(lines[queue, default: 0])")
            for (counter, served) in counters where served.contains(queue) {
                #expect(busy.contains(counter), "\(counter) is free at a line of \(lines[queue, default: 0])")
            }
        }
        let waiting = list.places.values.filter { if case .caller = $0.party { true } else { false } }
        #expect(waiting.count == callers.count, "\(waiting.count) places for \(callers.count) callers")
    }
}

@Suite("Waiting lists under chance")
struct WaiterSimulationTests {
    @Test("No wake-up is lost, whatever comes in between", arguments: 0..<40)
    func noWakeUpIsLost(_ run: Int) throws {
        let seed = UInt64(run) &* 7_919 &+ 17
        var world = WaiterWorld(seed: seed)
        for counter in world.counters.keys.sorted() {
            world.perform(world.list.counterFree(counter, serving: world.counters[counter] ?? []))
        }
        for _ in 0..<25 {
            for _ in 0..<60 { try world.step() }
            world.settle()
            world.check()
        }
        #expect(world.served > 0, "seed \(seed)")
    }
}
