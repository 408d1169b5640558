import QueueTestSupport
import RedisStreams
import Testing

@Suite("A real redis-server refuses", .timeLimit(.minutes(2)))
struct RedisRefusalTests {
    private static let entry = [StreamField.text("h", String(repeating: "x", count: 1_000))]

    @Test("an id that is not above the newest, also after the entry is gone")
    func idNotAbove() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            _ = try await redis.xadd("up", id: "2-5", fields: Self.entry, makesStream: true)
            for id in ["2-5", "2-4", "1-9"] {
                #expect(await redis.refusal(of: .xadd("up", id: id, fields: Self.entry)) == .idNotAbove)
            }
            _ = try await redis.xtrim("up", below: "3-0")
            #expect(await redis.refusal(of: .xadd("up", id: "2-5", fields: Self.entry)) == .idNotAbove)
            #expect(try await redis.xinfoStream("up") == StreamInfo(length: 0, lastGeneratedID: "2-5"))
        }
    }

    @Test("a group that is not there, and one that is there already")
    func groups() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            let read = RedisCommand.xreadgroup(group: "g", consumer: "c", count: 1, streams: [("up", ">")])
            #expect(await redis.refusal(of: read) == .nogroup)
            _ = try await redis.xadd("up", id: "1-1", fields: Self.entry, makesStream: true)
            #expect(await redis.refusal(of: read) == .nogroup)
            let claim = RedisCommand.xautoclaim("up", group: "g", consumer: "c", minIdle: .zero, count: 1)
            #expect(await redis.refusal(of: claim) == .nogroup)
            _ = try await redis.xgroupCreate("up", group: "g")
            #expect(await redis.refusal(of: .xgroupCreate("up", group: "g")) == .busygroup)
        }
    }

    @Test("writes when its memory is used up, each on its own in a pipeline, and reads go on")
    func outOfMemory() async throws {
        try await withRedis(RedisSite.Plan(memoryBytes: 4 << 20)) { site in
            let redis = try await RedisConnection.open(site.url())
            _ = try await redis.xgroupCreate("up", group: "g")
            var next = 1
            let isFull = try await eventually {
                let commands = (next..<next + 200).map { RedisCommand.xadd("up", id: "1-\($0)", fields: Self.entry) }
                next += 200
                let values = try await redis.pipeline(commands)
                return values.contains { if case .error(let error) = $0 { error.kind == .oom } else { false } }
            }
            #expect(isFull)
            #expect(await redis.refusal(of: .xadd("up", id: "2-1", fields: Self.entry)) == .oom)
            #expect(try await redis.xlen("up") > 0)
            #expect(try await redis.xtrim("up", below: "2-0") > 0)
            #expect(try await redis.xadd("up", id: "2-1", fields: Self.entry) == "2-1")
        }
    }

    @Test("writes to a replica, and everything when it has lost its primary")
    func replica() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            _ = try await redis.send(RedisCommand("REPLICAOF", ["127.0.0.1", "1"]))
            #expect(await redis.refusal(of: .xadd("up", id: "1-1", fields: Self.entry, makesStream: true)) == .readonly)
            _ = try await redis.send(RedisCommand("CONFIG", ["SET", "replica-serve-stale-data", "no"]))
            #expect(await redis.refusal(of: .hgetall("ack")) == .masterdown)
        }
    }

    @Test("writes when it can't save what it has")
    func misconfigured() async throws {
        var plan = RedisSite.Plan()
        // A folder in the place of the file makes every save fail.
        plan.settings = ["save 3600 1", "dbfilename appendonlydir", "appendonly yes"]
        try await withRedis(plan) { site in
            let redis = try await RedisConnection.open(site.url())
            _ = try await redis.send(RedisCommand("BGSAVE"))
            let refuses = await eventually { await redis.refusal(of: RedisCommand("SET", ["a", 1])) == .misconf }
            #expect(refuses)
        }
    }

    @Test("everything to who has not logged in")
    func noLogin() async throws {
        try await withRedis(RedisSite.Plan(password: "secret")) { site in
            let redis = try await RedisConnection.open(site.url())
            #expect(await redis.refusal(of: .ping) == .noauth)
        }
    }

    @Test("a user's commands on keys of others")
    func keysOfOthers() async throws {
        try await withRedis(RedisSite.Plan(users: ["branch on >secret ~turn:up:{s07}:7 +xadd +select"])) { site in
            let redis = try await RedisConnection.open(site.url(user: "branch", password: "secret"))
            let own = RedisCommand.xadd("turn:up:{s07}:7", id: "1-1", fields: Self.entry, makesStream: true)
            #expect(try await redis.send(own).addedID() == "1-1")
            let foreign = RedisCommand.xadd("turn:up:{s08}:8", id: "1-1", fields: Self.entry, makesStream: true)
            #expect(await redis.refusal(of: foreign) == .noperm)
            #expect(await redis.refusal(of: .ping) == .noperm)
        }
    }

    @Test("user, password or database when somebody connects")
    func wrongLogin() async throws {
        let users = ["branch on >right ~* +@all", "idle off >right ~* +@all"]
        try await withRedis(RedisSite.Plan(password: "secret", users: users)) { site in
            for url in [
                site.url(password: "wrong"), site.url(user: "branch", password: "wrong"),
                site.url(user: "nobody", password: "right"), site.url(user: "idle", password: "right"),
                site.url(user: "branch", password: "wrong", database: 3),
            ] {
                let error = await #expect(throws: RedisError.self) { try await RedisConnection.open(url) }
                #expect(error?.serverKind == .wrongpass, "\(url)")
            }
            let error = await #expect(throws: RedisError.self) {
                try await RedisConnection.open(site.url(password: "secret", database: 16))
            }
            #expect(error?.serverKind == .other)
            #expect("\(String(describing: error))".contains("DB index is out of range"))
        }
    }
}
