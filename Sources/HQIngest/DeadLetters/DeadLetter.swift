import PostgresDriver
import QueueEvents
import RedisStreams

/// An entry that can't be taken, kept for somebody to look at.
struct DeadLetter: Sendable {
    let branch: Int64
    let entryID: String
    let reason: String
    let header: [UInt8]
    let data: [UInt8]

    /// Header and data are cut to their bound.
    init(_ entry: StreamEntry, branch: Int64, reason: String) {
        self.branch = branch
        entryID = String(entry.id.prefix(64))
        self.reason = String(reason.prefix(HQIngestLimits.reasonCharacters))
        header = Array((entry["h"] ?? []).prefix(HQIngestLimits.deadLetterBytes))
        data = Array((entry["d"] ?? entry["p"] ?? []).prefix(HQIngestLimits.deadLetterBytes))
    }

    /// An event that is held and that nobody could read: somebody must know.
    init(_ event: AcceptedFrame.Event, flaw: String, of entry: StreamEntry, branch: Int64) {
        self.branch = branch
        entryID = "\(entry.id.prefix(64))/\(event.head.seq)"
        reason = String("held unread: \(flaw)".prefix(HQIngestLimits.reasonCharacters))
        header = []
        data = Array(event.body.prefix(HQIngestLimits.deadLetterBytes))
    }

    /// Adds letters and drops the oldest ones of these branches beyond the bound. A letter that came before, from a
    /// transaction whose answer was lost, is not added again.
    /// - Returns: how many were added.
    static func store(_ letters: [DeadLetter], _ session: PostgresSession) throws(PostgresError) -> Int64 {
        guard !letters.isEmpty else { return 0 }
        let added = try session.execute(
            """
            WITH added AS (
                INSERT INTO dead_letter (branch_id, entry_id, reason, header, data)
                SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[])
                ON CONFLICT (branch_id, entry_id) DO NOTHING
                RETURNING branch_id),
            counted AS (SELECT branch_id, count(*) AS letters FROM added GROUP BY branch_id)
            UPDATE ingest_cursor AS cursor SET dead_letters = cursor.dead_letters + counted.letters
            FROM counted WHERE cursor.branch_id = counted.branch_id
            RETURNING counted.letters
            """,
            [
                .ints(letters.map(\.branch)), .texts(letters.map(\.entryID)), .texts(letters.map(\.reason)),
                .byteArrays(letters.map(\.header)), .byteArrays(letters.map(\.data)),
            ])
        try session.execute(
            """
            DELETE FROM dead_letter WHERE id IN (
                SELECT id FROM (
                    SELECT id, row_number() OVER (PARTITION BY branch_id ORDER BY id DESC) AS place
                    FROM dead_letter WHERE branch_id = ANY($1)) AS ranked
                WHERE place > $2)
            """, [.ints(Array(Set(letters.map(\.branch)))), .int(Int64(HQIngestLimits.deadLetters))])
        var sum: Int64 = 0
        for row in added { sum += try row.int(0) }
        return sum
    }
}
