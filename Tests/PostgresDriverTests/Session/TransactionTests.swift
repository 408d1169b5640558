import PostgresDriver
import Testing

extension PostgresSuite {
    @Suite struct TransactionTests {
        private struct Refusal: Error, Equatable {}

        private func prepared() async throws -> PostgresConnection {
            let connection = try await PostgresSuite.connect()
            try await connection.perform { try $0.script("CREATE TEMPORARY TABLE t (a integer PRIMARY KEY)") }
            return connection
        }

        private func count(_ connection: PostgresConnection) async throws -> Int64 {
            try await connection.perform { try $0.execute("SELECT count(*) FROM t")[0].int(0) }
        }

        @Test func whatReturnsIsCommitted() async throws {
            let connection = try await prepared()
            let value = try await connection.perform { session in
                try session.transaction {
                    try session.execute("INSERT INTO t VALUES (1)")
                    return 7
                }
            }
            #expect(value == 7)
            #expect(try await count(connection) == 1)
            await connection.close()
        }

        @Test func whatThrowsIsRolledBackAndTheCauseIsKept() async throws {
            let connection = try await prepared()
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.transaction {
                        try session.execute("INSERT INTO t VALUES (1)")
                        throw Refusal()
                    }
                }
            }
            #expect(error.sqlState == .work)
            #expect(error.cause as? Refusal == Refusal())
            #expect(try await count(connection) == 0)
            await connection.close()
        }

        @Test func anErrorOfTheServerRollsBack() async throws {
            let connection = try await prepared()
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.transaction {
                        try session.execute("INSERT INTO t VALUES (1)")
                        try session.execute("INSERT INTO t VALUES (1)")
                    }
                }
            }
            #expect(error.sqlState == .uniqueViolation)
            #expect(error.operation == "INSERT INTO t VALUES (1)")
            #expect(!error.isConnectionLoss && !error.isRetryable)
            #expect(try await count(connection) == 0)
            await connection.close()
        }

        @Test func aSwallowedErrorCommitsNothingAndSaysSo() async throws {
            let connection = try await prepared()
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.transaction {
                        try session.execute("INSERT INTO t VALUES (1)")
                        do throws(PostgresError) {
                            try session.execute("SELECT nothing")
                        } catch {
                            #expect(error.sqlState == .undefinedColumn)
                        }
                    }
                }
            }
            #expect(error.sqlState == .failedTransaction)
            #expect(try await count(connection) == 0)
            await connection.close()
        }

        @Test func aTransactionThatIsLeftOpenIsRolledBack() async throws {
            let connection = try await prepared()
            let error = try await PostgresSuite.failure {
                try await connection.perform { session in
                    try session.script("BEGIN")
                    try session.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error.sqlState == .failedTransaction)
            #expect(try await count(connection) == 0)
            await connection.close()
        }
    }
}
