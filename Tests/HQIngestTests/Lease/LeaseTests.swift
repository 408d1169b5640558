import HQIngest
import PostgresDriver
import QueueEvents
import QueueTestSupport
import RedisStreams
import Testing

extension IngestSuite {
    @Suite("Leases of shards") struct LeaseTests {
        private static func isShared(_ services: [IngestService], _ shares: [Int]) -> Bool {
            let held = services.map(\.status.shards)
            return held.map(\.count).sorted() == shares && Set(held.joined()).count == UplinkLimits.shards
        }

        @Test("Two ingests share the shards, and every branch's events are there once")
        func shared() async throws {
            try await IngestBench.run { bench in
                var branches = try await bench.branches(8)
                for index in branches.indices { branches[index].write(60) }
                try await bench.withIngest { first async throws in
                    #expect(await eventually { first.status.shards.count == UplinkLimits.shards })
                    for branch in branches { try await branch.send([branch.frame(1...20)], bench.redis) }
                    try await bench.withIngest { second async throws in
                        for branch in branches { try await branch.send([branch.frame(21...40)], bench.redis) }
                        #expect(await eventually { Self.isShared([first, second], [32, 32]) })
                        for branch in branches { try await branch.send([branch.frame(41...60)], bench.redis) }
                        for branch in branches { #expect(try await bench.reaches(branch, 60)) }
                    }
                    #expect(await eventually { first.status.shards.count == UplinkLimits.shards })
                    for branch in branches { #expect(try await bench.stored(branch) == branch.expected(1...60)) }
                }
            }
        }

        @Test("An ingest that ends gracefully leaves its shards at once, long before their leases run out")
        func graceful() async throws {
            try await IngestBench.run { bench in
                try await bench.withIngest({ $0.lease = .seconds(600) }) { service async throws in
                    #expect(await eventually { service.status.shards.count == UplinkLimits.shards })
                }
                #expect(try await bench.number("SELECT count(*) FROM shard_lease WHERE owner IS NOT NULL") == 0)
                #expect(try await bench.number("SELECT count(*) FROM ingest_member") == 0)
            }
        }

        @Test("With the product's times, what a dead ingest held and had read is taken over within 10 seconds")
        func takeOver() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(20)
                let dead = try bench.options { $0.lease = .seconds(6) }
                // As the dead one left it: a fresh lease, and a frame that was delivered to it and never committed.
                try await bench.sql.perform { session in
                    _ = try session.execute(
                        """
                        UPDATE shard_lease SET owner = 'dead', token = 1, until = now() + interval '6 seconds'
                        """)
                    _ = try session.execute(
                        "INSERT INTO ingest_member VALUES ('dead', now() + interval '6 seconds')")
                }
                try await branch.send(branch.frames(), bench.redis)
                _ = try await bench.redis.xgroupCreate(branch.keys.up, group: UplinkKeys.group)
                let read = try await bench.redis.xreadgroup(
                    group: UplinkKeys.group, consumer: "hq", count: 1, streams: [(branch.keys.up, ">")])
                #expect(read.first?.entries.count == 1)
                let began = ContinuousClock.now
                try await bench.withIngest({
                    $0 = dead; $0.renewal = .seconds(2); $0.patience = .seconds(1)
                }) { _ async throws in
                    #expect(try await bench.reaches(branch, 20))
                    #expect(ContinuousClock.now - began < .seconds(10))
                    #expect(try await bench.stored(branch) == branch.expected(1...20))
                }
            }
        }

        @Test("An ingest whose lease was taken stores nothing more, and the one that took it goes on")
        func stolen() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(10)
                let arrived = ArrivedBranch(
                    branch: branch.id, entries: branch.frames().map { ArrivedEntry($0, branch: branch.id) })
                let shard = Int64(branch.keys.shard)
                try await bench.sql.perform { session in
                    _ = try session.execute(
                        "UPDATE shard_lease SET owner = 'new', until = now() + interval '1 minute' WHERE shard = $1",
                        [.int(shard)])
                }
                let error = await #expect(throws: PostgresError.self) {
                    try await bench.sql.perform { session in
                        try IngestTransaction(owner: "old").run([arrived], standing: [:], session)
                    }
                }
                #expect(error?.sqlState == .work)
                #expect(try await bench.stored(branch).isEmpty)
                let committed = try await bench.sql.perform { session in
                    try IngestTransaction(owner: "new").run([arrived], standing: [:], session)
                }
                #expect(committed.outcomes.map(\.position) == [branch.position(10)])
            }
        }

        @Test("A lease that has run out is no lease, though nobody has taken it yet")
        func runOut() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(1)
                let arrived = ArrivedBranch(
                    branch: branch.id, entries: branch.frames().map { ArrivedEntry($0, branch: branch.id) })
                try await bench.sql.perform { session in
                    _ = try session.execute(
                        "UPDATE shard_lease SET owner = 'old', until = now() - interval '1 millisecond'")
                }
                await #expect(throws: PostgresError.self) {
                    try await bench.sql.perform { session in
                        try IngestTransaction(owner: "old").run([arrived], standing: [:], session)
                    }
                }
                #expect(try await bench.stored(branch).isEmpty)
            }
        }

        @Test("An ingest that can't reach Redis leaves its shards to one that can")
        func unable() async throws {
            try await IngestBench.run { bench in
                var branch = try await bench.branch()
                branch.write(10)
                let proxy = try await FaultProxy.start(target: bench.redisSite.port)
                let address = try RedisAddress(url: "redis://127.0.0.1:\(proxy.port)")
                try await bench.withIngest({ $0.redis = address }) { first async throws in
                    #expect(await eventually { first.status.shards.count == UplinkLimits.shards })
                    proxy.set(.refuse)
                    proxy.cutAll()
                    try await bench.withIngest { second async throws in
                        #expect(await eventually { second.status.shards.count == UplinkLimits.shards })
                        try await branch.send(branch.frames(), bench.redis)
                        #expect(try await bench.reaches(branch, 10))
                        proxy.set(.pass)
                        #expect(await eventually { Self.isShared([first, second], [32, 32]) })
                    }
                }
                await proxy.stop()
            }
        }
    }
}
