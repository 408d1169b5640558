package import QueueDomain

/// A machine's clocks under a test's hand, and the branch clock that reads them.
package struct SimulatedClock: Sendable {
    /// What the machine's clocks show.
    package private(set) var reading: ClockReading
    /// What the branch makes of it.
    package private(set) var clock: BranchClock
    private var boots = 1

    /// A machine just started, with a new branch.
    /// - Parameter boottime: milliseconds since the machine started.
    package init(wall: Timestamp, boottime: Int64 = 5_000, synchronized: Bool = false) {
        reading = ClockReading(bootID: "boot-1", boottime: boottime, wall: wall, synchronized: synchronized)
        clock = BranchClock(starting: reading, stored: nil)
    }

    /// The moment of now; asking again gives the same.
    package mutating func now() -> Moment { clock.advance(to: reading) }

    /// Time passes.
    package mutating func advance(milliseconds: Int64) {
        reading.boottime += milliseconds
        reading.wall = reading.wall.adding(milliseconds: milliseconds)
    }

    /// Somebody sets the wall clock; CLOCK_BOOTTIME goes on.
    package mutating func stepWall(milliseconds: Int64) {
        reading.wall = reading.wall.adding(milliseconds: milliseconds)
    }

    /// Whether the kernel says that a time source disciplines the wall clock.
    package mutating func setSynchronized(_ isSynchronized: Bool) { reading.synchronized = isSynchronized }

    /// The program starts again in the same boot.
    package mutating func restart(lastTick: Int64, lastWall: Timestamp) {
        clock = BranchClock(starting: reading, stored: stored(lastTick, lastWall))
        _ = now()
    }

    /// The machine starts again after `off` milliseconds; CLOCK_BOOTTIME begins anew.
    package mutating func reboot(off: Int64, lastTick: Int64, lastWall: Timestamp) {
        let stored = stored(lastTick, lastWall)
        boots += 1
        reading.bootID = "boot-\(boots)"
        reading.boottime = 3_000
        reading.wall = reading.wall.adding(milliseconds: off)
        clock = BranchClock(starting: reading, stored: stored)
        _ = now()
    }

    private func stored(_ lastTick: Int64, _ lastWall: Timestamp) -> StoredClock {
        StoredClock(
            bootID: clock.bootID, anchorBoottime: clock.anchorBoottime, anchorTick: clock.anchorTick,
            lastTick: lastTick, lastWall: lastWall)
    }
}
