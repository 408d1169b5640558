import QueueDomain

extension PlanMapping {
    /// Opening hours: a list of spans, or null for none.
    func hours(_ key: String, in file: String) throws(PlanFault) -> Patch<OpeningHours?> {
        guard has(key) else { return .keep }
        if isNull(key) { return .set(nil) }
        var hours = OpeningHours(spans: [])
        for (node, path) in try list(key) {
            let span = try PlanMapping(node, at: path, in: file, allowed: ["days", "from", "to"])
            let days = try span.integers("days")
            guard Set(days).count == days.count else { throw span.fault("days", "a day comes twice") }
            hours.spans.append(
                OpeningHours.Span(
                    days: Set(days), part: DayPart(from: try span.minute("from"), to: try span.minute("to"))))
        }
        if let fault = hours.fault { throw self.fault(key, "it must be \(fault.allowed)") }
        return .set(hours)
    }

    /// Exceptions by date; nil where the key is left out.
    func exceptions(_ key: String, in file: String) throws(PlanFault) -> [DateException]? {
        guard has(key) else { return nil }
        var exceptions: [DateException] = []
        for (node, path) in try list(key) {
            let entry = try PlanMapping(node, at: path, in: file, allowed: ["date", "from", "to", "note"])
            guard let date = BusinessDay(text: try entry.requiredText("date")) else {
                throw entry.fault("date", "it must be a date, as 2026-12-24")
            }
            var part: DayPart?
            if entry.isSet("from") || entry.isSet("to") {
                part = DayPart(from: try entry.minute("from"), to: try entry.minute("to"))
            }
            let note = entry.isSet("note") ? try entry.text("note") : nil
            exceptions.append(DateException(date: date, part: part, note: note))
        }
        return exceptions
    }

    private func minute(_ key: String) throws(PlanFault) -> Int {
        guard let minute = DayPart.minute(try requiredText(key)) else {
            throw fault(key, "it must be a time from 00:00 to 24:00")
        }
        return minute
    }

    private func isSet(_ key: String) -> Bool { has(key) && !isNull(key) }
}
