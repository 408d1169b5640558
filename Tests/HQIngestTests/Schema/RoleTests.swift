import HQIngest
import PostgresDriver
import QueueTestSupport
import Testing

extension SchemaSuite {
    @Suite(.serialized) struct RoleTests {
        /// What each role may do, and what it must not.
        static let rights: [(role: String, sql: String, mayDo: Bool)] = [
            ("turn_ingest", "SELECT id, name FROM branch", true),
            ("turn_ingest", "SELECT key_hash FROM branch", false),
            ("turn_ingest", "INSERT INTO branch (name, key_hash, redis_user) VALUES ('x', '', 'x')", false),
            (
                "turn_ingest",
                "INSERT INTO branch_event VALUES (1, 1, 1, 'u', 't', 1, now(), '\\x0000000000000000', '', now())", true
            ),
            ("turn_ingest", "UPDATE branch_event SET body = ''", false),
            ("turn_ingest", "DELETE FROM branch_event", false),
            ("turn_ingest", "SELECT shard FROM shard_lease FOR SHARE", true),
            ("turn_ingest", "DELETE FROM shard_lease", false),
            ("turn_ingest", "SELECT branch_id FROM ingest_cursor FOR UPDATE", true),
            (
                "turn_ingest",
                "INSERT INTO dead_letter (branch_id, entry_id, reason, header, data) VALUES (1, 'a', 'b', '', '')", true
            ),
            ("turn_ingest", "SELECT (pg_control_system()).system_identifier", true),
            ("turn_ingest", "SELECT pg_walfile_name(pg_current_wal_insert_lsn())", true),
            ("turn_ingest", "CREATE TABLE own (a integer)", false),
            ("turn_ingest", "INSERT INTO schema_step VALUES (2)", false),
            ("turn_reader", "SELECT * FROM ticket_now", true),
            ("turn_reader", "SELECT count(*) FROM branch_event_live", true),
            ("turn_reader", "SELECT key_hash FROM branch", false),
            ("turn_reader", "SELECT * FROM dead_letter", false),
            ("turn_reader", "INSERT INTO ingest_cursor (branch_id) VALUES (1)", false),
            ("turn_reader", "CREATE TABLE own (a integer)", false),
        ]

        @Test func everyRoleMayDoItsOwnAndNoMore() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                try await connection.perform { session in
                    try session.script(DatabaseRoles.sql)
                    try session.script(DatabaseRoles.sql)
                    for (role, sql, mayDo) in Self.rights {
                        try session.script("SET ROLE \(role)")
                        do throws(PostgresError) {
                            try session.execute(sql)
                            #expect(mayDo, "\(role): \(sql)")
                        } catch {
                            #expect(!mayDo && error.sqlState == .insufficientPrivilege, "\(role): \(sql): \(error)")
                        }
                        try session.script("RESET ROLE")
                    }
                }
            }
        }

        @Test func theIngestsRoleCanReadTheStatus() async throws {
            try await SchemaSuite.withDatabase { connection, _ in
                let count = try await connection.perform { session in
                    try session.script(DatabaseRoles.sql)
                    _ = try StoredEvents.branch(session, name: "North")
                    try session.script("SET ROLE turn_ingest")
                    return try HQStatus.read(session).branches.count
                }
                #expect(count == 1)
            }
        }
    }
}
