import PostgresDriver
import Testing

extension PostgresSuite {
    @Suite struct CopyTests {
        private static let copy = "COPY t (seq, tv, type, at, body) FROM STDIN (FORMAT binary)"
        private static let table = """
            CREATE TEMPORARY TABLE t (seq bigint PRIMARY KEY, tv smallint NOT NULL, type text, at timestamptz,
                body bytea NOT NULL)
            """

        private func row(_ seq: Int64) -> [PostgresParameter] {
            [.int(seq), .smallint(1), seq % 2 == 0 ? .null : .text("odd"), .time(seq * 1_000), .bytes([0, 255])]
        }

        @Test(arguments: [0, 1, 36_000]) func rowsAreCopiedIn(count: Int64) async throws {
            let connection = try await PostgresSuite.connect()
            let rows = (0..<count).map { row($0) }
            let (copied, counted, even) = try await connection.perform { session in
                try session.script(Self.table)
                let copied = try session.copyIn(Self.copy, rows: rows)
                let found = try session.execute(
                    """
                    SELECT count(*), count(*) FILTER (WHERE type IS NULL) FROM t
                    WHERE body = '\\x00ff' AND at = to_timestamp(seq) AND tv = 1
                    """)
                return (copied, try found[0].int(0), try found[0].int(1))
            }
            #expect(copied == count && counted == count && even == (count + 1) / 2)
            await connection.close()
        }

        @Test func aLongRowIsCopiedWhole() async throws {
            let connection = try await PostgresSuite.connect()
            let long = [UInt8](repeating: 7, count: 20 << 20)
            let length = try await connection.perform { session in
                try session.script(Self.table)
                try session.copyIn(Self.copy, rows: [[.int(1), .smallint(1), .null, .null, .bytes(long)]])
                return try session.execute("SELECT octet_length(body) FROM t")[0].int(0)
            }
            #expect(length == Int64(long.count))
            await connection.close()
        }

        @Test func aRowThatIsThereAlreadyUndoesTheCopy() async throws {
            let connection = try await PostgresSuite.connect()
            let rows = [row(1), row(2), row(1)]
            try await connection.perform { try $0.script(Self.table) }
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.copyIn(Self.copy, rows: rows) }
            }
            #expect(error.sqlState == .uniqueViolation)
            #expect(error.constraint == "t_pkey")
            #expect(try await connection.perform { try $0.execute("SELECT count(*) FROM t")[0].int(0) } == 0)
            await connection.close()
        }

        @Test func aRowBeyondItsBoundUndoesTheCopyAndTheConnectionGoesOn() async throws {
            let connection = try await PostgresSuite.connect()
            let long = [UInt8](repeating: 1, count: PostgresDriverLimits.parameterBytes)
            let rows = [row(1), [.int(2), .smallint(1), .null, .null, .bytes(long)]]
            try await connection.perform { try $0.script(Self.table) }
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.copyIn(Self.copy, rows: rows) }
            }
            #expect(error.sqlState == .tooLarge)
            #expect(try await connection.perform { try $0.execute("SELECT count(*) FROM t")[0].int(0) } == 0)
            await connection.close()
        }

        @Test(arguments: [
            ("COPY nowhere FROM STDIN (FORMAT binary)", SQLState.undefinedTable), ("SELECT 1", .other("libpq")),
        ])
        func whatCopiesNothingInIsAnError(sql: String, state: SQLState) async throws {
            let connection = try await PostgresSuite.connect()
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.copyIn(sql, rows: []) }
            }
            #expect(error.sqlState == state)
            #expect(try await connection.perform { try $0.execute("SELECT 1")[0].int(0) } == 1)
            await connection.close()
        }

        @Test func aCopyThroughExecuteEndsTheConnectionInsteadOfHanging() async throws {
            let connection = try await PostgresSuite.connect()
            try await connection.perform { try $0.script(Self.table) }
            let error = try await PostgresSuite.failure {
                try await connection.perform { try $0.script("COPY t FROM STDIN") }
            }
            #expect(error.isConnectionLoss && connection.isClosed)
            await connection.close()
        }
    }
}
