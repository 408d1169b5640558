package import QueueDomain
package import QueueEvents

extension HoursPayload {
    /// The hours as events and answers show them.
    package init(_ hours: OpeningHours) {
        self.init(
            spans: hours.spans.map { span in
                Span(
                    days: span.days.sorted(), from: DayPart.text(span.part.from), to: DayPart.text(span.part.to))
            })
    }
}

extension ExceptionPayload {
    /// The exception as events and answers show it.
    package init(_ exception: DateException) {
        self.init(
            date: exception.date.text, from: exception.part.map { DayPart.text($0.from) },
            to: exception.part.map { DayPart.text($0.to) }, note: exception.note)
    }
}

extension JSONFields {
    /// Opening hours, or nil if they are left out or null. Whether they make sense is for the rules to say.
    package func optionalHours(_ name: String) throws(FieldError) -> OpeningHours? {
        guard let list = try optionalFieldsList(name, maxCount: OpeningHours.maxSpans) else { return nil }
        var hours = OpeningHours(spans: [])
        for span in list {
            let days = try span.ints("days", in: OpeningHours.days, maxCount: OpeningHours.days.count)
            hours.spans.append(
                OpeningHours.Span(
                    days: Set(days), part: DayPart(from: try span.minute("from"), to: try span.minute("to"))))
        }
        return hours
    }

    /// Exceptions by date, or nil if they are left out or null.
    package func optionalExceptions(_ name: String) throws(FieldError) -> [DateException]? {
        guard let list = try optionalFieldsList(name, maxCount: DateException.maxCount) else { return nil }
        var exceptions: [DateException] = []
        for entry in list {
            let date = try entry.parsed("date", "must be a date such as 2026-12-24") { BusinessDay(text: $0) }
            var part: DayPart?
            // One without the other is a mistake, which the reading of the missing one tells.
            if entry.isSet("from") || entry.isSet("to") {
                part = DayPart(from: try entry.minute("from"), to: try entry.minute("to"))
            }
            let lengths = DateException.noteLengths
            let note = try entry.optionalText("note", minLength: lengths.lowerBound, maxLength: lengths.upperBound)
            exceptions.append(DateException(date: date, part: part, note: note))
        }
        return exceptions
    }

    private func minute(_ name: String) throws(FieldError) -> Int {
        try parsed(name, "must be a time from 00:00 to 24:00") { DayPart.minute($0) }
    }
}

/// What the columns `hours`, `exceptions` and `names` hold: the JSON text that events and answers show. Read as
/// strictly as a request.
enum HoursColumns {
    static func text(_ hours: OpeningHours?) -> String? {
        hours.map { hours in text { HoursPayload(hours).write(into: &$0) } }
    }

    static func text(_ exceptions: [DateException]) -> String {
        text { text in
            text.beginArray()
            for exception in exceptions { ExceptionPayload(exception).write(into: &text) }
            text.endArray()
        }
    }

    static func text(_ names: [String: String]) -> String? {
        names.isEmpty ? nil : text { $0.object(names) }
    }

    static func hours(_ text: String?) throws(FieldError) -> OpeningHours? {
        guard let text else { return nil }
        return try fields(text).optionalHours("value")
    }

    static func exceptions(_ text: String) throws(FieldError) -> [DateException] {
        try fields(text).optionalExceptions("value") ?? []
    }

    static func names(_ text: String?) throws(FieldError) -> [String: String] {
        guard let text else { return [:] }
        return try fields(text).optionalTexts("value", maxCount: QueueSettings.maxNames, lengths: BranchName.lengths)
            ?? [:]
    }

    private static func text(_ write: (inout JSONText) -> Void) -> String {
        var text = JSONText(capacity: 256)
        write(&text)
        return text.string
    }

    /// The column as the one field of an object, since that is what can be read.
    private static func fields(_ text: String) throws(FieldError) -> JSONFields {
        try JSONFields(Array("{\"value\":".utf8) + Array(text.utf8) + Array("}".utf8))
    }
}
