import HQIngest
import QueueEvents
import QueueTestSupport
import RedisStreams
import Testing

extension IngestSuite {
    /// What a box with a branch's key, and bad intentions, may put into Redis.
    @Suite("Entries beyond every bound") struct HostileEntryTests {
        /// Entries that Redis itself makes, for none of our commands could carry them.
        private static let scripts = [
            // Longer than a reply may be.
            "redis.call('XADD', KEYS[1], '2-1', 'd', string.rep('x', 33 * 1024 * 1024))",
            "redis.call('XADD', KEYS[1], '2-1', string.rep('x', 33 * 1024 * 1024), 'd')",
            // Two of them, with one between that can be read.
            """
            for _, id in ipairs({'2-1', '2-3'}) do
                redis.call('XADD', KEYS[1], id, 'd', string.rep('x', 33 * 1024 * 1024))
                if id == '2-1' then redis.call('XADD', KEYS[1], '2-2', 'd', 'x') end
            end
            """,
            // Each can be read, and all of them together can't: by their bytes, and by their number of values.
            "for n = 1, 40 do redis.call('XADD', KEYS[1], '2-' .. n, 'd', string.rep('x', 1024 * 1024)) end",
            """
            local fields = {}
            for n = 1, 7000 do fields[n] = 'x' end
            for n = 1, 40 do redis.call('XADD', KEYS[1], '2-' .. n, unpack(fields)) end
            """,
        ]

        @Test("hold up no other branch and their own only until it sends again", arguments: scripts)
        func entry(script: String) async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(2)
                branches[0].write(20)
                branches[1].write(20)
                let (bad, good) = (branches[0], branches[1])
                try await bad.send([bad.frame(1...10)], bench.redis)
                try await bench.eval(script, bad.keys.up)
                let letters = try await bench.redis.xlen(bad.keys.up) - 1
                try await good.send([good.frame(1...10)], bench.redis)
                try await bench.withIngest { service async throws in
                    #expect(try await bench.reaches(good, 10))
                    #expect(try await bench.reaches(bad, 10))
                    try await good.send([good.frame(11...20)], bench.redis)
                    #expect(try await bench.reaches(good, 20))
                    #expect(
                        try await eventually { try await bench.number("SELECT count(*) FROM dead_letter") == letters })
                    #expect(try await bench.number("SELECT max(octet_length(data)) FROM dead_letter") <= 128 << 10)
                    guard case .reject = try await bench.ack(bad)?.refusal else {
                        Issue.record("The branch is not told.")
                        return
                    }
                    var again = bad
                    again.gen = 3
                    try await again.send([again.frame(11...20)], bench.redis)
                    #expect(try await bench.reaches(bad, 20))
                    #expect(try await eventually { try await bench.left(bad) == (0, 0) })
                    #expect(try await bench.stored(bad) == bad.expected(1...20))
                    #expect(await eventually { service.status.isServing && service.status.redisFault == nil })
                }
            }
        }

        @Test("A hash that no reply can hold in the place of a branch's answer is written over")
        func answer() async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(2)
                branches[0].write(10)
                branches[1].write(10)
                let (bad, good) = (branches[0], branches[1])
                for field in ["beat", "x"] {
                    try await bench.eval(
                        "redis.call('HSET', KEYS[1], '\(field)', string.rep('1', 33 * 1024 * 1024))", bad.keys.ack)
                }
                for branch in branches { try await branch.send(branch.frames(), bench.redis) }
                try await bench.withIngest { _ async throws in
                    #expect(try await bench.reaches(good, 10))
                    #expect(try await eventually { try await bench.stored(bad) == bad.expected(1...10) })
                    #expect(
                        try await eventually {
                            try await bench.redis.send(.hget(bad.keys.ack, "seq")) == .bulk(Array("10".utf8))
                        })
                }
            }
        }
    }
}

extension IngestBench {
    /// Has Redis run a script on one key.
    fileprivate func eval(_ script: String, _ key: String) async throws {
        _ = try await redis.send(
            RedisCommand("EVAL", [RedisArgument(script), 1, RedisArgument(key)]), timeout: .seconds(60))
    }
}
