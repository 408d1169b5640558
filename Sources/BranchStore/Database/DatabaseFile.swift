import Foundation
package import GRDB

/// Opens the branch's database the one way it may be opened.
package enum DatabaseFile {
    /// The writing connection: WAL, synchronous FULL, secure_delete, foreign keys.
    ///
    /// GRDB lowers `synchronous` to NORMAL after its own preparation, and under NORMAL a power cut loses answered
    /// tickets; so FULL is set last, read back, and anything else refuses the start.
    /// - Parameter maxPages: test only, see `WriterOptions.maxPages`.
    /// - Throws: `StoreError.cannotOpen`.
    package static func openWriter(path: String, maxPages: Int? = nil) throws(StoreError) -> DatabaseQueue {
        try makePrivate(path)
        var configuration = Configuration()
        configuration.label = "turn.writer"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(Double(StoreLimits.busyTimeout) / 1_000)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA secure_delete = ON")
                try db.execute(sql: "PRAGMA mmap_size = 0")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(StoreLimits.checkpointPages)")
                try db.execute(sql: "PRAGMA cache_size = -16384")
                if let maxPages { try db.execute(sql: "PRAGMA max_page_count = \(maxPages)") }
                try verifyDurability(db)
            }
            return queue
        } catch let error as StoreError {
            throw error
        } catch {
            throw .cannotOpen("cannot open the database \(path): \(error)")
        }
    }

    /// Only the owner may read what customers and staff are called. SQLite gives the log and its index the database's
    /// mode as they are made, so the file gets its mode before SQLite sees it; no lock of ours is on it yet.
    private static func makePrivate(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen("cannot open the database \(path): \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        // What isn't there needs no mode.
        for suffix in ["", "-wal", "-shm"] { chmod(path + suffix, 0o600) }
    }

    /// Refuses a connection on which a commit would not be durable.
    package static func verifyDurability(_ db: Database) throws {
        let expected: [(pragma: String, value: String)] = [
            ("journal_mode", "wal"), ("synchronous", "2"), ("secure_delete", "1"), ("foreign_keys", "1"),
        ]
        for (pragma, value) in expected {
            let found = try String.fetchOne(db, sql: "SELECT CAST(\(pragma) AS TEXT) FROM pragma_\(pragma)")
            guard found == value else {
                throw StoreError.cannotOpen(
                    "the database is not durable: PRAGMA \(pragma) is \(found ?? "unset"), it must be \(value)")
            }
        }
    }

    /// A connection that reads only; it neither writes nor checkpoints.
    package static func openReader(path: String, index: Int) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "turn.reader.\(index)"
        configuration.readonly = true
        configuration.busyMode = .timeout(Double(StoreLimits.busyTimeout) / 1_000)
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw .cannotOpen("cannot open the database \(path) for reading: \(error)")
        }
    }
}
