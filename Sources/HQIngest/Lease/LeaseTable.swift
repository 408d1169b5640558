import PostgresDriver
import QueueEvents

/// What this ingest may serve.
package struct Serving: Equatable, Sendable {
    /// Ascending.
    package var shards: [Int] = []
    /// The enabled branches of these shards, ascending.
    package var branches: [Int64] = []

    package init(shards: [Int] = [], branches: [Int64] = []) {
        self.shards = shards
        self.branches = branches
    }
}

/// `shard_lease` and `ingest_member` as one ingest uses them. All times are PostgreSQL's.
struct LeaseTable: Sendable {
    let owner: String
    let lease: Duration

    private var seconds: PostgresParameter {
        .double(Double(lease.components.seconds) + Double(lease.components.attoseconds) / 1e18)
    }

    /// Says that this ingest lives, renews what it holds, and takes or gives up shards by ``LeasePlan``.
    /// - Returns: what it holds then, and whether another look soon may change that.
    func look(_ session: PostgresSession) throws -> (serving: Serving, isSettled: Bool) {
        let (own, isSettled) = try session.transaction {
            try join(session)
            try renew(session)
            let leases = try read(session)
            let plan = LeasePlan(leases, owner: owner, living: try living(session))
            let taken = try take(plan.take, session)
            try giveUp(plan.giveUp, session)
            let held = leases.filter { $0.owner == owner && !plan.giveUp.contains($0.shard) }.map(\.shard)
            let own = (held + taken).sorted()
            return (own, plan == LeasePlan() && !own.isEmpty)
        }
        return (Serving(shards: own, branches: try branches(session, of: Set(own))), isSettled)
    }

    /// Leaves everything to the others at once.
    func leave(_ session: PostgresSession) throws {
        try session.transaction {
            try session.execute(
                "UPDATE shard_lease SET owner = NULL, until = NULL WHERE owner = $1", [.text(owner)])
            try session.execute("DELETE FROM ingest_member WHERE owner = $1", [.text(owner)])
        }
    }

    private func join(_ session: PostgresSession) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO ingest_member (owner, until) VALUES ($1, clock_timestamp() + make_interval(secs => $2))
            ON CONFLICT (owner) DO UPDATE SET until = EXCLUDED.until
            """, [.text(owner), seconds])
        try session.execute("DELETE FROM ingest_member WHERE until < clock_timestamp() - interval '1 hour'")
    }

    /// In the shards' order, as an ingest's transaction locks them, so that the two never wait for each other in turn.
    private func renew(_ session: PostgresSession) throws(PostgresError) {
        try session.execute(
            """
            WITH own AS MATERIALIZED (
                SELECT shard FROM shard_lease WHERE owner = $1 AND until > clock_timestamp()
                ORDER BY shard FOR NO KEY UPDATE)
            UPDATE shard_lease AS lease SET until = clock_timestamp() + make_interval(secs => $2)
            FROM own WHERE lease.shard = own.shard
            """, [.text(owner), seconds])
    }

    private func read(_ session: PostgresSession) throws(PostgresError) -> [ShardLease] {
        var owners: [Int64: String] = [:]
        let rows = try session.execute(
            "SELECT shard, owner FROM shard_lease WHERE owner IS NOT NULL AND until > clock_timestamp()")
        for row in rows { owners[try row.int(0)] = try row.text(1) }
        return (0..<UplinkLimits.shards).map { ShardLease(shard: $0, owner: owners[Int64($0)]) }
    }

    private func living(_ session: PostgresSession) throws(PostgresError) -> Int {
        let rows = try session.execute("SELECT count(*) FROM ingest_member WHERE until > clock_timestamp()")
        guard let row = rows.first else { return 1 }
        return Int(try row.int(0))
    }

    /// Takes those of the shards that are still free; a row that another one is taking right now is left to it.
    private func take(_ shards: [Int], _ session: PostgresSession) throws(PostgresError) -> [Int] {
        guard !shards.isEmpty else { return [] }
        let rows = try session.execute(
            """
            WITH free AS MATERIALIZED (
                SELECT shard FROM shard_lease
                WHERE shard = ANY($3) AND (owner IS NULL OR until <= clock_timestamp())
                ORDER BY shard FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE shard_lease AS lease
            SET owner = $1, until = clock_timestamp() + make_interval(secs => $2), token = token + 1
            FROM free WHERE lease.shard = free.shard
            RETURNING lease.shard
            """, [.text(owner), seconds, .ints(shards.map(Int64.init))])
        var taken: [Int] = []
        for row in rows { taken.append(Int(try row.int(0))) }
        return taken
    }

    private func giveUp(_ shards: [Int], _ session: PostgresSession) throws(PostgresError) {
        guard !shards.isEmpty else { return }
        try session.execute(
            "UPDATE shard_lease SET owner = NULL, until = NULL WHERE owner = $1 AND shard = ANY($2)",
            [.text(owner), .ints(shards.map(Int64.init))])
    }

    private func branches(_ session: PostgresSession, of shards: Set<Int>) throws(PostgresError) -> [Int64] {
        let rows = try session.execute("SELECT id FROM branch WHERE enabled ORDER BY id")
        var branches: [Int64] = []
        for row in rows {
            let id = try row.int(0)
            if shards.contains(UplinkKeys.shard(of: id)) { branches.append(id) }
        }
        return branches
    }
}
