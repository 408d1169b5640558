import CTimex
import Foundation
package import QueueDomain

/// Reads the machine's clocks.
package enum SystemClock {
    /// One reading: CLOCK_BOOTTIME, the wall clock, and whether the kernel calls the wall clock synchronised.
    package static func read() -> ClockReading {
        ClockReading(
            bootID: bootID, boottime: milliseconds(CLOCK_BOOTTIME),
            wall: Timestamp(milliseconds: milliseconds(CLOCK_REALTIME)), synchronized: isSynchronized())
    }

    /// The kernel's id of this boot; the machine's start of time where /proc isn't there.
    private static let bootID: String = {
        let path = "/proc/sys/kernel/random/boot_id"
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }()

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else {
            preconditionFailure("The kernel has this clock since Linux 2.6.39.")
        }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// STA_UNSYNC of adjtimex(2) is clear while a time daemon disciplines the clock.
    private static func isSynchronized() -> Bool {
        var state = timex()
        let unsynchronized = 0x0040
        guard adjtimex(&state) >= 0 else { return false }
        return Int(state.status) & unsynchronized == 0
    }
}

extension ZoneOffsets {
    /// The offsets of an IANA time zone from 1970 to the end of 2100.
    /// - Returns: nil when the machine doesn't know the zone.
    package static func load(_ identifier: String) -> ZoneOffsets? {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        let end = Date(timeIntervalSince1970: 4_133_980_800)
        var instant = Date(timeIntervalSince1970: 0)
        let initial = Int32(zone.secondsFromGMT(for: instant))
        var changes: [Change] = []
        while let next = zone.nextDaylightSavingTimeTransition(after: instant), next > instant, next < end {
            let from = Timestamp(milliseconds: Int64(next.timeIntervalSince1970.rounded() * 1_000))
            changes.append(Change(from: from, offsetSeconds: Int32(zone.secondsFromGMT(for: next))))
            instant = next
        }
        return ZoneOffsets(initialSeconds: initial, changes: changes)
    }
}
