import PostgresDriver
import QueueTestSupport
import Testing

extension PostgresSuite {
    @Suite struct ConnectingTests {
        private func failure(_ options: PostgresOptions) async throws -> PostgresError {
            try await PostgresSuite.failure { _ = try await PostgresConnection.connect(options) }
        }

        @Test func aWrongPasswordIsRefusedByName() async throws {
            let site = try #require(PostgresSuite.site)
            let error = try await failure(PostgresOptions(site.url(password: "wrong-canary")))
            #expect(error.sqlState == .authentication)
            #expect(error.message.hasPrefix("password authentication failed for user"))
            #expect(!"\(error)".contains("wrong-canary") && !error.isRetryable && !error.isConnectionLoss)
        }

        @Test func anUnknownDatabaseIsRefusedByName() async throws {
            let error = try await failure(PostgresOptions(try #require(PostgresSuite.site).url(database: "nowhere")))
            #expect(error.sqlState == .unknownDatabase)
        }

        @Test func aPortWhereNobodyListensIsAConnectionError() async throws {
            let error = try await failure(PostgresOptions("host=127.0.0.1 port=\(try FreePort.find())"))
            #expect(error.sqlState == .connection && error.isRetryable && error.isConnectionLoss)
            #expect(error.operation == "connect" && error.message.contains("Connection refused"))
        }

        @Test func aServerThatSaysNothingIsGivenUp() async throws {
            let listener = try SilentListener()
            defer { listener.end() }
            var options = PostgresOptions("host=127.0.0.1 port=\(listener.port) user=x")
            options.connectTimeout = .milliseconds(100)
            let error = try await failure(options)
            #expect(error.sqlState == .connection && error.message == "no answer from the server in time")
        }

        @Test(arguments: [
            "postgresql://u:canary@[h", "host", "port='", "postgresql://u:canary@h/d?nonsense=1", "a\u{0}",
        ])
        func aTextThatIsNoConnectionStringIsRefusedAndNotRepeated(text: String) async throws {
            let error = try await failure(PostgresOptions(text))
            #expect(error.sqlState == .invalidOptions)
            #expect(!"\(error)\(PostgresOptions(text))".contains("canary"))
        }

        @Test func optionsShowNoPassword() {
            let options = PostgresOptions("postgresql://clerk:canary@db.example:5433/turn?sslmode=require")
            #expect("\(options)" == "host=db.example port=5433 dbname=turn user=clerk")
            var dumped = ""
            dump(options, to: &dumped)
            #expect(!dumped.contains("canary") && !String(reflecting: options).contains("canary"))
        }

        @Test func theSessionHasItsTimeoutsAndItsName() async throws {
            let connection = try await PostgresSuite.connect {
                $0.statementTimeout = .seconds(7)
                $0.lockTimeout = .milliseconds(1_500)
                $0.applicationName = "turn-test"
            }
            let row = try await connection.perform {
                try $0.execute(
                    """
                    SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
                        current_setting('application_name'), current_setting('idle_in_transaction_session_timeout')
                    """)[0]
            }
            #expect(try (0..<4).map { try row.text($0) } == ["7s", "1500ms", "turn-test", "10s"])
            await connection.close()
        }

        @Test func workIsDoneInTheOrderOfTheCallsAndBeforeTheEnd() async throws {
            let connection = try await PostgresSuite.connect()
            try await connection.perform { try $0.script("CREATE TEMPORARY SEQUENCE s") }
            async let first = connection.perform { try $0.execute("SELECT pg_sleep(0.05), nextval('s')")[0].int(1) }
            #expect(try await first == 1)
            await connection.close()
            #expect(connection.isClosed)
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.execute("SELECT 1") }
            }
            #expect(error.sqlState == .closed && error.isConnectionLoss)
            await connection.close()
        }

        @Test func workBeyondTheBoundIsRefused() async throws {
            let connection = try await PostgresSuite.connect()
            let states = await withTaskGroup(of: SQLState?.self) { group in
                for _ in 0..<(PostgresDriverLimits.waitingWork + 20) {
                    group.addTask {
                        do throws(PostgresError) {
                            try await connection.perform { _ = try $0.execute("SELECT pg_sleep(0.01)") }
                            return nil
                        } catch {
                            return error.sqlState
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(states.contains(.overloaded))
            #expect(states.count { $0 == nil } >= PostgresDriverLimits.waitingWork)
            await connection.close()
        }

        @Test func aConnectionThatIsForgottenEnds() async throws {
            let watcher = try await PostgresSuite.connect()
            var forgotten: PostgresConnection? = try await PostgresSuite.connect { $0.applicationName = "forgotten" }
            _ = try await forgotten?.perform { try $0.execute("SELECT 1") }
            forgotten = nil
            let isGone = try await eventually {
                try await watcher.perform {
                    try $0.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'forgotten'")[0]
                        .int(0)
                } == 0
            }
            #expect(isGone)
            await watcher.close()
        }
    }
}
