import QueueTestSupport
import Testing

extension IntegrationSuite {
    @Suite struct RedisFaultTests {
        /// Without an append-only file a kill forgets everything that was acknowledged.
        @Test func aRedisThatDiesAgainAndAgainLosesNothingForUs() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Killed Redis")
                for _ in 1...4 {
                    async let served = branch.serveCustomers(40)
                    await site.redis.killNow()
                    try await site.redis.restart()
                    try await site.admit()
                    _ = try await served
                }
                try await UplinkOracle.expectEqual(branch, in: site)
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test(arguments: ["FLUSHALL", "XTRIM", "DEL"])
        func whatIsTakenOutOfRedisIsSentAgain(how: String) async throws {
            try await withSite { site in
                let branch = try await site.addBranch("Emptied Redis")
                try await branch.serveCustomers(30)
                let isRelayed = try await eventually { try await branch.uplink()["relayed"].int ?? 0 >= 90 }
                #expect(isRelayed)
                switch how {
                case "FLUSHALL": try await site.redisCommand(["FLUSHALL"])
                case "XTRIM": try await site.redisCommand(["XTRIM", site.stream(of: branch), "MAXLEN", "0"])
                default: try await site.redisCommand(["DEL", site.stream(of: branch)])
                }
                try site.ingest()
                try await branch.serveCustomers(10)
                try await UplinkOracle.expectEqual(branch, in: site, within: .seconds(30))
                try await UplinkOracle.expectSafe(branch)
            }
        }

        @Test func aFullRedisIsSaidAndGoesOnWhenThereIsRoom() async throws {
            try await withSite { site in
                let branch = try await site.addBranch("Full Redis")
                try await site.redisCommand(["CONFIG", "SET", "maxmemory", "1"])
                try await branch.serveCustomers(30)
                let isTold = try await eventually {
                    try await branch.uplink()["obstacle"].text?.contains("room") ?? false
                }
                #expect(isTold)
                try await site.redisCommand(["CONFIG", "SET", "maxmemory", "0"])
                try site.ingest()
                try await UplinkOracle.expectEqual(branch, in: site)
            }
        }

        @Test func whileRedisHangsTheBranchIsAsQuickAsEver() async throws {
            try await withSite { site in
                try site.ingest()
                let branch = try await site.addBranch("Hanging Redis")
                try await branch.serveCustomers(5)
                site.redis.pause()
                let began = ContinuousClock.now
                try await branch.serveCustomers(50)
                #expect(began.duration(to: .now) < .seconds(20))
                site.redis.resume()
                try await UplinkOracle.expectEqual(branch, in: site)
            }
        }
    }
}
