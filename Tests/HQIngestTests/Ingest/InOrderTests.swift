import HQIngest
import PostgresDriver
import QueueEvents
import QueueTestSupport
import RedisStreams
import Testing

extension IngestSuite {
    @Suite("Frames into tables") struct InOrderTests {
        @Test("Events arrive once and in order, the branch is told, and nothing is left in Redis")
        func inOrder() async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(3)
                for index in branches.indices { branches[index].write(95 + index) }
                try await bench.withIngest { service async throws in
                    for branch in branches { try await branch.send(branch.frames(), bench.redis) }
                    for branch in branches {
                        #expect(try await bench.reaches(branch, branch.head))
                        #expect(try await bench.stored(branch) == branch.expected(1...branch.head))
                        #expect(
                            try await eventually { try await bench.left(branch) == (0, 0) })
                        #expect(try await bench.ack(branch)?.refusal == nil)
                    }
                    #expect(service.status.counts.events == 95 + 96 + 97)
                }
            }
        }

        @Test("What was sent before the first ingest started is taken, from the stream's first entry on")
        func sentBefore() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(30)
                try await branch.send(branch.frames(), bench.redis)
                try await bench.withIngest { _ async throws in #expect(try await bench.reaches(branch, 30)) }
            }
        }

        @Test("A backlog beyond the bound is copied, and comes out as the rest does")
        func backlog() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(2_000)
                try await branch.send(branch.frames(of: 128), bench.redis)
                try await bench.withIngest { _ async throws in
                    #expect(try await bench.reaches(branch, 2_000))
                    #expect(try await bench.stored(branch) == branch.expected(1...2_000))
                }
            }
        }

        @Test(
            "Frames that come again under a new generation are known, also those that bring something new at their end")
        func duplicates() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(25)
                try await bench.withIngest { service async throws in
                    try await branch.send([branch.frame(1...10), branch.frame(11...20)], bench.redis)
                    #expect(try await bench.reaches(branch, 20))
                    branch.gen = 2
                    try await branch.send(
                        [branch.frame(1...10), branch.frame(8...20), branch.frame(15...25)], bench.redis)
                    #expect(try await bench.reaches(branch, 25))
                    #expect(try await bench.stored(branch) == branch.expected(1...25))
                    #expect(service.status.counts.duplicates == 2)
                }
            }
        }

        @Test("A branch that is added is served within seconds, and one that is disabled is not")
        func added() async throws {
            try await IngestBench.run { bench in
                try await bench.withIngest { service async throws in
                    var branch = try await bench.branch()
                    branch.write(10)
                    try await branch.send(branch.frames(), bench.redis)
                    #expect(try await bench.reaches(branch, 10, within: .seconds(20)))
                    try await bench.sql.perform { [branch] session in
                        _ = try session.execute("UPDATE branch SET enabled = false WHERE id = $1", [.int(branch.id)])
                    }
                    #expect(await eventually { service.status.branches == 0 })
                    var other = try await bench.branch()
                    other.write(2)
                    branch.write(10)
                    try await other.send([other.frame(1...1)], bench.redis)
                    #expect(try await bench.reaches(other, 1))
                    try await branch.send([branch.frame(11...20)], bench.redis)
                    try await other.send([other.frame(2...2)], bench.redis)
                    #expect(try await bench.reaches(other, 2))
                    #expect(try await bench.stored(branch).count == 10)
                    try await bench.sql.perform { session in _ = try session.execute("UPDATE branch SET enabled = true")
                    }
                    #expect(try await bench.reaches(branch, 20))
                }
            }
        }

        @Test("A branch that sends heartbeats already is heard at once, however seldom they are read")
        func heardAtOnce() async throws {
            try await IngestBench.run { bench in
                let branch = try await bench.branch()
                try await bench.redis.hset(branch.keys.heartbeat, [("x", "y")])
                try await bench.redis.expire(branch.keys.heartbeat, after: UplinkKeys.heartbeatLife)
                try await bench.withIngest({ $0.heartbeat = .seconds(3_600) }) { _ async throws in
                    let heard = "SELECT count(*) FROM ingest_cursor WHERE heard_at IS NOT NULL"
                    #expect(try await eventually { try await bench.number(heard) == 1 })
                }
            }
        }

        @Test("A branch that begins is not called silent for longer than heartbeats are read apart")
        func heardSoon() async throws {
            try await IngestBench.run { bench in
                let branch = try await bench.branch()
                let short = try bench.options()
                let usual = IngestOptions(redis: short.redis, database: short.database).heartbeat
                #expect(usual <= .seconds(5))
                try await bench.withIngest({ $0.heartbeat = usual }) { _ async throws in
                    #expect(try await eventually { try await bench.ack(branch) != nil })
                    try await bench.redis.hset(branch.keys.heartbeat, [("x", "y")])
                    try await bench.redis.expire(branch.keys.heartbeat, after: UplinkKeys.heartbeatLife)
                    #expect(try await eventually(within: .seconds(15)) { try await bench.silent() == 0 })
                }
            }
        }

        @Test("A branch of which nothing came is told so, and its heartbeat is noted")
        func silent() async throws {
            try await IngestBench.run { bench in
                let branch = try await bench.branch()
                try await bench.withIngest { _ async throws in
                    #expect(try await eventually { try await bench.ack(branch)?.cursor == UplinkPosition.none })
                    let first = try #require(try await bench.ack(branch)).beat
                    #expect(try await eventually { try await bench.ack(branch)?.beat ?? 0 > first })
                    try await bench.redis.hset(branch.keys.heartbeat, [("x", "y")])
                    try await bench.redis.expire(branch.keys.heartbeat, after: .seconds(90))
                    let heard = "SELECT extract(epoch FROM now() - max(heard_at))::bigint FROM ingest_cursor"
                    // NULL, and so an error, until the first heartbeat was noted.
                    #expect(await eventually { ((try? await bench.number(heard)) ?? -1) >= 28 })
                }
            }
        }
    }
}
