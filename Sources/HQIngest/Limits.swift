/// Bounds of HQIngest, each with its unit.
package enum HQIngestLimits {
    // MARK: Branches

    /// Random bytes of a branch's key.
    package static let keyBytes = 32
    /// Characters of a branch's name.
    package static let branchNameCharacters = 60

    // MARK: Status

    /// A branch sends a heartbeat every 15 s and its hash expires after this; then it counts as silent.
    package static let heartbeatSilence = Duration.seconds(120)
    /// Between two heartbeats at least; two moments nearer to each other are one, measured twice.
    package static let heartbeatBlur = Duration.seconds(1)
    /// Between two looks of a running program at the branches.
    package static let statusPause = Duration.seconds(5)
    /// After which a look is too old to call the program ready by it.
    package static let statusFreshness = Duration.seconds(20)
    /// Between a failed look at the database and the next, doubled from the first to the second.
    package static let statusRetry = (first: Duration.milliseconds(500), last: Duration.seconds(8))
    /// Branches that a status for people shows; the JSON has all.
    package static let shownBranches = 500

    // MARK: Reading

    /// Branches that one ingest serves; a read names each of their streams twice.
    package static let servedBranches = 8_000
    /// Streams of one read that doesn't wait.
    package static let readStreams = 128
    /// Entries of one read, all streams together, one a stream at least: with 128 KB each they fit a reply's bound, and
    /// inflated to the utmost they fit in memory.
    package static let readEntries = 128
    /// Branches whose commands go into one pipeline.
    package static let pipelinedBranches = 256
    /// How long after a stream's group couldn't be made it is tried again.
    package static let groupRetry = Duration.seconds(1)
    /// How long the reader waits while it serves nobody.
    package static let idlePause = Duration.milliseconds(100)
    /// How often pending entries are read again: some may be left where two ingests overlapped.
    package static let pendingSweep = Duration.seconds(30)

    /// How long one entry that is read alone may take: 32 MB, the bound of a reply, over a link of 5 Mbit/s.
    package static let carefulRead = Duration.seconds(60)
    /// Bytes of a beat that a hash may hold: the digits of a number.
    package static let beatBytes: Int64 = 20

    /// Commands of one pipeline.
    package static let pipelinedCommands = 512

    // MARK: Committing

    /// Events of one transaction, if it has more than one frame.
    package static let transactionEvents = 8_192
    /// Events from which on they are copied instead of inserted.
    package static let copyFrom = 512
    /// Times that a transaction is tried when deadlocks or the like come between.
    package static let transactionAttempts = 4

    /// How long a session must have lived for the next one to begin without a growing pause.
    package static let steadySession = Duration.seconds(5)

    // MARK: Dead letters

    /// Dead letters kept of one branch; older ones are dropped and stay counted.
    package static let deadLetters = 100
    /// Bytes of a dead letter's data that are kept: a frame of a branch's is kept whole.
    package static let deadLetterBytes = 128 << 10
    /// Characters of a reason, in the table and in an answer.
    package static let reasonCharacters = 200
}
