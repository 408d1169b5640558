/// An instant of the wall clock: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Only for showing and storing; order and spans come from ticks.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// This instant moved by a signed number of milliseconds; saturates at the type's ends.
    package func adding(milliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta > 0 ? .max : .min) : sum)
    }
}

/// The three readings a decision is made at.
package struct Moment: Equatable, Sendable {
    /// The writer's own milliseconds; never goes back, not moved by a step of the wall clock.
    package var tick: Int64
    /// The wall clock as far as it is believed.
    package var wall: Timestamp

    package init(tick: Int64, wall: Timestamp) {
        self.tick = tick
        self.wall = wall
    }
}

/// Spans used by the rules, in milliseconds.
package enum Span {
    package static let second: Int64 = 1_000
    package static let minute: Int64 = 60_000
    package static let hour: Int64 = 3_600_000
    package static let day: Int64 = 86_400_000
}
