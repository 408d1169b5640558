/// A decimal number with a unit, as people write it in a settings file: `1.5s`, `10 min`, `64 KiB`, `30`.
private struct Quantity {
    let whole: Int64
    /// The digits after the point as a number, and ten to the power of their count.
    let fraction: Int64
    let fractionScale: Int64
    let unit: String

    /// At most six digits after the point, which is a microsecond of a second.
    private static let maxFractionDigits = 6

    init?(_ text: String) {
        let trimmed = text.drop(while: { $0 == " " })
        let number = trimmed.prefix(while: { $0.isASCII && ($0.isNumber || $0 == ".") })
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2, let whole = Int64(parts[0]) else { return nil }
        self.whole = whole
        if parts.count == 2 {
            guard (1...Self.maxFractionDigits).contains(parts[1].count), let fraction = Int64(parts[1]) else {
                return nil
            }
            self.fraction = fraction
            fractionScale = parts[1].reduce(1) { scale, _ in scale * 10 }
        } else {
            fraction = 0
            fractionScale = 1
        }
        let rest = trimmed.dropFirst(number.count).drop(while: { $0 == " " })
        unit = String(rest.reversed().drop(while: { $0 == " " }).reversed())
    }

    /// The quantity in the small unit of which `factor` make one of the written unit; nil on overflow.
    func scaled(by factor: Int64) -> Int64? {
        let (large, overflow) = whole.multipliedReportingOverflow(by: factor)
        let (small, overflowSmall) = fraction.multipliedReportingOverflow(by: factor)
        let (sum, overflowSum) = large.addingReportingOverflow(small / fractionScale)
        return overflow || overflowSmall || overflowSum ? nil : sum
    }
}

enum DurationText {
    /// Largest first, in microseconds; the first that divides evenly writes a duration.
    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1_000),
    ]

    static let unitNames = "ms, s, min, h or d"

    /// Reads `1.5s`, `10 min`, `400 d`; a plain number is seconds. Nil for anything else, and for negative numbers.
    static func parse(_ text: String) -> Duration? {
        guard let quantity = Quantity(text) else { return nil }
        let name = quantity.unit.isEmpty ? "s" : quantity.unit
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        return quantity.scaled(by: unit.microseconds).map { .microseconds($0) }
    }

    /// The shortest exact text; durations below a microsecond don't occur in settings.
    static func text(of duration: Duration) -> String {
        let parts = duration.components
        let microseconds = parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
        if microseconds == 0 { return "0" }
        // "24 h" is what people write for one day, so days begin at two.
        for unit in units where microseconds % unit.microseconds == 0 {
            if unit.name == "d", microseconds < 2 * unit.microseconds { continue }
            return "\(microseconds / unit.microseconds) \(unit.name)"
        }
        return "\(Double(microseconds) / 1_000) ms"
    }
}

enum ByteCountText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    static let unitNames = "B, KiB, MiB or GiB"

    /// Reads `64 KiB`, `1.5MiB`; a plain number is bytes.
    static func parse(_ text: String) -> Int? {
        guard let quantity = Quantity(text) else { return nil }
        let name = quantity.unit.isEmpty ? "B" : quantity.unit
        guard let unit = units.first(where: { $0.name == name }) else { return nil }
        return quantity.scaled(by: unit.bytes).flatMap(Int.init(exactly:))
    }

    static func text(of bytes: Int) -> String {
        for unit in units where bytes > 0 && Int64(bytes) % unit.bytes == 0 {
            return "\(Int64(bytes) / unit.bytes) \(unit.name)"
        }
        return "\(bytes)"
    }
}
