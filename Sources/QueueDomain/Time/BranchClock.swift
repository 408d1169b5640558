/// One reading of the machine's clocks.
package struct ClockReading: Equatable, Sendable {
    /// The kernel's id of this boot.
    package var bootID: String
    /// CLOCK_BOOTTIME in milliseconds: counts through suspend, is not moved by a step of the wall clock.
    package var boottime: Int64
    package var wall: Timestamp
    /// Whether the kernel says that the wall clock is disciplined by a time source.
    package var synchronized: Bool

    package init(bootID: String, boottime: Int64, wall: Timestamp, synchronized: Bool) {
        self.bootID = bootID
        self.boottime = boottime
        self.wall = wall
        self.synchronized = synchronized
    }
}

/// What the store remembers of the clocks between two starts.
package struct StoredClock: Equatable, Sendable {
    /// The boot in which `anchorTick` was taken at `anchorBoottime`.
    package var bootID: String
    package var anchorBoottime: Int64
    package var anchorTick: Int64
    /// The largest tick and the newest wall time that any event carries.
    package var lastTick: Int64
    package var lastWall: Timestamp

    package init(bootID: String, anchorBoottime: Int64, anchorTick: Int64, lastTick: Int64, lastWall: Timestamp) {
        self.bootID = bootID
        self.anchorBoottime = anchorBoottime
        self.anchorTick = anchorTick
        self.lastTick = lastTick
        self.lastWall = lastWall
    }
}

/// Why the wall clock isn't believed; the branch goes on by its own count until time sync or an admin's word.
package enum ClockAlarm: String, Sendable {
    /// At the start it stood before the last event.
    case beforeLastEvent = "before_last_event"
    /// At the start it stood more than 30 days after the last event.
    case farAfterLastEvent = "far_after_last_event"
    /// While running it left CLOCK_BOOTTIME's count by more than 10 minutes.
    case stepped = "stepped"
}

/// Turns machine readings into ticks and a believed wall clock (product.md, "Calling order" and "Business day").
///
/// A value without I/O: the writer feeds it readings; a step of the wall clock never moves a tick.
package struct BranchClock: Equatable, Sendable {
    /// A running wall clock may leave CLOCK_BOOTTIME's count by this much, in milliseconds.
    package static let tolerance: Int64 = 10 * Span.minute
    /// A start may come this long after the last event, in milliseconds.
    package static let longestAbsence: Int64 = 30 * Span.day

    /// Where this boot's count began; stored, so that a restart in the same boot continues exactly.
    package let bootID: String
    package let anchorBoottime: Int64
    package let anchorTick: Int64
    package private(set) var alarm: ClockAlarm?
    private var believedWall: Timestamp
    private var believedAt: Int64
    private var tick: Int64

    /// Starts the clock; `stored` is nil for a new database.
    package init(starting reading: ClockReading, stored: StoredClock?) {
        bootID = reading.bootID
        believedWall = reading.wall
        believedAt = reading.boottime
        if let stored {
            if !reading.synchronized {
                if reading.wall < stored.lastWall {
                    alarm = .beforeLastEvent
                } else if reading.wall > stored.lastWall.adding(milliseconds: Self.longestAbsence) {
                    alarm = .farAfterLastEvent
                }
            }
            if alarm != nil { believedWall = stored.lastWall }
        }
        if let stored, stored.bootID == reading.bootID {
            anchorBoottime = stored.anchorBoottime
            anchorTick = stored.anchorTick
            tick = max(stored.lastTick, stored.anchorTick + max(0, reading.boottime - stored.anchorBoottime))
        } else {
            tick = max(stored?.lastTick ?? 0, believedWall.milliseconds)
            anchorBoottime = reading.boottime
            anchorTick = tick
        }
    }

    /// The moment of a reading of the same boot.
    package mutating func advance(to reading: ClockReading) -> Moment {
        tick = max(tick, anchorTick + max(0, reading.boottime - anchorBoottime))
        let elapsed = max(0, reading.boottime - believedAt)
        let expected = believedWall.adding(milliseconds: elapsed)
        let distance = reading.wall.milliseconds.subtractingReportingOverflow(expected.milliseconds)
        let agrees = !distance.overflow && distance.partialValue.magnitude <= UInt64(Self.tolerance)
        // After a doubtful start the count goes on from the last event, so agreement with it proves nothing.
        if reading.synchronized || agrees && (alarm == nil || alarm == .stepped) {
            believedWall = reading.wall
            alarm = nil
        } else {
            believedWall = expected
            if alarm == nil { alarm = .stepped }
        }
        believedAt = max(believedAt, reading.boottime)
        return Moment(tick: tick, wall: believedWall)
    }

    /// An admin says that the wall clock is right.
    package mutating func confirm(_ reading: ClockReading) {
        believedWall = reading.wall
        believedAt = max(believedAt, reading.boottime)
        alarm = nil
    }
}
