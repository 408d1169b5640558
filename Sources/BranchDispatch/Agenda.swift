/// What is due when, in ticks: one due time for each key, soonest first.
///
/// A binary heap whose outdated entries are skipped when they come up, and swept when they outnumber the others.
package struct Agenda<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        let tick: Int64
        /// Breaks ties in the order of setting, and tells an outdated entry from the valid one.
        let order: UInt64
        let key: Key
    }

    private var heap: [Entry] = []
    private var valid: [Key: (tick: Int64, order: UInt64)] = [:]
    private var nextOrder: UInt64 = 0

    /// Nothing is due.
    package init() {}

    /// How many keys are due some time.
    package var count: Int { valid.count }

    /// When a key is due.
    package func tick(of key: Key) -> Int64? { valid[key]?.tick }

    /// Puts a key at a tick, wherever it was before; nil takes it off.
    package mutating func set(_ key: Key, at tick: Int64?) {
        guard let tick else {
            valid[key] = nil
            return
        }
        nextOrder += 1
        valid[key] = (tick, nextOrder)
        push(Entry(tick: tick, order: nextOrder, key: key))
        if heap.count > 2 * valid.count + 64 { sweep() }
    }

    /// Puts a key at a tick unless it is due sooner.
    package mutating func set(_ key: Key, noLaterThan tick: Int64) {
        if let known = valid[key]?.tick, known <= tick { return }
        set(key, at: tick)
    }

    /// The soonest tick at which something is due.
    package mutating func soonest() -> Int64? {
        dropOutdated()
        return heap.first?.tick
    }

    /// Takes off what is due at a tick: the soonest one.
    package mutating func popDue(at tick: Int64) -> Key? {
        dropOutdated()
        guard let first = heap.first, first.tick <= tick else { return nil }
        removeFirst()
        valid[first.key] = nil
        return first.key
    }

    /// Takes off every key for which a condition holds.
    package mutating func removeAll(where isUnwanted: (Key) -> Bool) {
        for key in Array(valid.keys) where isUnwanted(key) { valid[key] = nil }
        sweep()
    }

    private mutating func dropOutdated() {
        while let first = heap.first, valid[first.key]?.order != first.order { removeFirst() }
    }

    private mutating func sweep() {
        let kept = heap.filter { valid[$0.key]?.order == $0.order }
        heap = []
        heap.reserveCapacity(kept.count)
        for entry in kept { push(entry) }
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        (left.tick, left.order) < (right.tick, right.order)
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(heap[child], heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if Self.precedes(heap[child], heap[least]) { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
