package import QueueDomain

/// Time zones as plain values, for tests that must not depend on the machine's time-zone database.
package enum SimulatedZones {
    /// Europe/Berlin in 2026: +1 h, summer time from 29 March to 25 October, changing at 01:00 UTC.
    package static let berlin = ZoneOffsets(
        initialSeconds: 3_600,
        changes: [
            .init(from: Timestamp(milliseconds: 1_774_746_000_000), offsetSeconds: 7_200),
            .init(from: Timestamp(milliseconds: 1_792_890_000_000), offsetSeconds: 3_600),
        ])

    /// As in São Paulo until 2019: −3 h, summer time begins and ends at local midnight (here 2026-10-18 and
    /// 2027-02-21), so that one night has no midnight and another has two.
    package static let saoPaulo = ZoneOffsets(
        initialSeconds: -10_800,
        changes: [
            .init(from: Timestamp(milliseconds: 1_792_292_400_000), offsetSeconds: -7_200),
            .init(from: Timestamp(milliseconds: 1_803_175_200_000), offsetSeconds: -10_800),
        ])

    /// A zone that changes every third night at 01:00 UTC, so that a short run meets many changes.
    package static func restless(from start: Timestamp) -> ZoneOffsets {
        let night = (start.milliseconds / Span.day + 1) * Span.day + Span.hour
        let changes = (0..<400).map { index in
            ZoneOffsets.Change(
                from: Timestamp(milliseconds: night + Int64(index) * 3 * Span.day),
                offsetSeconds: index.isMultiple(of: 2) ? 7_200 : 3_600)
        }
        return ZoneOffsets(initialSeconds: 3_600, changes: changes)
    }
}
