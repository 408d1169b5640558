import BranchStore
import Foundation
import GRDB
import QueueDomain
import Testing

/// From a database that the program before wrote to the newest schema.
@Suite struct UpgradeTests {
    /// A closed box of schema 1 with a queue, an agent, a counter, a waiting ticket and its name.
    private func oldBox() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let database = try DatabaseFile.openWriter(path: directory.path + "/turn.sqlite")
        try database.writeWithoutTransaction { (db: Database) throws in
            for statement in Migrations.all[0].statements + Self.rows { try db.execute(sql: statement) }
            try db.execute(sql: "PRAGMA user_version = 1")
            _ = try db.checkpoint(.truncate)
        }
        try database.close()
        return directory
    }

    private static let rows = [
        """
        INSERT INTO branch VALUES (1, 'Old town', 'Europe/Berlin', 20522, 1773133200000, 7, 2, 2, 2, 2, 0, zeroblob(8),
            1773133200000, 1773133200000, 0, zeroblob(8))
        """,
        "INSERT INTO epochs (epoch, lineage, first_seq, reason) VALUES (1, zeroblob(8), 1, 'first')",
        "INSERT INTO sync_state (id, epoch, gen, acked_seq) VALUES (1, 1, 0, 0)",
        "INSERT INTO settings VALUES ('link_key', zeroblob(32))",
        "INSERT INTO queues VALUES (1, 'Desk', 'A', 1, 999, 600, 0, 1, NULL, 15, 0, 0, 300, 1, 1, 20522, 3)",
        "INSERT INTO agents VALUES (1, 'Ada', 1, 1)",
        "INSERT INTO counters VALUES (1, 'One', 'open', 0, NULL, 2)",
        "INSERT INTO counter_queues VALUES (1, 0, 1, 1, 0)",
        """
        INSERT INTO tickets (id, uid, queue_id, number, day, state, priority, version, rank, arrival_tick, queued_tick,
            call_count, let_ahead_count, arrived_at, queued_at, updated_at)
        VALUES (1, '01JD4Z0000ABCDEFGHJKMNPQRS', 1, 'A001', 20522, 'waiting', 1, 1, 1773133200000, 1773133200000,
            1773133200000, 0, 0, 1773133200000, 1773133200000, 1773133200000)
        """,
        "INSERT INTO ticket_person VALUES (1, 'Grace', NULL, NULL, 1773133200000)",
    ]

    private func open(_ directory: TemporaryDirectory) throws -> BranchStore {
        var configuration = StoreConfiguration()
        configuration.readClock = {
            ClockReading(bootID: "boot", boottime: 5_000, wall: StoreFixture.morning, synchronized: false)
        }
        return try BranchStore.open(
            directory: directory.path, lock: try DataLock.acquire(in: directory.path), configuration: configuration)
    }

    private func checkEverything(in store: BranchStore) async throws {
        let branch = try #require(try await store.branch())
        #expect(branch.profile == BranchProfile(name: "Old town", timeZone: "Europe/Berlin"))
        #expect(branch.version == 7)
        let queue = try #require(try await store.queues().first)
        let settings = QueueSettings(name: "Desk", prefix: "A", lastNumber: 999, targetWait: 300)
        #expect(queue.settings == settings)
        #expect(queue.version == 3 && queue.waiting == 1 && queue.lastDrawn == 1)
        #expect(try await store.counters().first?.counter.settings.serves == [ServedQueue(queueID: QueueID(1))])
        #expect(try await store.agents().map(\.name) == ["Ada"])
        #expect(try await store.ticket(TicketID(1))?.texts?.customerName == "Grace")
        let issue = Command(actor: .system, request: .issue(IssueRequest(queueID: QueueID(1))))
        guard case .done(let result) = try await store.writer.submit(WriteRequest(issue)) else {
            Issue.record("the upgraded branch issues no ticket")
            return
        }
        #expect(result.ticket?.number.text == "A002")
    }

    /// What the files hold before the commit of one step of the migration: a kill there leaves them so.
    private static func filesOfAKill(before stop: Int, of box: TemporaryDirectory) throws -> TemporaryDirectory {
        let left = try TemporaryDirectory()
        var step = 1
        let database = try DatabaseFile.openWriter(path: box.path + "/turn.sqlite")
        try Migrations.run(on: database) { place in
            step += 1
            guard place == .beforeMigrationCommit, step == stop else { return }
            for name in ["turn.sqlite", "turn.sqlite-wal"] {
                let from = box.path + "/" + name
                guard FileManager.default.fileExists(atPath: from) else { continue }
                #expect(throws: Never.self) {
                    try FileManager.default.copyItem(atPath: from, toPath: left.path + "/" + name)
                }
            }
        }
        try database.close()
        return left
    }

    private static func checkHalfWay(_ directory: TemporaryDirectory, isAt number: Int) throws {
        let database = try DatabaseQueue(path: directory.path + "/turn.sqlite")
        try database.writeWithoutTransaction { (db: Database) throws in
            #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == number)
            #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
        }
        try database.close()
    }

    @Test func `a box of the first schema keeps everything and goes on`() async throws {
        let store = try open(try oldBox())
        try await checkEverything(in: store)
        await store.close()
    }

    @Test func `killed before the commit of any step it is as before that step, and the next start ends the work`()
        async throws
    {
        for stop in 2...Migrations.newest {
            let left = try Self.filesOfAKill(before: stop, of: try oldBox())
            try Self.checkHalfWay(left, isAt: stop - 1)
            let store = try open(left)
            try await checkEverything(in: store)
            await store.close()
        }
    }

    @Test(arguments: [
        ("queues", "names", "'{\"de\":1}'"), ("queues", "hours", "'[{\"days\":[1],\"from\":\"09:00\"}]'"),
        ("branch", "hours", "'[1]'"), ("branch", "exceptions", "'[{\"date\":\"2026-02-30\"}]'"),
    ])
    func `a column that no program wrote is named and never believed`(
        _ table: String, _ column: String, _ value: String
    ) async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let store = try fixture.store
        try fixture.raw { try $0.execute(sql: "UPDATE \(table) SET \(column) = \(value)") }
        let error = await #expect(throws: StoreError.self) { try await store.storedConfiguration() }
        #expect(error?.description == "row 1 of \(table) is damaged: its \(column) is none that is known")
    }

    @Test func `hours, exceptions and names are as they were after a start`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        let hours = OpeningHours(spans: [
            .init(days: [1, 2, 7], part: DayPart(from: 0, to: 1_440)), .init(days: [3], part: DayPart(from: 1, to: 2)),
        ])
        try await fixture.setUp {
            $0.names = ["de": "Schalter \"1\"", "ar": "شباك"]
            $0.hours = hours
        }
        let profile = BranchProfile(
            name: "Centre", timeZone: "UTC", language: "pt-BR", takesNames: false, purgeHours: 5, hours: hours,
            exceptions: [
                DateException(date: BusinessDay(number: 20_600), part: nil, note: "Day\noff"),
                DateException(date: BusinessDay(number: 20_601), part: DayPart(from: 60, to: 1_440)),
            ])
        try await fixture.run(.edit(.changeBranch(profile, expecting: nil)))
        let before = try await fixture.store.queues()
        await fixture.close()
        #expect(try await fixture.store.branch()?.profile == profile)
        #expect(try await fixture.store.queues() == before)
        #expect(before.first?.settings.hours == hours)
    }
}
