/// One shard's row of `shard_lease`, as one look at the table shows it.
package struct ShardLease: Equatable, Sendable {
    /// 0 to 63.
    package var shard: Int
    /// Who holds it; nil when nobody does or its time is over, both by PostgreSQL's clock.
    package var owner: String?

    package init(shard: Int, owner: String?) {
        self.shard = shard
        self.owner = owner
    }
}

/// What one ingest does about the shards after a look at all the leases.
///
/// Nobody tells anybody what to do: each one takes what is free up to its fair share and gives up what it has beyond
/// it, and shares rounded up always have room for all shards. So a shard is free for at most two looks after its
/// holder died, and nobody ever takes one from a holder that lives.
package struct LeasePlan: Equatable, Sendable {
    /// Free shards to try for; another one may be faster.
    package var take: [Int] = []
    /// Own shards to leave to the others.
    package var giveUp: [Int] = []

    package init(take: [Int] = [], giveUp: [Int] = []) {
        self.take = take
        self.giveUp = giveUp
    }

    /// - Parameters:
    ///   - leases: all shards.
    ///   - owner: this ingest.
    ///   - living: ingests whose membership has not run out, this one among them; below 1 counts as 1.
    package init(_ leases: [ShardLease], owner: String, living: Int) {
        let share = Self.share(of: leases.count, among: living)
        let own = leases.filter { $0.owner == owner }.map(\.shard)
        if own.count > share {
            giveUp = Array(own.suffix(own.count - share))
        } else {
            take = Array(leases.filter { $0.owner == nil }.map(\.shard).prefix(share - own.count))
        }
    }

    /// The most shards that one of them holds.
    package static func share(of shards: Int, among living: Int) -> Int {
        (shards + max(1, living) - 1) / max(1, living)
    }
}
