/// Slows down whoever guesses: after ``Limits/freeFailures`` wrong secrets each further one locks its key, 30 s at
/// first and twice as long each time, up to 15 min. A value: the time comes from outside, in milliseconds that never go
/// back.
///
/// A key names who is guessed at and from where, so nobody can lock somebody out for everybody else. In a day one key
/// has at most ``Limits/freeFailures`` + 5 + 24 h ÷ 15 min ≈ 106 guesses.
package struct LockOut<Key: Hashable & Sendable>: Sendable {
    private struct Record {
        var failures = 0
        var lockedUntil: Int64 = 0
        var lastAt: Int64
    }

    private var records: [Key: Record] = [:]
    private let capacity: Int

    /// - Parameter capacity: the most keys that are remembered; the oldest are forgotten first.
    package init(capacity: Int = Limits.lockOutKeys) { self.capacity = capacity }

    /// How many keys are remembered.
    package var count: Int { records.count }

    /// Milliseconds that the key is locked for yet; 0 = it may try.
    package func remaining(_ key: Key, now: Int64) -> Int64 {
        max(0, (records[key]?.lockedUntil ?? 0) - now)
    }

    /// Counts a try before it is judged, so that many at once are not more than one after another.
    package mutating func began(_ key: Key, now: Int64) {
        if records[key] == nil { makeRoom() }
        var record = records[key] ?? Record(lastAt: now)
        if now - record.lastAt >= Limits.failuresForgotten { record.failures = 0 }
        record.failures += 1
        record.lastAt = now
        let excess = record.failures - Limits.freeFailures
        if excess >= 0 {
            let doubled = Limits.firstLock << Int64(min(excess, 10))
            record.lockedUntil = now + min(doubled, Limits.longestLock)
        }
        records[key] = record
    }

    /// The secret was right, or the try was no guess.
    package mutating func succeeded(_ key: Key) { records[key] = nil }

    /// The try was not judged, for want of a thread to compare with: it counts for nothing. A try begins only where no
    /// lock holds, so there is none to give back.
    package mutating func cancelled(_ key: Key) {
        guard var record = records[key], record.failures > 0 else { return }
        record.failures -= 1
        record.lockedUntil = 0
        records[key] = record
    }

    private mutating func makeRoom() {
        guard records.count >= capacity else { return }
        // One who guesses is recent; the oldest tenth goes, so that this is rarely done.
        let old = records.sorted { $0.value.lastAt < $1.value.lastAt }.prefix(max(1, capacity / 10))
        for (key, _) in old { records[key] = nil }
    }
}
