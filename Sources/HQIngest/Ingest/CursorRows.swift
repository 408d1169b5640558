import PostgresDriver
import QueueEvents

/// `ingest_cursor` and `branch_epoch`: what head office holds of each branch.
enum CursorRows {
    /// How one transaction moves a branch's cursor.
    struct Move: Sendable {
        var branch: Int64
        var before: UplinkPosition
        var after: UplinkPosition
        var events: Int64
        /// The first event when everything before it is not held and won't come.
        var baseline: Int64?
    }

    /// Reads the cursors and locks their rows, in the branches' order. A branch's first row is made here.
    /// - Parameter branches: ascending.
    static func lock(_ branches: [Int64], _ session: PostgresSession) throws -> [Int64: BranchCursor] {
        var cursors = try select(branches, session)
        if cursors.count < branches.count {
            try session.execute(
                "INSERT INTO ingest_cursor (branch_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING",
                [.ints(branches.filter { cursors[$0] == nil })])
            cursors = try select(branches, session)
        }
        let epochs = try session.execute(
            """
            SELECT branch_id, epoch, lineage, first_seq, parent_epoch, parent_chain, anchor FROM branch_epoch
            WHERE branch_id = ANY($1) ORDER BY branch_id, epoch
            """, [.ints(branches)])
        for row in epochs { cursors[try row.int(0)]?.epochs.append(try epoch(row)) }
        return cursors
    }

    private static func select(
        _ branches: [Int64], _ session: PostgresSession
    ) throws -> [Int64: BranchCursor] {
        let rows = try session.execute(
            """
            SELECT branch_id, epoch, seq, chain FROM ingest_cursor WHERE branch_id = ANY($1)
            ORDER BY branch_id FOR UPDATE
            """, [.ints(branches)])
        var cursors: [Int64: BranchCursor] = [:]
        for row in rows { cursors[try row.int(0)] = BranchCursor(position: try position(row)) }
        return cursors
    }

    /// Reads positions without a lock; `.none` for a branch of which nothing was taken.
    static func positions(_ branches: [Int64], _ session: PostgresSession) throws -> [Int64: UplinkPosition] {
        let rows = try session.execute(
            "SELECT branch_id, epoch, seq, chain FROM ingest_cursor WHERE branch_id = ANY($1)", [.ints(branches)])
        var positions: [Int64: UplinkPosition] = [:]
        for row in rows { positions[try row.int(0)] = try position(row) }
        return positions
    }

    /// Moves cursors that are still where they were.
    /// - Throws: ``IngestFailure/overtaken`` when one of them isn't, though its row was locked.
    static func advance(_ moves: [Move], _ session: PostgresSession) throws {
        guard !moves.isEmpty else { return }
        let answer = try session.execute(
            """
            UPDATE ingest_cursor AS cursor
            SET epoch = move.epoch, seq = move.seq, chain = move.chain, events = cursor.events + move.events,
                baseline_seq = coalesce(move.baseline, cursor.baseline_seq), updated_at = now()
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[],
                $7::bigint[], $8::bigint[])
                AS move(branch_id, before_epoch, before_seq, epoch, seq, chain, events, baseline)
            WHERE cursor.branch_id = move.branch_id AND cursor.epoch = move.before_epoch
                AND cursor.seq = move.before_seq
            """,
            [
                .ints(moves.map(\.branch)), .ints(moves.map(\.before.epoch)), .ints(moves.map(\.before.seq)),
                .ints(moves.map(\.after.epoch)), .ints(moves.map(\.after.seq)),
                .byteArrays(moves.map(\.after.chain.bytes)), .ints(moves.map(\.events)),
                .optionalInts(moves.map(\.baseline)),
            ])
        guard answer.affected == Int64(moves.count) else { throw IngestFailure.overtaken }
    }

    /// Adds the epochs that were begun.
    static func open(_ epochs: [(branch: Int64, epoch: TakenEpoch)], _ session: PostgresSession) throws {
        guard !epochs.isEmpty else { return }
        let answer = try session.execute(
            """
            INSERT INTO branch_epoch (branch_id, epoch, lineage, first_seq, parent_epoch, parent_chain, anchor)
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bytea[],
                $7::bytea[])
            """,
            [
                .ints(epochs.map(\.branch)), .ints(epochs.map(\.epoch.number)),
                .byteArrays(epochs.map { EventChain(value: $0.epoch.lineage).bytes }),
                .ints(epochs.map(\.epoch.firstSeq)), .optionalInts(epochs.map { $0.epoch.parent?.epoch }),
                .optionalByteArrays(epochs.map { $0.epoch.parent?.chain.bytes }),
                .optionalByteArrays(epochs.map { $0.epoch.anchor?.bytes }),
            ])
        guard answer.affected == Int64(epochs.count) else { throw IngestFailure.overtaken }
    }

    private static func position(_ row: PostgresRow) throws -> UplinkPosition {
        UplinkPosition(epoch: try row.int(1), seq: try row.int(2), chain: try link(try row.bytes(3)))
    }

    private static func epoch(_ row: PostgresRow) throws -> TakenEpoch {
        let firstSeq = try row.int(3)
        var parent: UplinkPosition?
        if let number = try row.optionalInt(4), let chain = try row.optionalBytes(5) {
            parent = UplinkPosition(epoch: number, seq: firstSeq - 1, chain: try link(chain))
        }
        return TakenEpoch(
            number: try row.int(1), lineage: try link(try row.bytes(2)).value, firstSeq: firstSeq, parent: parent,
            anchor: try row.optionalBytes(6).map(link))
    }

    private static func link(_ bytes: [UInt8]) throws -> EventChain {
        guard bytes.count == 8 else { throw IngestFailure.damaged("a chain of \(bytes.count) bytes") }
        return EventChain(value: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}

extension EventChain {
    /// As it is stored: eight bytes, big-endian.
    var bytes: [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}
