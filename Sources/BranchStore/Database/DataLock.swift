import Foundation

/// The data directory's lock: one process owns the database, in whole.
///
/// SQLite's own locks can't carry this (closing any descriptor of the database drops them), and SQLite 3.40 corrupts
/// its WAL when two connections checkpoint and write at once; so a file of its own, by flock, held for life.
package final class DataLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Takes the lock or says who holds it.
    /// - Parameter directory: made (0700) when it isn't there.
    /// - Throws: `StoreError.locked` or `.cannotOpen`.
    package static func acquire(in directory: String) throws(StoreError) -> DataLock {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .cannotOpen("cannot make the data directory \(directory): \(error.localizedDescription)")
        }
        let path = directory + "/turn.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen("cannot open \(path): \(String(cString: strerror(errno)))")
        }
        guard lock(descriptor) else {
            let holder = Self.text(of: descriptor)
            close(descriptor)
            throw .locked("the data directory \(directory) is in use by \(holder); stop it first")
        }
        let stamp = "process \(getpid()), started \(now())\n"
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, stamp, stamp.utf8.count, 0) == stamp.utf8.count else {
            let cause = String(cString: strerror(errno))
            close(descriptor)
            throw .cannotOpen("cannot write \(path): \(cause)")
        }
        return DataLock(descriptor: descriptor)
    }

    /// Tries a few times, because somebody who only looks (`holder`) has the lock for an instant too.
    private static func lock(_ descriptor: Int32) -> Bool {
        for attempt in 1...StoreLimits.lockAttempts {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            if attempt < StoreLimits.lockAttempts { usleep(20_000) }
        }
        return false
    }

    /// Notes beside the start where the log ended, for those who ask once nothing runs any more.
    func noteStop(lastSeq: Int64) {
        let start = String(Self.text(of: descriptor).prefix { $0 != "\n" })
        let stamp = start + "\nstopped \(Self.now()), last event \(lastSeq)\n"
        // A note that can't be written makes the next answer poorer; it must not make a stop fail.
        _ = pwrite(descriptor, stamp, stamp.utf8.count, 0)
    }

    private static func now() -> String { ISO8601DateFormatter().string(from: Date()) }

    /// Who has a data directory.
    package enum Holder: Equatable, Sendable {
        /// There is no such directory.
        case noDirectory
        /// Nothing was ever started there.
        case nobody
        /// Nothing runs there; what the last process left in the lock file.
        case formerly(String)
        /// A process has it; what it wrote in the lock file.
        case running(String)
    }

    /// Looks who has a data directory, and takes nothing.
    /// - Throws: `StoreError.cannotOpen` when that can't be seen.
    package static func holder(of directory: String) throws(StoreError) -> Holder {
        guard FileManager.default.fileExists(atPath: directory) else { return .noDirectory }
        let path = directory + "/turn.lock"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let cause = errno
            if cause == ENOENT { return .nobody }
            throw .cannotOpen("cannot open \(path): \(String(cString: strerror(cause)))")
        }
        defer { close(descriptor) }
        let text = Self.text(of: descriptor)
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return .running(text) }
        return .formerly(text)
    }

    private static func text(of descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 200)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? "another process" : trimmed
    }
}
