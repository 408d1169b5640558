import BranchStore
import GRDB
import QueueDomain
import Testing

@Suite struct MigrationTests {
    private func database(_ directory: TemporaryDirectory) throws -> DatabaseQueue {
        try DatabaseFile.openWriter(path: directory.path + "/turn.sqlite")
    }

    private func schema(_ database: DatabaseQueue) throws -> [String] {
        try database.writeWithoutTransaction { db in
            try String.fetchAll(db, sql: "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name")
        }
    }

    @Test func `a fresh database gets every table, strict ones`() throws {
        let directory = try TemporaryDirectory()
        let database = try database(directory)
        try Migrations.run(on: database)
        let wanted = [
            "agent_pins", "agents", "audit", "branch", "counter_queues", "counters", "devices", "epochs", "events",
            "idempotency_keys", "people", "queues", "sessions", "settings", "sync_state", "ticket_before",
            "ticket_history", "ticket_person", "tickets", "tokens",
        ]
        try database.writeWithoutTransaction { (db: Database) throws in
            let tables = try Row.fetchAll(
                db, sql: "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
            )
            #expect(tables.map { $0["name"] as String }.sorted() == wanted)
            #expect(tables.allSatisfy { $0["strict"] == true })
            #expect(try Int.fetchOne(db, sql: "PRAGMA user_version") == Migrations.newest)
        }
    }

    @Test func `running again changes nothing`() throws {
        let directory = try TemporaryDirectory()
        let database = try database(directory)
        try Migrations.run(on: database)
        let before = try schema(database)
        try Migrations.run(on: database)
        #expect(try schema(database) == before)
    }

    @Test func `a newer schema is refused and left as it is`() async throws {
        let fixture = try StoreFixture()
        _ = try fixture.store
        await fixture.close()
        try fixture.raw { try $0.execute(sql: "PRAGMA user_version = \(Migrations.newest + 1)") }
        let error = #expect(throws: StoreError.self) { try fixture.store }
        #expect(error?.description.contains("schema \(Migrations.newest + 1)") == true)
        #expect(error?.description.contains("restore the backup") == true)
        #expect(try fixture.raw { try Int.fetchOne($0, sql: "PRAGMA user_version") } == Migrations.newest + 1)
    }

    @Test func `numbers rise by one from 1`() {
        #expect(Migrations.all.map(\.number) == Array(1...Migrations.newest))
    }

    @Test func `the first start makes the first epoch, and no other start does`() async throws {
        let fixture = try StoreFixture()
        let lineage = try fixture.store.lineage
        await fixture.close()
        #expect(try fixture.store.lineage == lineage)
        try fixture.raw(readOnly: true) { (db: Database) throws in
            let epochs = try Row.fetchAll(db, sql: "SELECT epoch, first_seq, reason FROM epochs")
            #expect(epochs.count == 1)
            #expect(epochs.first?["epoch"] == 1)
            #expect(epochs.first?["first_seq"] == 1)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM sync_state") == 1)
        }
    }

    @Test func `two databases have two lineages and two link keys`() throws {
        let first = try StoreFixture()
        let second = try StoreFixture()
        #expect(try first.store.lineage != second.store.lineage)
        #expect(try first.store.linkKey.token(uid: "x") != second.store.linkKey.token(uid: "x"))
    }
}
