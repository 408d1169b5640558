import PostgresDriver
import Testing

extension PostgresSuite {
    @Suite struct StatementTests {
        @Test func aStatementIsPreparedOnce() async throws {
            let connection = try await PostgresSuite.connect()
            let count = try await connection.perform { session in
                for number in 0..<5 { try session.execute("SELECT $1 + 1", [.int(Int64(number))]) }
                return try session.execute(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1 + 1'")[0].int(0)
            }
            #expect(count == 1)
            await connection.close()
        }

        @Test func thePreparedStatementsEndAtTheirBound() async throws {
            let connection = try await PostgresSuite.connect()
            let (count, kept) = try await connection.perform { session in
                for number in 0..<(PostgresDriverLimits.preparedStatements + 10) {
                    try session.execute("SELECT \(number)")
                    try session.execute("SELECT 'often'")
                }
                let rows = try session.execute(
                    """
                    SELECT count(*), count(*) FILTER (WHERE statement = 'SELECT ''often''')
                    FROM pg_prepared_statements
                    """
                )
                return (try rows[0].int(0), try rows[0].int(1))
            }
            #expect(count == Int64(PostgresDriverLimits.preparedStatements))
            #expect(kept == 1)
            await connection.close()
        }

        @Test func nullAndValueMayTakeTurns() async throws {
            let connection = try await PostgresSuite.connect()
            let values = try await connection.perform { session in
                try session.script("CREATE TEMPORARY TABLE t (v integer)")
                for value: PostgresParameter in [.null, .int(1), .null, .int(2)] {
                    try session.execute("INSERT INTO t VALUES ($1)", [value])
                }
                return try session.execute("SELECT v FROM t ORDER BY v").map { try $0.optionalInt(0) }
            }
            #expect(values == [1, 2, nil, nil])
            await connection.close()
        }

        @Test func aStatementSurvivesAChangeOfItsTable() async throws {
            let connection = try await PostgresSuite.connect()
            let read = "SELECT * FROM t"
            let error = try await connection.perform { session -> PostgresError? in
                try session.script("CREATE TEMPORARY TABLE t (a integer)")
                try session.execute(read)
                try session.script("ALTER TABLE t ADD COLUMN b integer")
                do throws(PostgresError) { try session.execute(read) } catch { return error }
                return nil
            }
            #expect(error?.sqlState == .other("0A000"))
            #expect(try await connection.perform { try $0.execute(read).columnCount } == 2)
            await connection.close()
        }

        @Test func tenThousandRowsGoInByUnnest() async throws {
            let connection = try await PostgresSuite.connect()
            let numbers = Array(Int64(1)...10_000)
            let bodies = numbers.map { Array("{\"seq\":\($0)}".utf8) + [0] }
            let (inserted, wrong) = try await connection.perform { session in
                try session.script("CREATE TEMPORARY TABLE t (seq bigint PRIMARY KEY, body bytea NOT NULL)")
                let inserted = try session.execute(
                    "INSERT INTO t SELECT * FROM unnest($1::bigint[], $2::bytea[])",
                    [.ints(numbers), .byteArrays(bodies)])
                let wrong = try session.execute(
                    "SELECT count(*) FROM t WHERE body <> convert_to('{\"seq\":' || seq || '}', 'UTF8') || '\\x00'")
                return (inserted.affected, try wrong[0].int(0))
            }
            #expect(inserted == 10_000)
            #expect(wrong == 0)
            await connection.close()
        }

        @Test func whatWasDoneIsTold() async throws {
            let connection = try await PostgresSuite.connect()
            let rows = try await connection.perform { session in
                try session.script("CREATE TEMPORARY TABLE t (a integer); INSERT INTO t VALUES (1), (2), (3)")
                return try session.execute("UPDATE t SET a = a + 1 WHERE a > $1 RETURNING a", [.int(1)])
            }
            #expect(rows.affected == 2)
            #expect(rows.command == "UPDATE 2")
            #expect(try rows.map { try $0.int(0) } == [3, 4])
            await connection.close()
        }

        @Test func anAnswerBeyondItsBoundIsRefusedAndTheConnectionGoesOn() async throws {
            let connection = try await PostgresSuite.connect()
            let error = try await PostgresSuite.failure {
                try await connection.perform {
                    _ = try $0.execute(
                        "SELECT n FROM generate_series(1, \(PostgresDriverLimits.rows + 1)) AS n")
                }
            }
            #expect(error.sqlState == .tooLarge)
            #expect(try await connection.perform { try $0.execute("SELECT 1")[0].int(0) } == 1)
            await connection.close()
        }

        @Test func parametersBeyondTheirBoundAreRefusedUnsent() async throws {
            let connection = try await PostgresSuite.connect()
            let error = try await PostgresSuite.failure {
                try await connection.perform {
                    _ = try $0.execute(
                        "SELECT $1", [.bytes([UInt8](repeating: 1, count: PostgresDriverLimits.parameterBytes + 1))])
                }
            }
            #expect(error.sqlState == .tooLarge)
            #expect(!error.isRetryable && !connection.isClosed)
            await connection.close()
        }

        @Test func twoStatementsInOneTextAreRefused() async throws {
            let connection = try await PostgresSuite.connect()
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.execute("SELECT 1; SELECT 2") }
            }
            #expect(error.sqlState == .other("42601"))
            await connection.close()
        }
    }
}
