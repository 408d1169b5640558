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

        @Test func aDatabaseThatWasPutBackBehindWhatABranchKeepsBeginsAtTheOldestKeptEvent() async throws {
            try await withSite { site in
                let branch = try await site.addBranch("Pruned branch")
                let backup = try await site.postgres.takeBackup()
                try site.ingest()
                try await branch.serveCustomers(40)
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
                let newest = try UplinkOracle.branchRows(branch).last
                let pruned = try #require(newest).seq / 2
                _ = await branch.server.terminate()
                try await branch.age(through: pruned, days: 15)
                try await branch.restart()
                let isPruned = try await eventually(within: .seconds(60)) {
                    try UplinkOracle.branchRows(branch).first?.seq == pruned + 1
                }
                #expect(isPruned)
                try await site.postgres.restore(backup)
                try await branch.serveCustomers(10)
                try await UplinkOracle.expectEqual(branch, in: site, within: .seconds(30))
                try await UplinkOracle.expectSafe(branch)
                let held = try await site.postgres.psql(
                    "SELECT min(seq), count(DISTINCT epoch) FROM branch_event WHERE branch_id = \(branch.number)")
                #expect(held == "\(pruned + 1)|1")
                let status = try JSON(parsing: try await site.hq(["status", "--json"]).utf8)
                #expect(status["branches"][0]["history_from"] == .integer(pruned + 1), "\(status)")
                // A branch that begins again goes on after it, and asks for nothing that isn't there.
                await branch.server.killNow()
                try await branch.restart()
                try await branch.serveCustomers(10)
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }
    }
}
