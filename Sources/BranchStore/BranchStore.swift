import Foundation
import GRDB
package import QueueDomain
import QueueEvents
import Synchronization

/// What the store is opened with; the defaults are the product's.
package struct StoreConfiguration: Sendable {
    /// Seconds after local midnight at which a business day begins.
    package var dayStartsAt: Int32 = 4 * 3_600
    /// See `Rules.minCalled`, milliseconds.
    package var minCalled: Int64 = 1_500
    /// See `Rules.lease`, milliseconds; nil = none.
    package var lease: Int64? = 10 * Span.minute
    /// See `Rules.maxHeld`.
    package var maxHeld: Int?
    package var retention = Retention()
    package var writer = WriterOptions()
    package var readClock: @Sendable () -> ClockReading = SystemClock.read
    /// The time zone of a new database: an IANA name.
    package var timeZone = TimeZone.current.identifier

    package init() {}
}

/// The branch's durable truth: one SQLite database, one writer, a few readers.
package final class BranchStore: Sendable {
    package let writer: BranchWriter
    package let directory: String
    package let linkKey: LinkKey
    package let configuration: StoreConfiguration
    let readers: ReaderPool
    let lines = LineSnapshots()
    private let database: DatabaseQueue
    private let lock: DataLock

    private init(
        writer: BranchWriter, directory: String, linkKey: LinkKey, configuration: StoreConfiguration,
        readers: ReaderPool, database: DatabaseQueue, lock: DataLock
    ) {
        self.writer = writer
        self.directory = directory
        self.linkKey = linkKey
        self.configuration = configuration
        self.readers = readers
        self.database = database
        self.lock = lock
    }

    /// Opens the database of a data directory, or makes it.
    /// - Parameter lock: the directory's, held for as long as the store lives.
    /// - Throws: `StoreError.cannotOpen`.
    package static func open(
        directory: String, lock: DataLock, configuration: StoreConfiguration = StoreConfiguration()
    ) throws(StoreError) -> BranchStore {
        let path = directory + "/turn.sqlite"
        let database = try DatabaseFile.openWriter(path: path, maxPages: configuration.writer.maxPages)
        do {
            try Migrations.run(on: database, failpoint: configuration.writer.failpoint)
            let start = try database.writeWithoutTransaction { db in
                try StoreStart.begin(db, configuration: configuration)
            }
            let writer = BranchWriter(
                database: database, memory: start.memory, readClock: configuration.readClock,
                options: configuration.writer)
            return BranchStore(
                writer: writer, directory: directory, linkKey: start.memory.linkKey, configuration: configuration,
                readers: try ReaderPool(path: path), database: database, lock: lock)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .cannotOpen("cannot prepare the database \(path): \(error)")
        }
    }

    /// Lets what waits be written, checkpoints, notes in the lock file where the log ends, and refuses everything
    /// after.
    package func close() async {
        await writer.close()
        finish()
    }

    /// Nothing else writes any more, so this needs no turn on the writer.
    private func finish() {
        let failpoint = configuration.writer.failpoint
        // What stays in the WAL is read at the next start.
        try? database.writeWithoutTransaction { db in try Self.checkpoint(db, failpoint) }
        lock.noteStop(lastSeq: writer.ring.head)
    }

    /// The newest epoch's lineage: the incarnation that clients of the log know.
    package var lineage: UInt64 { writer.lineage }

    /// The clocks as the next command would be decided at; reads no database.
    package func moment() -> Moment { writer.moment() }

    /// The rules in force; they change when the branch's time zone does.
    package var rules: Rules { writer.rules }

    /// Takes an admin's word that the wall clock is right; ends the clock's alarm.
    /// - Returns: the moment as it is believed from now on.
    package func confirmClock() async throws(StoreError) -> Moment { try await writer.confirmClock() }

    /// Moves committed pages from the WAL into the database, as far as no reader needs them, and keeps the file.
    /// Runs on the writer between two transactions, once no command waits.
    package func checkpointWhenIdle() async throws(StoreError) {
        let failpoint = configuration.writer.failpoint
        _ = try await writer.tend { db in try Self.checkpoint(db, failpoint) }
    }

    /// After a purge of personal data: empties the WAL file, so that it holds none of them either; the one exception
    /// to keeping it. Runs on the writer between two transactions, once no command waits.
    /// - Returns: false when a reader was in the way; to be tried again later.
    package func scrubLog() async throws(StoreError) -> Bool {
        try await writer.tend { db in
            // The log can only be emptied between two reads, and commands must not wait long for that.
            try db.execute(sql: "PRAGMA busy_timeout = \(StoreLimits.scrubTimeout)")
            let result = Result { try db.checkpoint(.truncate) }
            try db.execute(sql: "PRAGMA busy_timeout = \(StoreLimits.busyTimeout)")
            _ = try result.get()
        }
    }

    private static func checkpoint(_ db: Database, _ failpoint: @Sendable (Failpoint) -> Void) throws {
        failpoint(.beforeCheckpoint)
        _ = try db.checkpoint(.passive)
        failpoint(.afterCheckpoint)
    }
}
