import PostgresDriver
import QueueTestSupport
import Testing

extension PostgresSuite {
    /// Each test has a server of its own, which it harms.
    @Suite struct LossTests {
        private func withSite(
            isTLS: Bool = false, _ body: (PostgresSite) async throws -> Void
        ) async throws {
            let site = try await PostgresSite(isTLS: isTLS)
            do {
                try await body(site)
            } catch {
                await site.remove()
                throw error
            }
            await site.remove()
        }

        @Test(arguments: [PostgresSite.End.immediate, .kill, .fast])
        func aServerThatEndsInTheMiddleIsALoss(end: PostgresSite.End) async throws {
            try await withSite { site in
                let connection = try await PostgresConnection.connect(PostgresOptions(site.url()))
                try await connection.perform { try $0.script("CREATE TABLE t (a integer)") }
                async let lost = PostgresSuite.failure {
                    try await connection.perform { session in
                        try session.transaction {
                            try session.execute("INSERT INTO t VALUES (1)")
                            try session.execute("SELECT pg_sleep(60)")
                        }
                    }
                }
                let isAsleep = try await eventually {
                    try await site.psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'")
                        == "2"
                }
                #expect(isAsleep)
                await site.stop(end)
                let error = try await lost
                #expect(error.isConnectionLoss && error.isRetryable && !error.isCommitUnknown)
                #expect(connection.isClosed)
                let after = try await PostgresSuite.failure {
                    try await connection.perform { _ = try $0.execute("SELECT 1") }
                }
                #expect(after.sqlState == .closed)
                try await site.start()
                let next = try await PostgresConnection.connect(PostgresOptions(site.url()))
                #expect(try await next.perform { try $0.execute("SELECT count(*) FROM t")[0].int(0) } == 0)
                await next.close()
            }
        }

        @Test func aBackendThatIsEndedByAnAdministratorIsALoss() async throws {
            let connection = try await PostgresSuite.connect()
            let other = try await PostgresSuite.connect()
            let pid = try await connection.perform { try $0.execute("SELECT pg_backend_pid()")[0].int(0) }
            try await other.perform { _ = try $0.execute("SELECT pg_terminate_backend($1::integer)", [.int(pid)]) }
            let error = try await PostgresSuite.failure {
                try await connection.perform { _ = try $0.execute("SELECT pg_sleep(5)") }
            }
            #expect([.adminShutdown, .connection].contains(error.sqlState))
            #expect(error.isConnectionLoss && connection.isClosed)
            await other.close()
        }

        @Test func aServerThatFallsSilentIsGivenUp() async throws {
            try await withSite { site in
                let proxy = try await FaultProxy.start(target: site.port)
                var options = PostgresOptions(
                    "postgresql://postgres:\(PostgresSite.password)@127.0.0.1:\(proxy.port)/postgres")
                options.statementTimeout = .milliseconds(100)
                let connection = try await PostgresConnection.connect(options)
                proxy.set(.swallow)
                let error = try await PostgresSuite.failure {
                    try await connection.perform { _ = try $0.execute("SELECT 1") }
                }
                #expect(error.sqlState == .connection && error.message == "no answer from the server in time")
                #expect(connection.isClosed)
                await proxy.stop()
            }
        }

        @Test func aRestoredServerIsOnANewTimeline() async throws {
            try await withSite { site in
                try await site.psql("CREATE TABLE t (a integer); INSERT INTO t VALUES (1)")
                let backup = try await site.takeBackup()
                try await site.psql("INSERT INTO t VALUES (2)")
                try await site.restore(backup)
                #expect(try await site.psql("SELECT count(*) FROM t") == "1")
                #expect(try await site.psql("SELECT timeline_id FROM pg_control_checkpoint()") == "2")
            }
        }

        @Test func aVerifiedConnectionNeedsTheAuthority() async throws {
            try await withSite(isTLS: true) { site in
                let authority = try #require(site.authorityFile)
                let full = "sslmode=verify-full&sslrootcert="
                let connection = try await PostgresConnection.connect(
                    PostgresOptions(site.url(query: full + authority)))
                let isTLS = try await connection.perform {
                    try $0.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0].bool(0)
                }
                #expect(isTLS)
                await connection.close()
                let error = try await PostgresSuite.failure {
                    _ = try await PostgresConnection.connect(
                        PostgresOptions(site.url(query: full + "/etc/ssl/certs/ca-certificates.crt")))
                }
                #expect(error.sqlState == .connection && error.message.contains("certificate verify failed"))
            }
        }

        @Test func whereTLSIsAskedForAPlainServerIsRefused() async throws {
            let site = try #require(PostgresSuite.site)
            let error = try await PostgresSuite.failure {
                _ = try await PostgresConnection.connect(PostgresOptions(site.url(query: "sslmode=require")))
            }
            #expect(error.sqlState == .connection && error.message.contains("SSL"))
        }
    }
}
