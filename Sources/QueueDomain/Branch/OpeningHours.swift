/// A part of one local day, in minutes after midnight: from the first on, up to the second, which isn't in it.
package struct DayPart: Hashable, Sendable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }

    /// Minutes of a day; 24:00 is its end.
    package static let minutes = 0...1_440

    /// Whether it is empty, upside down or outside of the day. So nothing goes over midnight: that is two parts.
    var isFaulty: Bool { !Self.minutes.contains(from) || !Self.minutes.contains(to) || from >= to }

    func contains(_ minute: Int) -> Bool { from <= minute && minute < to }

    /// Minutes of `HH:MM`, 00:00 to 24:00; nil for every other text.
    package static func minute(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - Int(UInt8(ascii: "0")) }
        guard digits.allSatisfy({ (0...9).contains($0) }), digits[2] < 6 else { return nil }
        let minute = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
        return minutes.contains(minute) ? minute : nil
    }

    /// `HH:MM` of a minute of the day.
    package static func text(_ minute: Int) -> String {
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        return "\(padded(minute / 60)):\(padded(minute % 60))"
    }

    /// Whether two of them have a minute in common; where one ends the next may begin.
    static func overlap(_ parts: [DayPart]) -> Bool {
        let sorted = parts.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        return zip(sorted, sorted.dropFirst()).contains { $1.from < $0.to }
    }
}

/// When something is open in a usual week, by local clocks. Without a span it never is.
///
/// By local clocks also in a night of the change to or from summer time: a repeated hour is open twice, a skipped one
/// not at all.
package struct OpeningHours: Equatable, Sendable {
    /// The same part of some days of the week; 1 = Monday … 7 = Sunday (ISO 8601).
    package struct Span: Equatable, Sendable {
        package var days: Set<Int>
        package var part: DayPart

        package init(days: Set<Int>, part: DayPart) {
            self.days = days
            self.part = part
        }
    }

    package var spans: [Span]

    package init(spans: [Span]) { self.spans = spans }

    package static let days = 1...7
    /// The most spans of a week.
    package static let maxSpans = 50

    /// What is wrong with them, or nil.
    package var fault: SettingFault? {
        if spans.count > Self.maxSpans { return SettingFault("hours", "at most \(Self.maxSpans) spans") }
        let isFaulty = spans.contains { span in
            span.days.isEmpty || !span.days.allSatisfy(Self.days.contains) || span.part.isFaulty
        }
        if isFaulty {
            return SettingFault(
                "hours", "spans of days 1 (Monday) to 7, from an earlier to a later time, 24:00 at most")
        }
        let overlaps = Self.days.contains { day in
            DayPart.overlap(spans.filter { $0.days.contains(day) }.map(\.part))
        }
        return overlaps ? SettingFault("hours", "spans that don't overlap") : nil
    }

    func contains(_ local: LocalTime) -> Bool {
        spans.contains { $0.days.contains(local.date.weekday) && $0.part.contains(local.minute) }
    }
}

/// A date, from midnight to midnight, on which other hours hold than those of the week. A date may stand in several of
/// them, one for each part of the day that is open.
package struct DateException: Equatable, Sendable {
    /// A date of the calendar, not a business day.
    package var date: BusinessDay
    /// nil: closed all day.
    package var part: DayPart?
    /// For the staff; 1…60 characters.
    package var note: String?

    package init(date: BusinessDay, part: DayPart?, note: String? = nil) {
        self.date = date
        self.part = part
        self.note = note
    }

    /// The most exceptions of a branch.
    package static let maxCount = 400
    /// Unicode scalars of a note.
    package static let noteLengths = 1...60

    /// What is wrong with a branch's exceptions, or nil.
    static func fault(of all: [DateException]) -> SettingFault? {
        if all.count > maxCount { return SettingFault("exceptions", "at most \(maxCount)") }
        for exception in all {
            if exception.part?.isFaulty == true {
                return SettingFault("exceptions", "from an earlier to a later time, 24:00 at most, or both null")
            }
            if let note = exception.note, !noteLengths.contains(note.unicodeScalars.count) || note.utf8.contains(0) {
                return SettingFault("exceptions", "with notes of 1 to 60 characters, without U+0000")
            }
        }
        for parts in Dictionary(grouping: all, by: \.date).values.map({ $0.map(\.part) }) where parts.count > 1 {
            let open = parts.compactMap(\.self)
            if open.count < parts.count { return SettingFault("exceptions", "either closed or open on one date") }
            if DayPart.overlap(open) { return SettingFault("exceptions", "parts of a date that don't overlap") }
        }
        return nil
    }
}
