import Dispatch
import Glibc
import Synchronization

/// What a client was promised, kept the way a careful client would: a line is recorded only when it is fsynced.
///
/// Lines that wait together share one fsync. Safe from any task; the file work has a thread of its own.
package final class Ledger: Sendable {
    private struct Waiting {
        var lines: [UInt8] = []
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isFlushing = false
    }

    package let path: String
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "ledger")
    /// Guards the lines that wait for the next fsync.
    private let waiting = Mutex(Waiting())

    /// Opens the file for appending, and creates it.
    /// - Throws: ``ProcessFailure/notStarted(path:code:)`` with errno.
    package init(path: String) throws(ProcessFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notStarted(path: path, code: errno) }
    }

    deinit { close(descriptor) }

    /// Appends one line and returns when it is on the disk.
    package func record(_ line: String) async {
        await withCheckedContinuation { continuation in
            let starts = waiting.withLock { waiting in
                precondition(waiting.waiters.count < Limits.ledgerBacklog, "The ledger's disk does not keep up.")
                waiting.lines += line.utf8
                waiting.lines.append(0x0A)
                waiting.waiters.append(continuation)
                defer { waiting.isFlushing = true }
                return !waiting.isFlushing
            }
            if starts { queue.async { self.flush() } }
        }
    }

    /// Every whole line that is on the disk; a torn last line is left out, because nobody was told that it is kept.
    package static func lines(of path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        guard let end = bytes.lastIndex(of: 0x0A) else { return [] }
        return bytes[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    private func flush() {
        while true {
            let batch = waiting.withLock { waiting in
                let batch = (waiting.lines, waiting.waiters)
                waiting.lines = []
                waiting.waiters = []
                waiting.isFlushing = !batch.1.isEmpty
                return batch
            }
            if batch.1.isEmpty { return }
            writeAll(batch.0)
            guard fsync(descriptor) == 0 else { preconditionFailure("The ledger cannot be fsynced: errno \(errno)") }
            for waiter in batch.1 { waiter.resume() }
        }
    }

    private func writeAll(_ bytes: [UInt8]) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { preconditionFailure("The ledger cannot be written: errno \(errno)") }
            written += count
        }
    }
}
