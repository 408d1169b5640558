import QueueTestSupport
import Testing

extension IntegrationSuite {
    @Suite struct LinkFaultTests {
        @Test func lostRepliesMakeNothingTwice() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Lossy")
                for bytes in [0, 3, 40, 200] {
                    site.proxy.set(.cutAnswers(afterBytes: bytes))
                    site.proxy.cutAll()
                    try await branch.serveCustomers(15)
                }
                site.proxy.set(.pass)
                site.proxy.cutAll()
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test func aDeadLinkIsGivenUpAndFoundAgain() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Partitioned")
                try await branch.serveCustomers(10)
                site.proxy.set(.swallow)
                try await branch.serveCustomers(30)
                let isTold = try await eventually { try await !branch.uplink()["obstacle"].isNull }
                #expect(isTold)
                site.proxy.set(.pass)
                site.proxy.cutAll()
                try await UplinkOracle.expectEqual(branch, in: site)
            }
        }

        @Test func aSlowLinkIsUsedAllTheSame() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Slow")
                site.proxy.set(.delayAnswers(.milliseconds(300)))
                try await branch.serveCustomers(100)
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }
    }
}
