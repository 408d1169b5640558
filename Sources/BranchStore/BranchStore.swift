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
    /// The first epoch's lineage: names this database's history.
    package let lineage: UInt64
    package let linkKey: LinkKey
    package let configuration: StoreConfiguration
    let readers: ReaderPool
    let lines = LineSnapshots()
    private let database: DatabaseQueue
    private let lock: DataLock

    private init(
        writer: BranchWriter, directory: String, lineage: UInt64, linkKey: LinkKey,
        configuration: StoreConfiguration, readers: ReaderPool, database: DatabaseQueue, lock: DataLock
    ) {
        self.writer = writer
        self.directory = directory
        self.lineage = lineage
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
            try Migrations.run(on: database)
            let start = try database.writeWithoutTransaction { db in
                try StoreStart.begin(db, configuration: configuration)
            }
            let writer = BranchWriter(
                database: database, memory: start.memory, readClock: configuration.readClock,
                options: configuration.writer)
            return BranchStore(
                writer: writer, directory: directory, lineage: start.lineage, linkKey: start.memory.linkKey,
                configuration: configuration, readers: try ReaderPool(path: path), database: database, lock: lock)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .cannotOpen("cannot prepare the database \(path): \(error)")
        }
    }

    /// Lets what waits be written, checkpoints, and refuses everything after.
    package func close() async {
        await writer.close()
        try? checkpoint()  // What stays in the WAL is read at the next start.
    }

    /// Moves committed pages from the WAL into the database, as far as no reader needs them; keeps the file.
    func checkpoint() throws {
        configuration.writer.failpoint(.beforeCheckpoint)
        try database.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
        configuration.writer.failpoint(.afterCheckpoint)
    }

    /// Empties the WAL file, so that purged personal data are nowhere any more; the one exception to keeping it.
    func truncateLog() throws {
        try database.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    }
}
