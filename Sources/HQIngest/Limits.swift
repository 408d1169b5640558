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
    /// Between two looks of a running program at the branches.
    package static let statusPause = Duration.seconds(5)
    /// After which a look is too old to call the program ready by it.
    package static let statusFreshness = Duration.seconds(20)
    /// Between a failed look at the database and the next, doubled from the first to the second.
    package static let statusRetry = (first: Duration.milliseconds(500), last: Duration.seconds(8))
    /// Branches that a status for people shows; the JSON has all.
    package static let shownBranches = 500
}
