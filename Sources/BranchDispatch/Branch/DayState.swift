import QueueDomain

/// The business day as the dispatcher knows it, and what the upkeep remembers.
struct DayState: Equatable, Sendable {
    private(set) var day = BusinessDay(number: 0)
    /// When it began, in ticks.
    private(set) var beganTick: Int64 = 0
    /// The store's count of erasures when the log was last emptied, and when that was. Nil until the first time since
    /// the start: what was erased before it may still be in the log.
    var scrubbedErasures: Int?
    var lastScrubTick: Int64?

    /// Takes the branch's word; a day never goes back.
    mutating func begin(_ branch: Branch?) {
        guard let branch, branch.day > day else { return }
        day = branch.day
        beganTick = branch.dayBeganTick
    }

    /// Milliseconds until the day's end is looked at again: the rest of the day by the believed clock, but at most a
    /// minute, because that clock may step.
    static func pause(until end: Timestamp, at wall: Timestamp) -> Int64 {
        let rest = end.milliseconds.subtractingReportingOverflow(wall.milliseconds)
        let longest = Int64(DispatchLimits.longestSleep) * Span.second
        return rest.overflow ? longest : min(max(rest.partialValue, Span.second), longest)
    }
}
