/// A date of the branch's calendar: days since 1970-01-01.
package struct BusinessDay: Hashable, Comparable, Sendable {
    package let number: Int32

    package init(number: Int32) { self.number = number }

    package static func < (left: BusinessDay, right: BusinessDay) -> Bool { left.number < right.number }

    /// The day after this one.
    package var next: BusinessDay { BusinessDay(number: number + 1) }

    /// The day of the week: 1 = Monday … 7 = Sunday. 1970-01-01 was a Thursday.
    package var weekday: Int {
        let rest = (Int(number) + 3) % 7
        return (rest < 0 ? rest + 7 : rest) + 1
    }

    /// The date of `YYYY-MM-DD`, years 0000 to 9999; nil for every other text and for dates that don't exist. The
    /// conversion is the reverse of that in `text`.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func value(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = value(0..<4), let month = value(5..<7), let day = value(8..<10), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let date = BusinessDay(number: Int32(era * 146_097 + dayOfEra - 719_468))
        // The 30th of February is another date's count.
        guard date.text == text else { return nil }
        self = date
    }

    /// `YYYY-MM-DD`, proleptic Gregorian; the conversion follows Howard Hinnant's days-to-civil derivation:
    /// years begin in March, 400-year eras of 146,097 days.
    package var text: String {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// What a time zone's clocks did and will do: offsets from UTC and the instants from which each holds.
///
/// A plain value, so that the rules need no time-zone database; the caller fills it.
package struct ZoneOffsets: Equatable, Sendable {
    /// From an instant on, clocks are this many seconds east of UTC.
    package struct Change: Equatable, Sendable {
        package var from: Timestamp
        package var offsetSeconds: Int32

        package init(from: Timestamp, offsetSeconds: Int32) {
            self.from = from
            self.offsetSeconds = offsetSeconds
        }
    }

    /// The offset before the first change, in seconds east of UTC.
    package let initialSeconds: Int32
    /// Rising by `from`.
    package let changes: [Change]

    /// - Precondition: the changes rise by their instants.
    package init(initialSeconds: Int32, changes: [Change] = []) {
        precondition(
            zip(changes, changes.dropFirst()).allSatisfy { $0.from < $1.from }, "Zone changes must rise.")
        self.initialSeconds = initialSeconds
        self.changes = changes
    }

    /// UTC all year.
    package static let utc = ZoneOffsets(initialSeconds: 0)

    /// Seconds east of UTC at an instant.
    package func seconds(at instant: Timestamp) -> Int32 {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].from <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialSeconds : changes[low - 1].offsetSeconds
    }

    /// What local clocks show at an instant.
    package func local(at instant: Timestamp) -> LocalTime {
        let shown = instant.adding(milliseconds: Int64(seconds(at: instant)) * Span.second).milliseconds
        let (days, rest) = shown.quotientAndRemainder(dividingBy: Span.day)
        return LocalTime(
            date: BusinessDay(number: Int32(clamping: rest < 0 ? days - 1 : days)),
            minute: Int((rest < 0 ? rest + Span.day : rest) / Span.minute))
    }
}

/// What a clock on the branch's wall shows.
package struct LocalTime: Equatable, Sendable {
    /// The calendar's date, which changes at midnight.
    package var date: BusinessDay
    /// Whole minutes since midnight by the clock, 0…1,439.
    package var minute: Int

    package init(date: BusinessDay, minute: Int) {
        self.date = date
        self.minute = minute
    }
}

/// Turns instants into business days.
package struct BusinessCalendar: Equatable, Sendable {
    package var zone: ZoneOffsets
    /// Seconds after local midnight at which a business day begins, 0…86,399.
    package var startsAtSeconds: Int32

    /// - Precondition: the start lies within a day.
    package init(zone: ZoneOffsets, startsAtSeconds: Int32) {
        precondition((0..<86_400).contains(startsAtSeconds), "A business day starts within a day.")
        self.zone = zone
        self.startsAtSeconds = startsAtSeconds
    }

    /// The business day that local clocks show at an instant. In a repeated hour this may step back; the
    /// branch's own day never does, since it only rolls forward.
    package func day(at instant: Timestamp) -> BusinessDay {
        let shift = Int64(zone.seconds(at: instant)) - Int64(startsAtSeconds)
        let local = instant.adding(milliseconds: shift * Span.second).milliseconds
        let (days, rest) = local.quotientAndRemainder(dividingBy: Span.day)
        return BusinessDay(number: Int32(clamping: rest < 0 ? days - 1 : days))
    }

    /// The first instant at which local clocks show the day after `day`.
    package func end(of day: BusinessDay) -> Timestamp {
        let nominal = (Int64(day.number) + 1) * Span.day + Int64(startsAtSeconds) * Span.second
        let near = zone.changes.filter { abs($0.from.milliseconds - nominal) < 2 * Span.day }
        let around = [
            zone.seconds(at: Timestamp(milliseconds: nominal - Span.day)),
            zone.seconds(at: Timestamp(milliseconds: nominal + Span.day)),
        ]
        let offsets = around + near.map(\.offsetSeconds)
        let candidates =
            offsets.map { Timestamp(milliseconds: nominal - Int64($0) * Span.second) } + near.map(\.from)
        let reached = candidates.filter { self.day(at: $0) > day }
        return reached.min() ?? Timestamp(milliseconds: nominal)
    }
}
