import Foundation
import QueueTestSupport
import Testing

extension IntegrationSuite {
    @Suite struct HappyWayTests {
        @Test func everyEventOfTwoBranchesIsThereOnceAndInOrder() async throws {
            try await withSite { site in
                try site.ingest()
                let one = try await site.addBranch("High Street")
                let two = try await site.addBranch("Station")
                async let first = one.serveCustomers(60)
                async let second = two.serveCustomers(60)
                _ = try await (first, second)
                for branch in [one, two] {
                    try await UplinkOracle.expectEqual(branch, in: site)
                    try await UplinkOracle.expectSafe(branch)
                    let uplink = try await branch.uplink()
                    #expect(uplink["pending"] == 0 && uplink["relayed"] == 0 && uplink["obstacle"].isNull)
                }
                let tickets = try await site.postgres.psql(
                    "SELECT branch_name, count(*), min(state), max(state) FROM ticket_now GROUP BY 1 ORDER BY 1")
                #expect(
                    tickets.split(separator: "\n") == [
                        "High Street|60|completed|completed", "Station|60|completed|completed",
                    ])
                let status = try JSON(parsing: try await site.hq(["status", "--json"]).utf8)
                #expect(status["branches"].elements.count == 2, "\(status)")
            }
        }

        @Test func aBranchThatIsEnrolledLaterSendsItsWholeHistory() async throws {
            try await withSite { site in
                let branch = try await site.addBranch("Late")
                try await branch.serveCustomers(400)
                try site.ingest()
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test func withoutHeadOfficeTheBranchWorksTheSame() async throws {
            try await withSite { site in
                let branch = try await site.addBranch("Alone")
                site.proxy.set(.refuse)
                site.proxy.cutAll()
                try await branch.serveCustomers(50)
                let isTold = try await eventually {
                    let uplink = try await branch.uplink()
                    return uplink["connected"] == false && !uplink["obstacle"].isNull && uplink["pending"].int ?? 0 > 0
                }
                #expect(isTold)
                let exit = await branch.server.terminate()
                #expect(exit == .exited(code: 0))
            }
        }
    }
}
