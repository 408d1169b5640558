package import PostgresDriver
import QueueEvents

/// How all branches stand at one moment.
package struct HQStatus: Equatable, Sendable {
    /// PostgreSQL's clock; milliseconds since 1970.
    package var now: Int64
    /// The schema's number.
    package var schema: Int
    /// The silent ones first, those of which nothing was heard longest at the top; disabled ones last.
    package var branches: [BranchStatus]
    /// Owner → how many of the 64 shards it holds now.
    package var owners: [String: Int]
    /// Why Redis can't be used, as far as whoever read the status knows.
    package var redisFault: String?

    package init(now: Int64, schema: Int, branches: [BranchStatus], owners: [String: Int]) {
        self.now = now
        self.schema = schema
        self.branches = branches
        self.owners = owners
    }

    /// Reads it. Blocks; on the connection's thread.
    /// - Throws: ``SchemaError`` when the database has another schema, else `PostgresError`.
    package static func read(_ session: PostgresSession) throws -> HQStatus {
        if let fault = try Migrations.fault(session) { throw fault }
        let owners = try leases(session)
        let rows = try session.execute(
            """
            SELECT branch.id, branch.name, branch.enabled, cursor.epoch, cursor.seq, cursor.events,
                cursor.baseline_seq, event.at, CASE WHEN cursor.events > 0 THEN cursor.updated_at END,
                cursor.heard_at, cursor.dead_letters
            FROM branch
            LEFT JOIN ingest_cursor AS cursor ON cursor.branch_id = branch.id
            LEFT JOIN branch_event AS event ON event.branch_id = branch.id AND event.epoch = cursor.epoch
                AND event.seq = cursor.seq
            """)
        var branches: [BranchStatus] = []
        for row in rows {
            let id = try row.int(0)
            let shard = UplinkKeys.shard(of: id)
            branches.append(
                BranchStatus(
                    id: id, name: try row.text(1), isEnabled: try row.bool(2), epoch: try row.optionalInt(3) ?? 0,
                    seq: try row.optionalInt(4) ?? 0, events: try row.optionalInt(5) ?? 0,
                    baseline: try row.optionalInt(6), lastEventAt: try row.optionalTime(7),
                    lastTakenAt: try row.optionalTime(8), heardAt: try row.optionalTime(9),
                    deadLetters: try row.optionalInt(10) ?? 0, shard: shard, shardOwner: owners[shard]))
        }
        let clock = try session.execute("SELECT now()")
        guard let now = try clock.first?.time(0) else {
            throw RegistryError.lost(operation: "status")
        }
        return HQStatus(
            now: now, schema: Migrations.newest, branches: sorted(branches, now: now),
            owners: Dictionary(owners.values.map { ($0, 1) }, uniquingKeysWith: +))
    }

    /// Shards that nobody holds.
    package var unheldShards: Int { UplinkLimits.shards - owners.values.reduce(0, +) }

    /// Enabled branches that should be heard of and aren't.
    package var silent: Int { branches.count { $0.isSilent(at: now) } }

    /// Whether somebody should look after something.
    package var hasConcerns: Bool {
        redisFault != nil || branches.contains { !$0.concerns(at: now).isEmpty }
    }

    /// Shard → owner of the leases that hold.
    private static func leases(_ session: PostgresSession) throws(PostgresError) -> [Int: String] {
        var owners: [Int: String] = [:]
        let rows = try session.execute(
            "SELECT shard, owner FROM shard_lease WHERE owner IS NOT NULL AND until > clock_timestamp()")
        for row in rows { owners[Int(clamping: try row.int(0))] = try row.text(1) }
        return owners
    }

    static func sorted(_ branches: [BranchStatus], now: Int64) -> [BranchStatus] {
        func rank(_ branch: BranchStatus) -> (Int, Int64, Int64) {
            let group = !branch.isEnabled ? 3 : branch.isSilent(at: now) ? 0 : branch.concerns(at: now).isEmpty ? 2 : 1
            return (group, group == 0 ? branch.heardAt ?? .min : 0, branch.id)
        }
        return branches.map { (rank($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
