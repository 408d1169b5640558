/// What the branch as a whole stands at.
package struct Branch: Equatable, Sendable {
    /// What an admin sets.
    package var profile: BranchProfile
    /// The business day; never goes back.
    package var day: BusinessDay
    /// When it began, in ticks.
    package var dayBeganTick: Int64
    package var version: Int64

    package init(profile: BranchProfile, day: BusinessDay, dayBeganTick: Int64, version: Int64 = 1) {
        self.profile = profile
        self.day = day
        self.dayBeganTick = dayBeganTick
        self.version = version
    }

    /// The profile's.
    package var name: String { profile.name }
    /// The profile's.
    package var timeZone: String { profile.timeZone }
}

/// Settings of the program that the rules depend on.
package struct Rules: Equatable, Sendable {
    package var calendar: BusinessCalendar
    /// How long a called customer must have been called before call-next may complete the ticket, milliseconds.
    package var minCalled: Int64
    /// How long a worker may hold a ticket without an update, milliseconds; nil = for ever.
    package var lease: Int64?
    /// How many tickets one worker token may hold; nil = any number.
    package var maxHeld: Int?

    package init(
        calendar: BusinessCalendar, minCalled: Int64 = 1_500, lease: Int64? = 10 * Span.minute, maxHeld: Int? = nil
    ) {
        self.calendar = calendar
        self.minCalled = minCalled
        self.lease = lease
        self.maxHeld = maxHeld
    }

    /// A service that goes on over the end of the business day is left alone this long, milliseconds.
    package static let servingGrace: Int64 = 4 * Span.hour
    /// How often a customer may let another one ahead.
    package static let maxLetAhead = 2
    /// How long after leaving by the link a customer may take it back, milliseconds.
    package static let linkUndoWindow: Int64 = 15 * Span.second
    /// The longest time a ticket may be parked, milliseconds.
    package static let longestPark: Int64 = 12 * Span.hour
}
