import QueueTestSupport
import Testing

extension IntegrationSuite {
    @Suite struct PostgresFaultTests {
        @Test func aDatabaseThatStopsAtOnceLosesNothing() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Stopped PostgreSQL")
                for _ in 1...3 {
                    async let served = branch.serveCustomers(40)
                    try await site.postgres.restart(.immediate)
                    _ = try await served
                }
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test func aDatabaseThatWasPutBackGetsEverythingAgain() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Restored PostgreSQL")
                try await branch.serveCustomers(30)
                try await UplinkOracle.expectEqual(branch, in: site)
                let backup = try await site.postgres.takeBackup()
                try await branch.serveCustomers(30)
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
                try await site.postgres.restore(backup)
                try await branch.serveCustomers(10)
                try await UplinkOracle.expectEqual(branch, in: site, within: .seconds(30))
                try await UplinkOracle.expectSafe(branch)
            }
        }
    }
}
