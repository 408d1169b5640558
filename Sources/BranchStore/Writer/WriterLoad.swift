import Foundation

/// What the writer knows of its own speed, to tell how long a new command would wait.
///
/// Expected wait = commands ahead × time to decide one + batches ahead × time to commit one, both as exponentially
/// weighted means (weight 1/8) over the last batches, + what the batch under way takes longer. Milliseconds as Double.
struct WriterLoad: Sendable {
    private var perCommand = 0.05
    private var perCommit = 2.0
    private var isMeasured = false

    /// The first batch is believed at once, since a disk may be a hundred times slower than the guess.
    mutating func record(commands: Int, deciding: Double, committing: Double) {
        guard commands > 0 else { return }
        if !isMeasured {
            isMeasured = true
            perCommit = committing
        }
        perCommand += (deciding / Double(commands) - perCommand) / 8
        perCommit += (committing - perCommit) / 8
    }

    /// - Parameter underWay: how long the writer has been at what it does now; nil when it does nothing. What exceeds
    ///   the mean of a commit counts once more: a disk that stalls tells nobody for how long it will.
    func expectedWait(ahead: Int, batch: Int, underWay: Double?) -> Double {
        let batches = (ahead + batch - 1) / batch
        let excess = underWay.map { max(0, $0 - perCommit) } ?? 0
        return Double(ahead) * perCommand + Double(batches) * perCommit + excess
    }
}

/// How busy the writer is.
package struct WriterPressure: Equatable, Sendable {
    /// Commands and background jobs that wait.
    package var commands: Int
    package var jobs: Int
    /// Milliseconds that a new command would wait.
    package var expectedWait: Double
}

/// Where a test may end the process; see `testing.failpoint`.
package enum Failpoint: String, Sendable, CaseIterable {
    case beforeBegin = "before_begin"
    case beforeCommit = "before_commit"
    case afterCommit = "after_commit"
    case afterBroadcast = "after_broadcast"
    case afterAnswer = "after_answer"
    case beforeCheckpoint = "before_checkpoint"
    case afterCheckpoint = "after_checkpoint"
    case beforeMigrationCommit = "before_migration_commit"
}

/// How the writer works; the defaults are the product's.
package struct WriterOptions: Sendable {
    /// Commands a batch, at most.
    package var batch = StoreLimits.batch
    /// Commands that may wait.
    package var queue = StoreLimits.writerQueue
    /// The longest expected wait at which a command is admitted, milliseconds.
    package var maxWait = 300.0
    /// Test only: milliseconds to wait before each commit.
    package var flushDelay = 0
    /// Test only: how many pages the database may have, as on a full disk; nil = as many as fit.
    package var maxPages: Int?
    /// Test only: called at each failpoint.
    package var failpoint: @Sendable (Failpoint) -> Void = { _ in }
    /// Called on the writer's thread after a write found the disk full and was rolled back; may block.
    package var onDiskFull: @Sendable () -> Void = {}
    /// Called when a commit failed in a way after which nothing may be trusted; must not return.
    package var onFatal: @Sendable (_ cause: String) -> Never = { cause in
        FileHandle.standardError.write(Data("turn: \(cause)\n".utf8))
        exit(EX_IOERR)
    }

    package init() {}
}
