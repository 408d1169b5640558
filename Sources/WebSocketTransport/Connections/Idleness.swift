package import NIOCore
import Synchronization

/// Whether a connection has nothing to do, and since when; the one thing about it that may be asked, and decided, from
/// another thread: a connection that makes room must not begin a request at the same moment.
package final class Idleness: Sendable {
    private static let busy: UInt64 = 0
    private static let claimed = UInt64.max

    /// Nanoseconds of uptime since when it is idle, or `busy`, or `claimed`, which it never leaves.
    private let value: Atomic<UInt64>

    /// Idle since `now`, the moment of its accept.
    package init(now: NIODeadline) {
        value = Atomic(Self.nanoseconds(now))
    }

    /// Since when it is idle, in nanoseconds of uptime; nil while a request is here, and once it is claimed.
    package var since: UInt64? {
        let value = value.load(ordering: .relaxed)
        return value == Self.busy || value == Self.claimed ? nil : value
    }

    /// Makes sure that no request begins any more. Returns false when one has begun, or has been, since `since`.
    package func claim(since: UInt64) -> Bool {
        value.compareExchange(expected: since, desired: Self.claimed, ordering: .relaxed).exchanged
    }

    /// Waits for the next request. Called on the connection's event loop.
    package func begin(now: NIODeadline) {
        set(Self.nanoseconds(now))
    }

    /// A request begins. Called on the connection's event loop. Returns false when the connection is claimed.
    package func end() -> Bool {
        set(Self.busy)
    }

    @discardableResult
    private func set(_ new: UInt64) -> Bool {
        let seen = value.load(ordering: .relaxed)
        guard seen != Self.claimed else { return false }
        return value.compareExchange(expected: seen, desired: new, ordering: .relaxed).exchanged
    }

    private static func nanoseconds(_ time: NIODeadline) -> UInt64 { max(time.uptimeNanoseconds, busy + 1) }
}
