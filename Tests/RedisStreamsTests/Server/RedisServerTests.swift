import Logging
import QueueTestSupport
import RedisStreams
import Testing

/// Runs a body against a server of its own and ends the server in every case.
func withRedis<Result>(
    _ plan: RedisSite.Plan = RedisSite.Plan(), _ body: (RedisSite) async throws -> Result
) async throws -> Result {
    let site = try await RedisSite.start(plan)
    do {
        let result = try await body(site)
        await site.stop()
        return result
    } catch {
        await site.stop()
        throw error
    }
}

extension RedisConnection {
    /// Connects to a URL.
    static func open(_ url: String, _ options: RedisOptions = RedisOptions()) async throws -> RedisConnection {
        try await connect(to: RedisAddress(url: url), options: options, logger: Logger(label: "test"))
    }

    /// The kind of the error with which the server refuses a command.
    func refusal(of command: RedisCommand) async -> RedisServerError.Kind? {
        do throws(RedisError) {
            _ = try await send(command)
            return nil
        } catch {
            return error.serverKind
        }
    }
}

extension StreamField {
    /// A field of text.
    static func text(_ name: String, _ value: String) -> StreamField {
        StreamField(name: name, bytes: Array(value.utf8))
    }
}

@Suite("With a real redis-server", .timeLimit(.minutes(2)))
struct RedisServerTests {
    @Test("every verb of a stream's life works")
    func streamLife() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            try await redis.ping()
            #expect(try await redis.timeMilliseconds() > 1_700_000_000_000)
            #expect(try await redis.xinfoStream("up") == nil)
            #expect(try await redis.xadd("up", id: "1-1", fields: [.text("h", "x")]) == nil)
            #expect(try await redis.xgroupCreate("up", group: "ingest"))
            #expect(try await redis.xgroupCreate("up", group: "ingest") == false)
            #expect(try await redis.xinfoStream("up") == StreamInfo(length: 0, lastGeneratedID: "0-0"))
            let bytes = [UInt8](0...255)
            let fields = [StreamField(name: "h", bytes: bytes), StreamField(name: "d", bytes: [])]
            #expect(try await redis.xadd("up", id: "1-5", fields: fields) == "1-5")
            #expect(try await redis.xadd("up", id: "2-1", fields: [.text("h", "y")]) == "2-1")
            #expect(try await redis.xinfoStream("up") == StreamInfo(length: 2, lastGeneratedID: "2-1"))
            let reads = try await redis.xreadgroup(
                group: "ingest", consumer: "a", count: 1, streams: [("up", ">")])
            #expect(reads == [StreamRead(key: "up", entries: [StreamEntry(id: "1-5", fields: fields)])])
            let rest = try await redis.xreadgroup(group: "ingest", consumer: "a", count: 9, streams: [("up", ">")])
            #expect(rest.first?.entries.map(\.id) == ["2-1"])
            #expect(
                try await redis.xreadgroup(group: "ingest", consumer: "a", count: 9, streams: [("up", ">")]).isEmpty)
            #expect(try await redis.xack("up", group: "ingest", ids: ["1-5", "2-1", "9-9"]) == 2)
            #expect(try await redis.xack("up", group: "ingest", ids: []) == 0)
            #expect(try await redis.xtrim("up", below: "2-1") == 1)
            #expect(try await redis.xlen("up") == 1)
            #expect(try await redis.del(["up", "none"]) == 1)
            #expect(try await redis.xlen("up") == 0)
        }
    }

    @Test("hashes are written, read and end in time")
    func hashes() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            #expect(try await redis.hgetall("ack").isEmpty)
            #expect(try await redis.hset("ack", [("seq", "5"), ("nack", "")]) == 2)
            #expect(try await redis.hset("ack", [("seq", "6")]) == 0)
            #expect(try await redis.hgetall("ack") == ["seq": "6", "nack": ""])
            #expect(try await redis.expire("ack", after: .seconds(120)))
            #expect(try await redis.send(RedisCommand("TTL", ["ack"])).number() > 100)
            #expect(try await redis.expire("none", after: .seconds(120)) == false)
        }
    }

    @Test("pending entries are taken over, and what was trimmed meanwhile is named")
    func takeOver() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            _ = try await redis.xgroupCreate("up", group: "g")
            for number in 1...4 { _ = try await redis.xadd("up", id: "1-\(number)", fields: [.text("n", "x")]) }
            _ = try await redis.xreadgroup(group: "g", consumer: "dead", count: 9, streams: [("up", ">")])
            let early = try await redis.xautoclaim(
                "up", group: "g", consumer: "heir", minIdle: .seconds(60), count: 9)
            #expect(early == ClaimedEntries(next: "0-0", entries: []))
            _ = try await redis.xtrim("up", below: "1-2")
            let first = try await redis.xautoclaim("up", group: "g", consumer: "heir", minIdle: .zero, count: 2)
            #expect(first.entries.map(\.id) == ["1-2"])
            #expect(first.gone == ["1-1"])
            let second = try await redis.xautoclaim(
                "up", group: "g", consumer: "heir", minIdle: .zero, start: first.next, count: 9)
            #expect(second.entries.map(\.id) == ["1-3", "1-4"])
            #expect(second.next == "0-0")
            _ = try await redis.xtrim("up", below: "1-3")
            let own = try await redis.xreadgroup(group: "g", consumer: "heir", count: 9, streams: [("up", "0")])
            #expect(own.first?.entries.map(\.id) == ["1-2", "1-3", "1-4"])
            #expect(own.first?.entries.first?.fields == [])
        }
    }

    @Test("a blocking read returns when an entry comes, and empty when none does")
    func blockingRead() async throws {
        try await withRedis { site in
            let reader = try await RedisConnection.open(site.url(), RedisOptions(commandTimeout: .milliseconds(500)))
            let writer = try await RedisConnection.open(site.url())
            _ = try await writer.xgroupCreate("a", group: "g")
            _ = try await writer.xgroupCreate("b", group: "g")
            let none = try await reader.xreadgroup(
                group: "g", consumer: "c", count: 1, block: .milliseconds(20), streams: [("a", ">"), ("b", ">")])
            #expect(none.isEmpty)
            async let reads = reader.xreadgroup(
                group: "g", consumer: "c", count: 1, block: .seconds(20), streams: [("a", ">"), ("b", ">")])
            // Only once the reader waits in the server, so that it is woken up.
            let waits = try await eventually {
                try await writer.send(RedisCommand("CLIENT", ["LIST"])).text?.contains("cmd=xreadgroup") == true
            }
            #expect(waits)
            _ = try await writer.xadd("b", id: "1-1", fields: [.text("n", "x")])
            #expect(try await reads.map(\.key) == ["b"])
        }
    }

    @Test("replies reach their callers, whatever the other callers do")
    func manyCallers() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<16 {
                    group.addTask {
                        for turn in 0..<50 {
                            let words = (0..<8).map { "\(caller):\(turn):\($0)" }
                            let values = try await redis.pipeline(
                                words.map { RedisCommand("ECHO", [RedisArgument($0)]) })
                            #expect(values.map(\.text) == words)
                        }
                    }
                    group.addTask {
                        // Its own callers go away at any moment.
                        let hasty = Task { try await redis.send(RedisCommand("ECHO", ["hasty"])) }
                        hasty.cancel()
                        _ = await hasty.result
                    }
                }
                try await group.waitForAll()
            }
            #expect(redis.isOpen)
        }
    }

    @Test("a reply of many megabytes arrives whole, also several at once")
    func largeReplies() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url(), RedisOptions(commandTimeout: .seconds(30)))
            for key in ["a", "b", "c"] {
                _ = try await redis.send(RedisCommand("SETRANGE", [RedisArgument(key), 5_000_000, "x"]))
            }
            let values = try await redis.pipeline(["a", "b", "c"].map { RedisCommand("GET", [RedisArgument($0)]) })
            for value in values {
                guard case .bulk(let bytes) = value else {
                    Issue.record("no string")
                    continue
                }
                #expect(bytes.count == 5_000_001 && bytes.last == 120)
            }
        }
    }

    @Test("a reply beyond the bound closes the connection")
    func tooLargeReply() async throws {
        try await withRedis { site in
            let redis = try await RedisConnection.open(site.url(), RedisOptions(commandTimeout: .seconds(30)))
            _ = try await redis.send(RedisCommand("SETRANGE", ["a", RedisArgument(RedisLimits.replyBytes), "x"]))
            let error = await #expect(throws: RedisError.self) { try await redis.send(RedisCommand("GET", ["a"])) }
            guard case .protocolViolation = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(await eventually { !redis.isOpen })
        }
    }
}
