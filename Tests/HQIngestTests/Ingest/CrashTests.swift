import HQIngest
import PostgresDriver
import QueueEvents
import QueueTestSupport
import RedisStreams
import Synchronization
import Testing

extension IngestSuite {
    @Suite("Crashes and losses") struct CrashTests {
        /// Throws at the first passes of one failpoint.
        private final class Crashes: Sendable {
            private let point: IngestFailpoint
            /// Guards how often it still throws.
            private let left: Mutex<Int>

            init(_ point: IngestFailpoint, times: Int) {
                self.point = point
                left = Mutex(times)
            }

            func pass(_ passed: IngestFailpoint) throws {
                guard passed == point else { return }
                let crashes = left.withLock { left in
                    defer { left = max(0, left - 1) }
                    return left > 0
                }
                if crashes { throw IngestBenchFailure.crashed }
            }

            var isOver: Bool { left.withLock { $0 == 0 } }
        }

        @Test("However often it crashes at any step, every event is there once", arguments: IngestFailpoint.allCases)
        func failpoint(point: IngestFailpoint) async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(2)
                branches[0].write(200)
                branches[1].write(100)
                let crashes = Crashes(point, times: 3)
                try await bench.withIngest({ $0.failpoint = crashes.pass }) { _ async throws in
                    for range in stride(from: Int64(1), to: 200, by: 40).map({ $0...($0 + 39) }) {
                        try await branches[0].send([branches[0].frame(range)], bench.redis)
                        #expect(try await bench.reaches(branches[0], range.upperBound))
                    }
                    try await branches[1].send(branches[1].frames(), bench.redis)
                    #expect(try await bench.reaches(branches[1], 100))
                    #expect(crashes.isOver)
                    for branch in branches {
                        #expect(try await bench.stored(branch) == branch.expected(1...branch.head))
                        #expect(try await eventually { try await bench.left(branch) == (0, 0) })
                        #expect(try await bench.ack(branch)?.refusal == nil)
                    }
                }
            }
        }

        @Test("A Redis that lost everything is told how far each branch is, and goes on to take frames")
        func wiped() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(40)
                try await bench.withIngest { _ async throws in
                    try await branch.send([branch.frame(1...20)], bench.redis)
                    #expect(try await bench.reaches(branch, 20))
                    let beat = try #require(try await bench.ack(branch)).beat
                    _ = try await bench.redis.send(RedisCommand("FLUSHALL"))
                    #expect(try await bench.reaches(branch, 20, within: .seconds(5)))
                    #expect(try await bench.ack(branch)?.beat ?? 0 > beat)
                    branch.gen = 2
                    try await branch.send([branch.frame(21...40)], bench.redis)
                    #expect(try await bench.reaches(branch, 40))
                }
            }
        }

        @Test("A lost answer is written again by the refresher, with a higher beat, and so is a refusal")
        func lostAnswer() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(30)
                try await bench.withIngest { _ async throws in
                    try await branch.send([branch.frame(1...10), branch.frame(21...30)], bench.redis)
                    #expect(try await bench.refuses(branch, .gap, gen: 1))
                    let beat = try #require(try await bench.ack(branch)).beat
                    try await bench.redis.del([branch.keys.ack])
                    #expect(try await bench.refuses(branch, .gap, gen: 1))
                    #expect(try await bench.ack(branch)?.beat ?? 0 > beat)
                }
            }
        }

        @Test("Beats rise over a restart on a machine whose clock is behind")
        func beatsRise() async throws {
            try await IngestBench.run { bench in
                let branch = try await bench.branch()
                try await bench.withIngest({ $0.now = { 9_000_000_000_000 } }) { _ async throws in
                    #expect(try await eventually { try await bench.ack(branch)?.beat ?? 0 >= 9_000_000_000_000 })
                }
                let beat = try #require(try await bench.ack(branch)).beat
                try await bench.withIngest({ $0.now = { 1 } }) { _ async throws in
                    #expect(try await eventually { try await bench.ack(branch)?.beat ?? 0 > beat })
                    #expect(try await bench.ack(branch)?.hqTime == 1)
                }
            }
        }

        @Test("Redis killed and back, empty: what is sent again is taken, and the fault is shown while it lasts")
        func redisKilled() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(40)
                try await bench.withIngest { service async throws in
                    try await branch.send([branch.frame(1...20)], bench.redis)
                    #expect(try await bench.reaches(branch, 20))
                    await bench.redisSite.killNow()
                    #expect(await eventually { service.status.redisFault != nil && !service.status.isServing })
                    try await bench.redisSite.restart()
                    let redis = try await bench.reconnected()
                    branch.gen = 2
                    try await branch.send([branch.frame(21...40)], redis)
                    #expect(
                        try await eventually(within: .seconds(20)) {
                            UplinkAck(fields: try await redis.hgetall(branch.keys.ack))?.cursor == branch.position(40)
                        })
                    #expect(service.status.redisFault == nil)
                    await redis.close()
                }
            }
        }

        @Test("PostgreSQL crashed and back: nothing is lost, nothing is twice, and until then nothing is told")
        func postgresCrashed() async throws {
            let postgres = try await PostgresSite()
            try await IngestBench.run(on: postgres) { bench in
                var branch = try await bench.branch()
                branch.write(60)
                try await bench.withIngest { service async throws in
                    try await branch.send([branch.frame(1...20)], bench.redis)
                    #expect(try await bench.reaches(branch, 20))
                    await postgres.stop(.immediate)
                    try await branch.send([branch.frame(21...40)], bench.redis)
                    #expect(await eventually { service.status.databaseFault != nil })
                    #expect(try await bench.ack(branch)?.cursor == branch.position(20))
                    try await postgres.start()
                    try await branch.send([branch.frame(41...60)], bench.redis)
                    #expect(try await bench.reaches(branch, 60))
                    #expect(service.status.databaseFault == nil)
                    let count = try await postgres.psql("SELECT count(*) FROM branch_event", database: bench.database)
                    #expect(count == "60")
                }
            }
            await postgres.remove()
        }

        @Test("What PostgreSQL refuses of one branch holds up no other, and is taken once the cause is gone")
        func unstorable() async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(2)
                branches[0].write(10)
                branches[1].write(20)
                let (stuck, other) = (branches[0], branches[1])
                // A row that no ingest has written stands where the branch's fifth event belongs.
                try await bench.sql.perform { session in
                    _ = try session.execute(
                        """
                        INSERT INTO branch_event (branch_id, epoch, seq, uid, type, tv, at, chain, body)
                        VALUES ($1, 1, 5, 'x', 'x', 1, now(), decode('0000000000000000', 'hex'), 'x')
                        """, [.int(stuck.id)])
                }
                for branch in branches { try await branch.send(branch.frames(), bench.redis) }
                try await bench.withIngest { service async throws in
                    #expect(try await bench.reaches(other, 20))
                    #expect(await eventually { service.status.counts.unstorable > 0 })
                    #expect(try await bench.ack(stuck)?.cursor == UplinkPosition.none)
                    #expect(try await bench.left(stuck) == (1, 1))
                }
                try await bench.sql.perform { session in
                    _ = try session.execute("DELETE FROM branch_event WHERE uid = 'x'")
                }
                try await bench.withIngest { _ async throws in
                    #expect(try await bench.reaches(stuck, 10))
                    #expect(try await bench.stored(stuck) == stuck.expected(1...10))
                }
            }
        }

        @Test("The documented role is enough for everything that an ingest does")
        func leastPrivilege() async throws {
            try await IngestBench.run { bench in
                try await bench.postgres.psql(
                    DatabaseRoles.sql + "CREATE ROLE hq_1 LOGIN PASSWORD 'x' IN ROLE turn_ingest;",
                    database: bench.database)
                let options = PostgresOptions(
                    bench.postgres.url(user: "hq_1", password: "x", database: bench.database))
                var branch = try await bench.branch()
                branch.write(700)
                try await bench.redis.hset(branch.keys.heartbeat, [("x", "y")])
                try await bench.redis.expire(branch.keys.heartbeat, after: .seconds(90))
                _ = try await bench.redis.xadd(
                    branch.keys.up, id: "0-1", fields: [StreamField(name: "x", bytes: [])], makesStream: true)
                try await branch.send(branch.frames(of: 128), bench.redis)
                try await bench.withIngest({ $0.database = options }) { _ async throws in
                    #expect(try await bench.reaches(branch, 700))
                    let heard = "SELECT count(*) FROM ingest_cursor WHERE heard_at IS NOT NULL AND dead_letters = 1"
                    #expect(try await eventually { try await bench.number(heard) == 1 })
                }
                #expect(try await bench.number("SELECT count(*) FROM shard_lease WHERE owner IS NOT NULL") == 0)
            }
        }

        @Test("Redis without memory refuses answers and loses none: they are written once there is room again")
        func outOfMemory() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(20)
                try await bench.withIngest { _ async throws in
                    try await branch.send([branch.frame(1...10)], bench.redis)
                    #expect(try await bench.reaches(branch, 10))
                    try await branch.send([branch.frame(11...20)], bench.redis)
                    _ = try await bench.redis.send(RedisCommand("CONFIG", ["SET", "maxmemory", "1"]))
                    #expect(await eventually { ((try? await bench.stored(branch).count) ?? 0) == 20 })
                    _ = try await bench.redis.send(RedisCommand("CONFIG", ["SET", "maxmemory", "0"]))
                    #expect(try await bench.reaches(branch, 20))
                }
            }
        }
    }
}

extension IngestBench {
    /// A new connection, after the server was restarted.
    func reconnected() async throws -> RedisConnection {
        try await RedisConnection.connect(to: try RedisAddress(url: redisSite.url()), logger: Self.logger)
    }
}
