import Logging
import Synchronization

/// What an ingest does and has done since its start.
package struct IngestStatus: Sendable, Equatable {
    /// Sums since the start of the process.
    package struct Counts: Sendable, Equatable {
        /// Events that were committed.
        package var events: Int64 = 0
        /// Frames that were taken, wholly or in part.
        package var frames: Int64 = 0
        /// Frames that PostgreSQL had already.
        package var duplicates: Int64 = 0
        /// Frames refused because others are missing before them.
        package var gaps: Int64 = 0
        /// Frames refused because their history differs from head office's.
        package var forks: Int64 = 0
        /// Probes that were answered.
        package var probes: Int64 = 0
        /// Entries that went to the dead letters: unreadable, or of a history that was left behind.
        package var deadLetters: Int64 = 0
        /// Times that a branch's entries stayed in Redis because PostgreSQL refuses what is in them.
        package var unstorable: Int64 = 0
        /// Transactions that were committed.
        package var commits: Int64 = 0
        /// Milliseconds from BEGIN to COMMIT, all transactions together.
        package var commitMilliseconds: Double = 0

        package init(unstorable: Int64 = 0) { self.unstorable = unstorable }

        /// Adds what one transaction did.
        package static func += (sum: inout Counts, more: Counts) {
            sum.events += more.events
            sum.frames += more.frames
            sum.duplicates += more.duplicates
            sum.gaps += more.gaps
            sum.forks += more.forks
            sum.probes += more.probes
            sum.deadLetters += more.deadLetters
            sum.unstorable += more.unstorable
            sum.commits += more.commits
            sum.commitMilliseconds += more.commitMilliseconds
        }
    }

    package var counts = Counts()
    /// Shards that this ingest holds, ascending.
    package var shards: [Int] = []
    /// Branches that it serves.
    package var branches = 0
    /// Why Redis can't be used, nil when it can or was not tried yet.
    package var redisFault: String?
    /// Why PostgreSQL can't be used, nil when it can or was not tried yet.
    package var databaseFault: String?
    /// Whether frames are read and committed at this moment.
    package var isServing = false

    package init() {}
}

/// Where the parts of an ingest note what they do. Logs a fault when it begins and when it ends, and not in between.
final class IngestBoard: Sendable {
    /// What an ingest leans on.
    enum Part: String {
        case redis, postgres
    }

    /// Guards the status; held for a few instructions.
    private let status = Mutex(IngestStatus())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    var snapshot: IngestStatus { status.withLock { $0 } }

    func note(_ counts: IngestStatus.Counts) { status.withLock { $0.counts += counts } }

    func hold(shards: [Int], branches: Int) {
        let isNew = status.withLock { status in
            defer { (status.shards, status.branches) = (shards, branches) }
            return status.shards != shards
        }
        if isNew { logger.info("The shards held changed", metadata: ["shards": "\(shards.count)"]) }
    }

    func serve(_ isServing: Bool) { status.withLock { $0.isServing = isServing } }

    func works(_ part: Part) {
        guard replaceFault(of: part, with: nil) != nil else { return }
        logger.notice("Works again", metadata: ["part": "\(part.rawValue)"])
    }

    func fails(_ part: Part, _ why: String) {
        guard replaceFault(of: part, with: why) == nil else { return }
        logger.warning(
            "Doesn't work; tried again until it does", metadata: ["part": "\(part.rawValue)", "why": "\(why)"])
    }

    private func replaceFault(of part: Part, with fault: String?) -> String? {
        status.withLock { status in
            switch part {
            case .redis:
                defer { status.redisFault = fault }
                return status.redisFault
            case .postgres:
                defer { status.databaseFault = fault }
                return status.databaseFault
            }
        }
    }
}
