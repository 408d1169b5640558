import HQIngest
import PostgresDriver
import QueueTestSupport
import Testing

extension SchemaSuite {
    @Suite struct MigrationTests {
        @Test func aFreshDatabaseGetsEveryStepAndASecondRunNone() async throws {
            try await SchemaSuite.withDatabase(migrated: false) { connection, _ in
                let before = try await connection.perform { try Migrations.fault($0) }
                let done = try await connection.perform { [try Migrations.apply($0), try Migrations.apply($0)] }
                let after = try await connection.perform { try Migrations.fault($0) }
                #expect(before == .older(found: 0) && after == nil)
                #expect(done == [Migrations.all.map(\.number), []])
            }
        }

        @Test func twoThatMigrateAtTheSameTimeDoEachStepOnce() async throws {
            try await SchemaSuite.withDatabase(migrated: false) { _, database in
                let done = try await withThrowingTaskGroup(of: [Int].self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            let connection = try await database.connect()
                            let done = try await connection.perform { try Migrations.apply($0) }
                            await connection.close()
                            return done
                        }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(done == Migrations.all.map(\.number))
            }
        }

        @Test func aNewerSchemaIsRefusedAndSaysWhatToDo() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                _ = try await connection.perform { try $0.execute("INSERT INTO schema_step (number) VALUES (99)") }
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.perform { try Migrations.apply($0) }
                }
                #expect(error?.cause as? SchemaError == .newer(found: 99))
                #expect(SchemaError.newer(found: 99).description.contains("install the program that migrated it"))
                #expect(try await connection.perform { try Migrations.fault($0) } == .newer(found: 99))
            }
        }

        @Test func aStepThatFailsLeavesNothing() async throws {
            try await SchemaSuite.withDatabase(migrated: false) { connection, _ in
                // The step's last view can't be made over this.
                try await connection.perform { try $0.script("CREATE TABLE ticket_now (a integer)") }
                await #expect(throws: PostgresError.self) {
                    try await connection.perform { try Migrations.apply($0) }
                }
                let left = try await connection.perform {
                    try $0.execute("SELECT to_regclass('branch') IS NULL AND to_regclass('schema_step') IS NULL")[0]
                        .bool(0)
                }
                #expect(left)
            }
        }

        @Test(arguments: [
            "INSERT INTO branch_event VALUES (1, 1, 0, 'u', 't', 1, now(), '\\x0000000000000000', '', now())",
            "INSERT INTO branch_event VALUES (1, 1, 1, 'u', 't', 1, now(), '\\x00', '', now())",
            "INSERT INTO branch (name, key_hash, redis_user) VALUES ('', repeat('a', 32)::bytea, 'u')",
            "INSERT INTO branch (name, key_hash, redis_user) VALUES ('x', 'short', 'u')",
            "INSERT INTO shard_lease (shard) VALUES (64)",
            "UPDATE shard_lease SET owner = 'x'",
            "UPDATE ingest_cursor SET seq = -1",
        ])
        func whatMustNotBeIsRefused(sql: String) async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                try await connection.perform { session in
                    let branch = try StoredEvents.branch(session, name: "North")
                    try session.execute("INSERT INTO ingest_cursor (branch_id) VALUES ($1)", [.int(branch)])
                }
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.perform { try $0.execute(sql) }
                }
                #expect(error?.sqlState == .checkViolation)
            }
        }

        @Test func theShardsStandReady() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let row = try await connection.perform {
                    try $0.execute("SELECT count(*), min(shard), max(shard), count(owner) FROM shard_lease")[0]
                }
                #expect(try (0..<4).map { try row.int($0) } == [64, 0, 63, 0])
            }
        }
    }
}
