import BranchStore
import Foundation
import GRDB
import QueueDomain
import Testing

@Suite struct DurabilityTests {
    private func inspect(_ database: DatabaseQueue, _ body: (Database) throws -> Void) throws {
        try database.writeWithoutTransaction(body)
    }

    @Test func `the writing connection is durable: WAL, FULL, secure_delete, foreign keys`() throws {
        let directory = try TemporaryDirectory()
        let database = try DatabaseFile.openWriter(path: directory.path + "/turn.sqlite")
        try inspect(database) { (db: Database) throws in
            #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal")
            #expect(try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2)
            #expect(try Int.fetchOne(db, sql: "PRAGMA secure_delete") == 1)
            #expect(try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1)
            #expect(try Int.fetchOne(db, sql: "PRAGMA mmap_size") ?? 0 == 0)
            #expect(try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint") == StoreLimits.checkpointPages)
        }
    }

    @Test(arguments: ["synchronous = NORMAL", "synchronous = OFF", "secure_delete = OFF", "foreign_keys = OFF"])
    func `a connection that would lose answered tickets is refused`(pragma: String) throws {
        let directory = try TemporaryDirectory()
        let database = try DatabaseFile.openWriter(path: directory.path + "/turn.sqlite")
        try inspect(database) { (db: Database) throws in
            try db.execute(sql: "PRAGMA \(pragma)")
            let name = pragma.prefix { $0 != " " }
            let error = #expect(throws: StoreError.self) { try DatabaseFile.verifyDurability(db) }
            #expect(error?.description.contains(name) == true)
        }
    }

    @Test func `a database that isn't in WAL mode is refused`() throws {
        let database = try DatabaseQueue()
        try inspect(database) { (db: Database) throws in
            #expect(throws: StoreError.self) { try DatabaseFile.verifyDurability(db) }
        }
    }

    @Test func `a file that is no database is refused with its path`() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/turn.sqlite"
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StoreError.self) { try DatabaseFile.openWriter(path: path) }
        #expect(error?.description.contains(path) == true)
    }

    @Test func `nobody else on the machine may read the database or its log`() async throws {
        let fixture = try StoreFixture()
        try await fixture.setUp()
        for file in ["turn.sqlite", "turn.sqlite-wal", "turn.sqlite-shm", "turn.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.directory.path + "/" + file)
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(file) has mode \(String(mode, radix: 8))")
        }
    }

    @Test func `a reader can't write`() async throws {
        let fixture = try StoreFixture()
        try await fixture.setUp()
        let reader = try DatabaseFile.openReader(path: fixture.path, index: 0)
        for sql in ["DELETE FROM queues", "CREATE TABLE t (a)", "PRAGMA wal_checkpoint(TRUNCATE)"] {
            #expect(throws: DatabaseError.self, "\(sql)") {
                try reader.writeWithoutTransaction { try $0.execute(sql: sql) }
            }
        }
        #expect(try await fixture.store.queues().count == 1)
    }

    @Test func `a committed ticket is in the log file before its answer, without a checkpoint`() async throws {
        let fixture = try StoreFixture()
        try await fixture.setUp()
        let ticket = try await fixture.issue()
        let other = try TemporaryDirectory()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: fixture.path + suffix, toPath: other.path + "/copy.sqlite" + suffix)
        }
        let copy = try DatabaseQueue(path: other.path + "/copy.sqlite")
        let number = try await copy.read { db in try String.fetchOne(db, sql: "SELECT number FROM tickets") }
        #expect(number == ticket.number.text)
    }
}
