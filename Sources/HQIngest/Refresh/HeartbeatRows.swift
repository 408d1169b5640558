import PostgresDriver

/// When each branch was last heard of: `ingest_cursor.heard_at`, by PostgreSQL's clock.
enum HeartbeatRows {
    /// - Parameter seen: branches, and how long ago each sent its last heartbeat.
    static func note(_ seen: [(branch: Int64, age: Duration)], _ session: PostgresSession) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO ingest_cursor AS cursor (branch_id, heard_at)
            SELECT heard.branch_id, now() - heard.age * interval '1 millisecond'
            FROM unnest($1::bigint[], $2::bigint[]) AS heard(branch_id, age)
            JOIN branch ON branch.id = heard.branch_id
            ORDER BY heard.branch_id
            ON CONFLICT (branch_id) DO UPDATE SET heard_at = EXCLUDED.heard_at
            """,
            [.ints(seen.map(\.branch)), .ints(seen.map { Int64($0.age / .milliseconds(1)) })])
    }
}
