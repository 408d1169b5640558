/// Bounds of the store, each with its unit.
package enum StoreLimits {
    /// Commands decided in one transaction.
    package static let batch = 256
    /// Commands that may stand in the writer's queue.
    package static let writerQueue = 4_096
    /// Background jobs that may stand in the writer's queue.
    package static let jobQueue = 256
    /// Events kept in memory for clients that follow the log.
    package static let ring = 8_192
    /// Read-only connections.
    package static let readers = 3
    /// Rows of one page of a list.
    package static let page = 200
    /// Rows that one page of a list looks at for those that its filter wants.
    package static let listScan = 20_000
    /// Places ahead that are counted one by one; beyond that the answer says this many.
    package static let peopleAhead = 10_000
    /// Milliseconds that a line's snapshot for counting places ahead is shared.
    package static let lineSnapshotAge: Int64 = 1_000
    /// Seconds that a row from before an undoable action is kept, the longest undo window.
    package static let rememberedAge: Int64 = 300
    /// Events of one page of a walk along the chain.
    package static let chainPage = 500
    /// Rows of one purge step.
    package static let purge = 500
    /// Unicode scalars of a customer's name.
    package static let customerName = 200
    /// Unicode scalars of a note or a reason.
    package static let freeText = 500
    /// Batches of commands after which a waiting background job gets its turn.
    package static let jobPatience = 64
    /// Tokens, revoked ones included.
    package static let tokens = 10_000
    /// The first id of people, devices and sessions, beyond every token's.
    package static let firstCredentialID: Int64 = 1_000_001
    /// Admins and supervisors.
    package static let people = 500
    /// Paired devices.
    package static let devices = 1_000
    /// Sessions of one person or agent at a time.
    package static let sessionsPerOwner = 10
    /// Milliseconds that a connection waits for a lock.
    package static let busyTimeout = 5_000
    /// How often a start tries for the data directory's lock, 20 ms apart.
    package static let lockAttempts = 5
    /// Milliseconds that emptying the WAL waits for readers.
    package static let scrubTimeout = 50
    /// Pages in the WAL after which a commit checkpoints.
    package static let checkpointPages = 1_000

    /// Bytes of the file that is given up when the disk is nearly full.
    package static let diskReserve: Int64 = 32 * 1_024 * 1_024
    /// Bytes free, and percent of the disk, below which somebody should be told.
    package static let diskLow: UInt64 = 512 * 1_024 * 1_024
    package static let diskLowShare: UInt64 = 10
    /// Bytes free, and percent of the disk, below which no new tickets are issued.
    package static let diskCritical: UInt64 = 64 * 1_024 * 1_024
    package static let diskCriticalShare: UInt64 = 3
    /// Milliseconds between two looks at the disk.
    package static let diskPause: Int64 = 1_000
    /// Seconds after a write found the disk full in which the reserve isn't made again.
    package static let diskReservePause: Int64 = 60
}
