import Foundation
import GRDB
import QueueDomain
import QueueEvents

/// What happens between opening the file and taking the first command, in one transaction.
struct StoreStart {
    let memory: WriterMemory

    static func begin(_ db: Database, configuration: StoreConfiguration) throws -> StoreStart {
        var start: StoreStart?
        try db.inTransaction(.immediate) {
            start = try load(db, configuration: configuration)
            return .commit
        }
        guard let start else { throw StoreError.cannotOpen("the database was left without a branch") }
        return start
    }

    private static func load(_ db: Database, configuration: StoreConfiguration) throws -> StoreStart {
        let reading = configuration.readClock()
        let known = try BranchRow.load(db)
        var clock = BranchClock(starting: reading, stored: try known.flatMap { try storedClock(db, row: $0) })
        let now = clock.advance(to: reading)
        let timeZone = known?.branch.timeZone ?? configuration.timeZone
        let rules = try rules(configuration, timeZone: timeZone)
        let row = try known ?? makeBranch(db, now: now, timeZone: timeZone, rules: rules)
        try save(clock, db)
        return StoreStart(
            memory: WriterMemory(
                row: row, clock: clock, rules: rules, lineage: try lineage(db), linkKey: try linkKey(db)))
    }

    /// The rules of the program's settings in a time zone.
    static func rules(_ configuration: StoreConfiguration, timeZone: String) throws(StoreError) -> Rules {
        guard let zone = ZoneOffsets.load(timeZone) else {
            throw .cannotOpen("this machine doesn't know the time zone \(timeZone); install tzdata")
        }
        return Rules(
            calendar: BusinessCalendar(zone: zone, startsAtSeconds: configuration.dayStartsAt),
            minCalled: configuration.minCalled, lease: configuration.lease, maxHeld: configuration.maxHeld)
    }

    private static func makeBranch(
        _ db: Database, now: Moment, timeZone: String, rules: Rules
    ) throws -> BranchRow {
        var random = SystemRandomNumberGenerator()
        let lineage = UInt64.random(in: .min ... .max, using: &random)
        let chain = EventChain(lineage: lineage)
        let bytes = withUnsafeBytes(of: lineage.bigEndian) { Data($0) }
        try db.execute(
            sql: "INSERT INTO epochs (epoch, lineage, first_seq, reason) VALUES (1, ?, 1, 'first')", arguments: [bytes])
        try db.execute(sql: "INSERT INTO sync_state (id, epoch, gen, acked_seq) VALUES (1, 1, 0, 0)")
        let branch = Branch(
            profile: BranchProfile(name: "Branch", timeZone: timeZone), day: rules.calendar.day(at: now.wall),
            dayBeganTick: now.tick)
        let row = BranchRow(
            branch: branch, nextTicketID: 1, nextQueueID: 1, nextCounterID: 1, nextAgentID: 1, lastSeq: 0,
            lastChain: chain, lastTick: now.tick, lastWall: now.wall, prunedSeq: 0, prunedChain: chain)
        try row.insert(db)
        return row
    }

    private static func linkKey(_ db: Database) throws -> LinkKey {
        if let bytes: Data = try setting("link_key", db) { return try LinkKey(stored: Array(bytes)) }
        let key = LinkKey.random()
        try set("link_key", Data(key.bytes), db)
        return key
    }

    private static func lineage(_ db: Database) throws -> UInt64 {
        let bytes = try db.first("SELECT lineage FROM epochs ORDER BY epoch DESC LIMIT 1", []) { $0[0] as Data }
        return (bytes ?? Data()).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func storedClock(_ db: Database, row: BranchRow) throws -> StoredClock? {
        guard let bootID: String = try setting("clock_boot_id", db),
            let boottime: Int64 = try setting("clock_boottime", db), let tick: Int64 = try setting("clock_tick", db)
        else { return nil }
        return StoredClock(
            bootID: bootID, anchorBoottime: boottime, anchorTick: tick, lastTick: row.lastTick, lastWall: row.lastWall)
    }

    private static func save(_ clock: BranchClock, _ db: Database) throws {
        try set("clock_boot_id", clock.bootID, db)
        try set("clock_boottime", clock.anchorBoottime, db)
        try set("clock_tick", clock.anchorTick, db)
    }

    private static func setting<Value: DatabaseValueConvertible>(_ key: String, _ db: Database) throws -> Value? {
        try Value.fetchOne(db, sql: "SELECT value FROM settings WHERE key = ?", arguments: [key])
    }

    private static func set(_ key: String, _ value: some DatabaseValueConvertible, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", arguments: [key, value])
    }
}
