import PostgresDriver

/// Rows as the ingest writes them, for tests of what is read from them.
enum StoredEvents {
    static func branch(_ session: PostgresSession, name: String) throws -> Int64 {
        try session.execute(
            "INSERT INTO branch (name, key_hash, redis_user) VALUES ($1, $2, 'u') RETURNING id",
            [.text(name), .bytes([UInt8](repeating: 1, count: 32))])[0].int(0)
    }

    /// An epoch, in which the branch's cursor stands from now on.
    /// - Parameter parent: the epoch whose event comes before its first one.
    static func epoch(
        _ session: PostgresSession, _ branch: Int64, _ epoch: Int64, from first: Int64, after parent: Int64? = nil
    ) throws {
        let link = [UInt8](repeating: 3, count: 8)
        try session.execute(
            """
            INSERT INTO branch_epoch (branch_id, epoch, lineage, first_seq, parent_epoch, parent_chain)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .int(branch), .int(epoch), .bytes([UInt8](repeating: 2, count: 8)), .int(first),
                parent.map { .int($0) } ?? .null, parent == nil ? .null : .bytes(link),
            ])
        try session.execute(
            """
            INSERT INTO ingest_cursor (branch_id, epoch) VALUES ($1, $2)
            ON CONFLICT (branch_id) DO UPDATE SET epoch = excluded.epoch
            """, [.int(branch), .int(epoch)])
    }

    static func event(
        _ session: PostgresSession, _ branch: Int64, _ epoch: Int64, _ seq: Int64, type: String = "ticket.created",
        body: String
    ) throws {
        try session.execute(
            """
            INSERT INTO branch_event (branch_id, epoch, seq, uid, type, tv, at, chain, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .int(branch), .int(epoch), .int(seq), .text("01ARZ3NDEKTSV4RRFFQ69G5FAV"), .text(type), .smallint(1),
                .time(1_700_000_000_000 + seq), .bytes([UInt8](repeating: 3, count: 8)), .bytes(Array(body.utf8)),
            ])
    }

    static func ticket(_ id: Int64, state: String, number: String = "A001") -> String {
        """
        {"seq":1,"event":"ticket.created","ticket_id":\(id),"ticket":{"id":\(id),"queue_id":4,"number":"\(number)",\
        "status":"waiting","state":"\(state)","version":2,"language":null,"counter_id":null,"priority":5,\
        "call_count":0,"day":"2026-11-24","created_at":"2026-11-24T08:00:00.123Z",\
        "queued_at":"2026-11-24T08:00:00.123Z","updated_at":"2026-11-24T09:30:00Z","ended_at":null},"details":{}}
        """
    }
}
