import Foundation
import GRDB
import QueueDomain
import QueueEvents

/// The one row that carries the branch's state and every sequence: what the next row gets, where the log ends.
struct BranchRow: Equatable, Sendable {
    var branch: Branch
    var nextTicketID: Int64
    var nextQueueID: Int64
    var nextCounterID: Int64
    var nextAgentID: Int64
    var lastSeq: Int64
    var lastChain: EventChain
    var lastTick: Int64
    var lastWall: Timestamp
    var prunedSeq: Int64
    var prunedChain: EventChain

    /// - Throws: `StoreError.damagedRow` for hours or exceptions that no version of the program wrote.
    static func load(_ db: Database) throws -> BranchRow? {
        try db.first("SELECT * FROM branch WHERE id = 1", []) { row in
            BranchRow(
                branch: Branch(
                    profile: try profile(row), day: BusinessDay(number: row["day"]),
                    dayBeganTick: row["day_began_tick"], version: row["version"]),
                nextTicketID: row["next_ticket_id"], nextQueueID: row["next_queue_id"],
                nextCounterID: row["next_counter_id"], nextAgentID: row["next_agent_id"],
                lastSeq: row["last_seq"], lastChain: EventChain(stored: row["last_chain"]),
                lastTick: row["last_tick"], lastWall: Timestamp(milliseconds: row["last_at"]),
                prunedSeq: row["pruned_seq"], prunedChain: EventChain(stored: row["pruned_chain"]))
        }
    }

    private static func profile(_ row: Row) throws -> BranchProfile {
        func column<Value>(_ name: String, _ read: (Row) throws(FieldError) -> Value) throws -> Value {
            do throws(FieldError) {
                return try read(row)
            } catch {
                throw StoreError.damagedRow(table: "branch", id: 1, column: name)
            }
        }
        return BranchProfile(
            name: row["name"], timeZone: row["time_zone"], language: row["language"], takesNames: row["names"],
            purgeHours: row["purge_hours"],
            hours: try column("hours") { row throws(FieldError) in try HoursColumns.hours(row["hours"]) },
            exceptions: try column("exceptions") { row throws(FieldError) in
                try HoursColumns.exceptions(row["exceptions"])
            })
    }

    /// Makes the row of a new database.
    func insert(_ db: Database) throws {
        try db.change(
            """
            INSERT INTO branch (id, name, time_zone, day, day_began_tick, version, next_ticket_id, next_queue_id,
                next_counter_id, next_agent_id, last_seq, last_chain, last_tick, last_at, pruned_seq, pruned_chain)
            VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, [branch.name, branch.timeZone] + moving)
        try Self.save(branch.profile, db)
    }

    /// Everything but what an admin sets: this is written with every batch, and hundreds of exceptions must not be.
    func saveMoving(_ db: Database) throws {
        try db.change(
            """
            UPDATE branch SET day = ?, day_began_tick = ?, version = ?, next_ticket_id = ?, next_queue_id = ?,
                next_counter_id = ?, next_agent_id = ?, last_seq = ?, last_chain = ?, last_tick = ?, last_at = ?,
                pruned_seq = ?, pruned_chain = ? WHERE id = 1
            """, moving)
    }

    private var moving: [(any DatabaseValueConvertible)?] {
        [
            branch.day.number, branch.dayBeganTick, branch.version, nextTicketID, nextQueueID, nextCounterID,
            nextAgentID, lastSeq, lastChain.stored, lastTick, lastWall.milliseconds, prunedSeq, prunedChain.stored,
        ]
    }

    /// What an admin sets.
    static func save(_ profile: BranchProfile, _ db: Database) throws {
        try db.change(
            """
            UPDATE branch SET name = ?, time_zone = ?, language = ?, names = ?, purge_hours = ?, hours = ?,
                exceptions = ? WHERE id = 1
            """,
            [
                profile.name, profile.timeZone, profile.language, profile.takesNames, profile.purgeHours,
                HoursColumns.text(profile.hours), HoursColumns.text(profile.exceptions),
            ])
    }
}

extension EventChain {
    /// Eight bytes, big-endian, as the column holds them; the schema's CHECK keeps the length.
    init(stored: Data) { self.init(value: stored.reduce(0) { $0 << 8 | UInt64($1) }) }

    var stored: Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }
}
