import QueueDomain
import Synchronization

/// The machine's clocks in a test's hands.
final class TestClock: Sendable {
    /// 2026-03-03T10:00:00Z, a Tuesday.
    static let start: Int64 = 1_772_532_000_000

    /// Guards the milliseconds since the start.
    private let elapsed = Mutex<Int64>(0)

    func advance(seconds: Int64) { elapsed.withLock { $0 += seconds * 1_000 } }

    var milliseconds: Int64 { elapsed.withLock { $0 } }

    var reading: ClockReading {
        let elapsed = milliseconds
        return ClockReading(
            bootID: "test", boottime: 1_000_000 + elapsed, wall: Timestamp(milliseconds: Self.start + elapsed),
            synchronized: true)
    }
}
