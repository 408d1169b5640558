import Dispatch
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

/// A file system's size, in bytes.
package struct DiskRoom: Equatable, Sendable {
    /// What who isn't root may still write.
    package var free: UInt64
    package var total: UInt64

    package init(free: UInt64, total: UInt64) {
        self.free = free
        self.total = total
    }

    /// Of the file system that holds a directory, as statvfs(3) counts it.
    /// - Returns: nil where it can't be read, or holds more bytes than fit into 64 bits.
    package static func of(_ directory: String) -> DiskRoom? {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { return nil }
        let unit = UInt64(status.f_frsize)
        let (free, isFreeTooLarge) = UInt64(status.f_bavail).multipliedReportingOverflow(by: unit)
        let (total, isTotalTooLarge) = UInt64(status.f_blocks).multipliedReportingOverflow(by: unit)
        return isFreeTooLarge || isTotalTooLarge ? nil : DiskRoom(free: free, total: total)
    }

    /// - Parameter hasReserve: whether the reserve file is among what isn't free. Where it isn't, its bytes don't count
    ///   as free: else giving it up would look like room for it, and it would come and go with every look.
    package func level(hasReserve: Bool) -> DiskLevel {
        let reserve = UInt64(StoreLimits.diskReserve)
        let free = hasReserve ? free : free - min(free, reserve)
        if free < StoreLimits.diskCritical || free < total / 100 * StoreLimits.diskCriticalShare { return .critical }
        if free < StoreLimits.diskLow || free < total / 100 * StoreLimits.diskLowShare { return .low }
        return .ample
    }
}

/// Watches the disk and keeps a reserve file, which is given up when the disk is nearly full, so that those who wait
/// can still be called.
package final class DiskGuard: Sendable {
    private struct State {
        var level = DiskLevel.ample
        /// When a write last found the disk full.
        var foundFullAt: ContinuousClock.Instant?
    }

    private let directory: String
    private let reservePath: String
    private let readRoom: @Sendable (_ directory: String) -> DiskRoom?
    /// Looking asks the file system and may write the reserve, which blocks; so it has a thread of its own.
    private let thread = DispatchQueue(label: "turn.disk", qos: .utility)
    /// Guards the last level and when the disk was full; held for a few instructions, so that event loops may ask.
    private let state = Mutex(State())
    /// Held while somebody looks, so that one at a time makes or removes the reserve; no event loop takes it. Taken
    /// before `state`.
    private let turn = Mutex(())

    /// A guard that has not looked yet; until it does, the level is ample.
    /// - Parameters:
    ///   - directory: where the database is.
    ///   - readRoom: nil where it can't be read, and then the level stays.
    package init(
        directory: String, readRoom: @escaping @Sendable (_ directory: String) -> DiskRoom? = { DiskRoom.of($0) }
    ) {
        self.directory = directory
        self.readRoom = readRoom
        reservePath = Self.reservePath(in: directory)
    }

    /// The level that the last look found.
    package var level: DiskLevel { state.withLock { $0.level } }

    /// Whether new tickets may be issued, as the last look found.
    package var hasRoomForTickets: Bool { level != .critical }

    /// Reads the level now, and makes or gives up the reserve. Blocks: not for an event loop or the cooperative pool.
    @discardableResult
    package func look() -> DiskLevel {
        turn.withLock { _ in
            let hasReserve = Self.hasReserve(at: reservePath)
            guard let room = readRoom(directory) else { return self.level }
            let level = room.level(hasReserve: hasReserve)
            let mayRemake = state.withLock { state in
                state.level = level
                guard let full = state.foundFullAt else { return true }
                return full.duration(to: .now) >= .seconds(StoreLimits.diskReservePause)
            }
            if level == .critical {
                unlink(reservePath)
            } else if !hasReserve, mayRemake {
                makeReserve()
            }
            return level
        }
    }

    /// A write found the disk full, whatever the file system says: the reserve is given up now, and not made again
    /// before `StoreLimits.diskReservePause`. Blocks as `look()` does.
    package func foundFull() {
        state.withLock { $0.foundFullAt = .now }
        turn.withLock { _ in _ = unlink(reservePath) }
    }

    /// Looks every `StoreLimits.diskPause`, on a thread of its own, until the task is cancelled.
    package func watch() async {
        while !Task.isCancelled {
            await withCheckedContinuation { continuation in
                thread.async {
                    self.look()
                    continuation.resume()
                }
            }
            // Cancelling is the way to end a pause.
            try? await Task.sleep(for: .milliseconds(StoreLimits.diskPause))
        }
    }

    /// What a directory's disk has now; nothing is made or removed. Blocks as `look()` does.
    /// - Returns: nil where the file system doesn't tell.
    package static func reading(of directory: String) -> (room: DiskRoom, level: DiskLevel)? {
        let hasReserve = hasReserve(at: reservePath(in: directory))
        return DiskRoom.of(directory).map { ($0, $0.level(hasReserve: hasReserve)) }
    }

    private static func reservePath(in directory: String) -> String { directory + "/turn.reserve" }

    /// Whether the file has its whole size: one that was being made when the machine stopped reserves nothing.
    private static func hasReserve(at path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size >= off_t(StoreLimits.diskReserve)
    }

    private func makeReserve() {
        let descriptor = open(reservePath, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        if posix_fallocate(descriptor, 0, off_t(StoreLimits.diskReserve)) != 0 { unlink(reservePath) }
        close(descriptor)
    }
}
