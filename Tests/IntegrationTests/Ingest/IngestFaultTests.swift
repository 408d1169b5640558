import QueueTestSupport
import Testing

extension IntegrationSuite {
    @Suite struct IngestFaultTests {
        @Test(arguments: Failpoints.all)
        func anIngestThatDiesAtThisPlaceIsReplaced(failpoint: String) async throws {
            try await withSite { site in
                let dying = try site.ingest(failpoint: failpoint)
                let branch = try await site.addBranch("Dying ingest")
                try await branch.serveCustomers(40)
                let status = await dying.waitForEnd(within: .seconds(60))
                #expect(status == .signalled(9), "\(dying.output())")
                try site.ingest()
                try await branch.serveCustomers(10)
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test func twoIngestsShareTheWorkAndOneTakesOver() async throws {
            try await withSite { site in
                let first = try site.ingest()
                try site.ingest()
                let one = try await site.addBranch("First")
                let two = try await site.addBranch("Second")
                let isShared = try await eventually {
                    try await site.postgres.psql(
                        "SELECT count(DISTINCT owner) FROM shard_lease WHERE until > now()") == "2"
                }
                #expect(isShared)
                async let busy = one.serveCustomers(60)
                async let other = two.serveCustomers(60)
                await first.killNow()
                _ = try await (busy, other)
                try await UplinkOracle.expectEqual(one, in: site)
                try await UplinkOracle.expectEqual(two, in: site)
            }
        }
    }

    enum Failpoints {
        static let all = ["before_commit", "after_commit", "after_answer", "after_acknowledge"]
    }
}
