import PostgresDriver
import QueueEvents

/// `branch_event`: the events themselves.
enum EventRows {
    /// One event and where it belongs.
    struct Row: Sendable {
        let branch: Int64
        let epoch: Int64
        let event: AcceptedFrame.Event
    }

    /// Stores events; small numbers in one statement, many by COPY, which costs the server less for each.
    /// - Throws: ``IngestFailure/overtaken`` when fewer were stored.
    static func store(_ rows: [Row], _ session: PostgresSession) throws {
        guard !rows.isEmpty else { return }
        let stored = rows.count < HQIngestLimits.copyFrom ? try insert(rows, session) : try copy(rows, session)
        guard stored == Int64(rows.count) else { throw IngestFailure.overtaken }
    }

    private static func insert(_ rows: [Row], _ session: PostgresSession) throws(PostgresError) -> Int64 {
        try session.execute(
            """
            INSERT INTO branch_event (branch_id, epoch, seq, uid, type, tv, at, chain, body)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::smallint[],
                $7::timestamptz[], $8::bytea[], $9::bytea[])
            """,
            [
                .ints(rows.map(\.branch)), .ints(rows.map(\.epoch)), .ints(rows.map(\.event.head.seq)),
                .texts(rows.map(\.event.head.uid.text)), .texts(rows.map(\.event.head.type)),
                .smallints(rows.map { Int16(clamping: $0.event.head.shapeVersion) }),
                .times(rows.map(\.event.head.at)), .byteArrays(rows.map(\.event.chain.bytes)),
                .byteArrays(rows.map(\.event.body)),
            ]
        ).affected
    }

    private static func copy(_ rows: [Row], _ session: PostgresSession) throws(PostgresError) -> Int64 {
        try session.copyIn(
            """
            COPY branch_event (branch_id, epoch, seq, uid, type, tv, at, chain, body) FROM STDIN (FORMAT binary)
            """,
            rows: rows.lazy.map { row in
                let head = row.event.head
                return [
                    .int(row.branch), .int(row.epoch), .int(head.seq), .text(head.uid.text), .text(head.type),
                    .smallint(Int16(clamping: head.shapeVersion)), .time(head.at), .bytes(row.event.chain.bytes),
                    .bytes(row.event.body),
                ]
            })
    }
}

/// Which of the points that a batch asks about are stored; one query answers for all its branches.
struct HeldPoints: Sendable {
    private struct Point: Hashable, Sendable {
        let branch: Int64
        let position: UplinkPosition
    }

    private var held: Set<Point> = []

    init(_ batch: [ArrivedBranch], _ session: PostgresSession) throws {
        var asked: [Point] = []
        for branch in batch {
            for case .entry(let entry) in branch.entries.map(\.content) {
                asked += entry.questions.map { Point(branch: branch.branch, position: $0) }
            }
        }
        guard !asked.isEmpty else { return }
        let rows = try session.execute(
            """
            SELECT asked.place FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])
                WITH ORDINALITY AS asked(branch_id, epoch, seq, chain, place)
            JOIN branch_event AS event USING (branch_id, epoch, seq, chain)
            """,
            [
                .ints(asked.map(\.branch)), .ints(asked.map(\.position.epoch)), .ints(asked.map(\.position.seq)),
                .byteArrays(asked.map(\.position.chain.bytes)),
            ])
        for row in rows { held.insert(asked[Int(try row.int(0)) - 1]) }
    }

    func holds(_ position: UplinkPosition, of branch: Int64) -> Bool {
        held.contains(Point(branch: branch, position: position))
    }
}
