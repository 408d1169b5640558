import PostgresDriver
import QueueTestSupport
import Testing

extension PostgresSuite {
    @Suite struct ErrorTests {
        @Test(arguments: [
            ("SELECT * FROM nowhere", SQLState.undefinedTable),
            ("SELECT nothing FROM pg_class", .undefinedColumn),
            ("SELECT nothing(1)", .undefinedFunction),
            ("INSERT INTO child VALUES (1, 1)", .foreignKeyViolation),
            ("INSERT INTO parent VALUES (0)", .checkViolation),
            ("INSERT INTO parent VALUES (NULL)", .notNullViolation),
            ("INSERT INTO parent VALUES (5), (5)", .uniqueViolation),
            ("SELECT 1 / 0", .other("22012")),
            ("SELECT FROM FROM", .other("42601")),
        ])
        func theServersCodeIsNamed(sql: String, state: SQLState) async throws {
            let connection = try await PostgresSuite.connect()
            try await connection.perform {
                try $0.script(
                    """
                    CREATE TEMPORARY TABLE parent (a integer PRIMARY KEY CHECK (a > 0));
                    CREATE TEMPORARY TABLE child (a integer, b integer REFERENCES parent(a))
                    """)
            }
            let error = try await PostgresSuite.failure { try await connection.perform { _ = try $0.execute(sql) } }
            #expect(error.sqlState == state)
            #expect(!error.isRetryable && !error.isConnectionLoss && !connection.isClosed)
            await connection.close()
        }

        @Test func aStatementThatTakesTooLongIsCancelled() async throws {
            let connection = try await PostgresSuite.connect { $0.statementTimeout = .milliseconds(50) }
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.execute("SELECT pg_sleep(30)") }
            }
            #expect(error.sqlState == .queryCanceled)
            #expect(error.isRetryable && !error.isConnectionLoss)
            #expect(try await connection.perform { try $0.execute("SELECT 1")[0].int(0) } == 1)
            await connection.close()
        }

        @Test func aLockThatIsNotGivenInTimeIsAnError() async throws {
            let holder = try await PostgresSuite.connect()
            let waiter = try await PostgresSuite.connect { $0.lockTimeout = .milliseconds(50) }
            try await holder.perform { _ = try $0.execute("SELECT pg_advisory_lock(771)") }
            let error = try await PostgresSuite.failure {
                try await waiter.perform { _ = try $0.execute("SELECT pg_advisory_lock(771)") }
            }
            #expect(error.sqlState == .lockNotAvailable && error.isRetryable)
            await holder.close()
            await waiter.close()
        }

        @Test func aTransactionThatHangsLosesItsConnection() async throws {
            let connection = try await PostgresSuite.connect { $0.idleInTransactionTimeout = .milliseconds(50) }
            let pid = try await connection.perform { try $0.execute("SELECT pg_backend_pid()")[0].int(0) }
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.script("BEGIN")
                    // The process hangs here, on this connection's own thread, until its backend is gone.
                    #expect(Self.isGoneInTime(pid))
                    try session.execute("SELECT 1")
                }
            }
            #expect(error.isConnectionLoss && connection.isClosed)
        }

        private static func isGoneInTime(_ pid: Int64) -> Bool {
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline {
                if TextFile.read("/proc/\(pid)/status").isEmpty { return true }
            }
            return false
        }

        @Test func twoTransactionsThatCrossAreADeadlock() async throws {
            let first = try await PostgresSuite.connect { $0.lockTimeout = .zero }
            let second = try await PostgresSuite.connect { $0.lockTimeout = .zero }
            let errors = await withTaskGroup(of: PostgresError?.self) { group in
                for (connection, keys) in [(first, [11, 12]), (second, [12, 11])] {
                    group.addTask {
                        do throws(PostgresError) {
                            try await connection.perform { session in
                                try session.transaction {
                                    try session.execute("SELECT pg_advisory_xact_lock($1)", [.int(Int64(keys[0]))])
                                    try session.execute("SELECT pg_sleep(0.3)")
                                    try session.execute("SELECT pg_advisory_xact_lock($1)", [.int(Int64(keys[1]))])
                                }
                            }
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }.compactMap(\.self)
            }
            #expect(errors.map(\.sqlState) == [.deadlock])
            #expect(errors.allSatisfy { $0.isRetryable })
            await first.close()
            await second.close()
        }

        @Test func aWriteThatMayNotBeIsReadOnly() async throws {
            let connection = try await PostgresSuite.connect()
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.transaction {
                        try session.script("SET TRANSACTION READ ONLY")
                        try session.script("CREATE TABLE never (a integer)")
                    }
                }
            }
            #expect(error.sqlState == .readOnly)
            await connection.close()
        }

        @Test func theErrorRepeatsNoData() async throws {
            let connection = try await PostgresSuite.connect()
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.script("CREATE TEMPORARY TABLE t (a text PRIMARY KEY)")
                    for _ in 0..<2 { try session.execute("INSERT INTO t VALUES ($1)", [.text("canary")]) }
                }
            }
            #expect(error.sqlState == .uniqueViolation)
            #expect(!"\(error)".contains("canary"))
            await connection.close()
        }
    }
}
