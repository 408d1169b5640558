/// Opening hours of a week as JSON shows them.
package struct HoursPayload: Equatable, Sendable {
    /// The same part of some days of the week.
    package struct Span: Equatable, Sendable {
        /// 1 = Monday … 7, rising.
        package var days: [Int]
        /// `HH:MM`, 24:00 at the end of a day.
        package var from: String
        package var to: String

        package init(days: [Int], from: String, to: String) {
            self.days = days
            self.from = from
            self.to = to
        }
    }

    package var spans: [Span]

    package init(spans: [Span]) { self.spans = spans }

    /// Writes them as an array.
    package func write(into text: inout JSONText) {
        text.beginArray()
        for span in spans {
            text.beginObject()
            text.key("days")
            text.beginArray()
            for day in span.days { text.integer(Int64(day)) }
            text.endArray()
            text.member("from", span.from)
            text.member("to", span.to)
            text.endObject()
        }
        text.endArray()
    }
}

/// A date on which other hours hold, as JSON shows it.
package struct ExceptionPayload: Equatable, Sendable {
    /// `YYYY-MM-DD`.
    package var date: String
    /// `HH:MM`; both are nil where it is closed all day.
    package var from: String?
    package var to: String?
    package var note: String?

    package init(date: String, from: String?, to: String?, note: String?) {
        self.date = date
        self.from = from
        self.to = to
        self.note = note
    }

    /// Writes it as an object.
    package func write(into text: inout JSONText) {
        text.beginObject()
        text.member("date", date)
        text.member("from", from)
        text.member("to", to)
        text.member("note", note)
        text.endObject()
    }
}

extension JSONText {
    /// A whole member; nil is written as null.
    mutating func member(_ name: StaticString, _ hours: HoursPayload?) {
        key(name)
        if let hours { hours.write(into: &self) } else { null() }
    }

    /// Texts by name, in the names' order; none are written as null.
    package mutating func member(_ name: StaticString, _ texts: [String: String]) {
        key(name)
        if texts.isEmpty { null() } else { object(texts) }
    }

    /// A value alone: texts by name, in the names' order.
    package mutating func object(_ texts: [String: String]) {
        beginObject()
        for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
            key(text: name)
            string(value)
        }
        endObject()
    }
}
