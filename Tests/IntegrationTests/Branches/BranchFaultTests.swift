import Foundation
import QueueTestSupport
import Testing

extension IntegrationSuite {
    @Suite struct BranchFaultTests {
        @Test func aBranchThatDiesAgainAndAgainSendsEverythingOnce() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Dying branch")
                for _ in 1...5 {
                    try await branch.serveCustomers(20)
                    await branch.server.killNow()
                    try await branch.restart()
                }
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test func aBranchThatWasPutBackBeginsANewEpoch() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Restored branch")
                try await branch.serveCustomers(20)
                _ = await branch.server.terminate()
                let copy = try branch.copyData(to: "copy")
                try await branch.restart()
                try await branch.serveCustomers(20)
                try await UplinkOracle.expectEqual(branch, in: site)
                await branch.server.killNow()
                try FileManager.default.removeItem(atPath: branch.site.dataFolder)
                try FileManager.default.moveItem(atPath: copy, toPath: branch.site.dataFolder)
                try await branch.restart()
                try await branch.serveCustomers(30)
                try await UplinkOracle.expectEqual(branch, in: site, within: .seconds(30))
                try await UplinkOracle.expectSafe(branch)
                let epochs = try await site.postgres.psql(
                    "SELECT count(DISTINCT epoch) FROM branch_event WHERE branch_id = \(branch.number)")
                #expect(epochs == "2")
                let orphaned = try await site.postgres.psql(
                    """
                    SELECT (SELECT count(*) FROM branch_event WHERE branch_id = \(branch.number))
                        - (SELECT count(*) FROM branch_event_live WHERE branch_id = \(branch.number))
                    """)
                #expect(Int(orphaned) ?? 0 > 0, "the lost tail is kept")
            }
        }

        @Test func twoBoxesWithOneIdentityAreSaidAndTheOneThatStaysIsWhole() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Cloned branch")
                try await branch.serveCustomers(20)
                _ = await branch.server.terminate()
                let copy = try branch.copyData(to: "clone")
                try await branch.restart()
                let clone = try await EnrolledBranch.start(copy: copy, of: branch)
                site.adopt(clone)
                async let mine = branch.serveCustomers(40)
                async let theirs = clone.serveCustomers(40)
                _ = try await (mine, theirs)
                let isTold = try await eventually(within: .seconds(60)) {
                    let here = try await branch.uplink()["obstacle"].text
                    let there = try await clone.uplink()["obstacle"].text
                    return here != nil || there != nil
                }
                #expect(isTold)
                await clone.server.killNow()
                try await branch.serveCustomers(10)
                try await UplinkOracle.expectEqual(branch, in: site, within: .seconds(90))
                try await UplinkOracle.expectSafe(branch)
            }
        }
    }
}
