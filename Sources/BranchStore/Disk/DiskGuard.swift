import Foundation
import Synchronization

/// How much room the data directory's disk has (trust.md, disk full).
package enum DiskLevel: String, Sendable {
    case ample
    /// Below 10 % or 512 MB: somebody should be told.
    case low
    /// Below 3 % or 64 MB: no new tickets, calls and displays go on.
    case critical
}

/// Watches the disk and keeps a reserve file, which is given up when the disk is nearly full, so that those who wait
/// can still be called.
package final class DiskGuard: Sendable {
    /// Bytes of the reserve file.
    package static let reserveBytes: Int64 = 32 * 1_024 * 1_024
    private static let lowBytes: UInt64 = 512 * 1_024 * 1_024
    private static let criticalBytes: UInt64 = 64 * 1_024 * 1_024
    /// How old a reading may be.
    private static let freshness = Duration.seconds(1)

    private struct State {
        var level = DiskLevel.ample
        var freeBytes: UInt64 = 0
        var readAt: ContinuousClock.Instant?
    }

    private let directory: String
    private let reservePath: String
    private let readRoom: @Sendable (_ directory: String) -> (free: UInt64, total: UInt64)?
    /// Guards the last reading, and that one caller at a time takes the next.
    private let state = Mutex(State())

    /// - Parameters:
    ///   - directory: where the database is.
    ///   - readRoom: bytes free and in all; nil where they can't be read, and then the level stays.
    package init(
        directory: String,
        readRoom: @escaping @Sendable (_ directory: String) -> (free: UInt64, total: UInt64)? = {
            DiskGuard.room(of: $0)
        }
    ) {
        self.directory = directory
        self.readRoom = readRoom
        reservePath = directory + "/turn.reserve"
    }

    /// Whether new tickets may be issued.
    package func hasRoomForTickets() -> Bool { level() != .critical }

    /// Bytes free at the last reading.
    package var freeBytes: UInt64 {
        _ = level()
        return state.withLock { $0.freeBytes }
    }

    /// The level now, read at most once a second.
    package func level() -> DiskLevel {
        state.withLock { state in
            let now = ContinuousClock.now
            if let readAt = state.readAt, now - readAt < Self.freshness { return state.level }
            state.readAt = now
            guard let room = readRoom(directory) else { return state.level }
            state.freeBytes = room.free
            let level = Self.level(free: room.free, total: room.total)
            state.level = level
            keepReserve(level)
            return level
        }
    }

    /// The level of a file system.
    package static func level(free: UInt64, total: UInt64) -> DiskLevel {
        if free < criticalBytes || free < total / 100 * 3 { return .critical }
        if free < lowBytes || free < total / 10 { return .low }
        return .ample
    }

    /// Bytes of the directory's file system, as statvfs(3) counts them for who isn't root.
    package static func room(of directory: String) -> (free: UInt64, total: UInt64)? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        return (UInt64(status.f_bavail) * UInt64(status.f_frsize), UInt64(status.f_blocks) * UInt64(status.f_frsize))
    }

    private func keepReserve(_ level: DiskLevel) {
        let exists = access(reservePath, F_OK) == 0
        if level == .critical, exists {
            unlink(reservePath)
        } else if level != .critical, !exists {
            let descriptor = open(reservePath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { return }
            if posix_fallocate(descriptor, 0, off_t(Self.reserveBytes)) != 0 { unlink(reservePath) }
            close(descriptor)
        }
    }
}
