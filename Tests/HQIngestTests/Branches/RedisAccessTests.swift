import HQIngest
import Logging
import QueueEvents
import QueueTestSupport
import RedisStreams
import Testing

@Suite struct RedisAccessTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func aBranchMayDoWhatThePublisherDoesOnItsOwnKeysAndNothingElse() async throws {
        let key = BranchKey()
        let line = RedisAccess.line(branch: 7, user: "turn-branch-7", keyHash: key.hash)
        let site = try await RedisSite.start(
            RedisSite.Plan(password: "hq", users: [String(line.dropFirst("user ".count))]))
        let address = try RedisAddress(url: site.url(user: "turn-branch-7", password: key.text))
        let redis = try await RedisConnection.connect(to: address, logger: logger)
        let own = UplinkKeys(branch: 7)
        let other = UplinkKeys(branch: 8)
        try await redis.ping()
        _ = try await redis.timeMilliseconds()
        #expect(try await redis.xgroupCreate(own.up, group: UplinkKeys.group))
        _ = try await redis.send(
            RedisCommand(
                "XADD", ["\(own.up)", "NOMKSTREAM", "1-1", "h", "{}", "d", "{}"].map { RedisArgument($0) }))
        _ = try await redis.xinfoStream(own.up)
        _ = try await redis.xtrim(own.up, below: "1-1")
        _ = try await redis.hgetall(own.ack)
        _ = try await redis.hset(own.heartbeat, [(name: "at", value: "1")])
        _ = try await redis.expire(own.heartbeat, after: .seconds(120))
        let refused: [[String]] = [
            ["XADD", other.up, "1-1", "h", "{}"], ["HGETALL", other.ack], ["HSET", other.heartbeat, "a", "b"],
            ["DEL", own.up], ["XTRIM", other.up, "MAXLEN", "0"],
            ["XREADGROUP", "GROUP", "ingest", "c", "STREAMS", own.up, ">"],
            ["XACK", own.up, "ingest", "1-1"], ["XGROUP", "DESTROY", own.up, "ingest"], ["KEYS", "*"], ["FLUSHALL"],
            ["CONFIG", "GET", "*"], ["ACL", "WHOAMI"], ["PUBLISH", "queue.1.broadcast", "x"],
            ["EVAL", "return 1", "0"], ["SET", "a", "b"], ["XRANGE", own.up, "-", "+"],
        ]
        for words in refused {
            let command = RedisCommand(words[0], words.dropFirst().map { RedisArgument($0) })
            let reply = await outcome { try await redis.send(command) }
            #expect(reply.contains("NOPERM"), "\(words.joined(separator: " ")): \(reply)")
        }
        await redis.close()
        await site.stop()
    }

    @Test func aWrongKeyIsLetInNowhere() async throws {
        let key = BranchKey()
        let line = RedisAccess.line(branch: 7, user: "turn-branch-7", keyHash: key.hash)
        let site = try await RedisSite.start(
            RedisSite.Plan(password: "hq", users: [String(line.dropFirst("user ".count))]))
        let address = try RedisAddress(url: site.url(user: "turn-branch-7", password: BranchKey().text))
        await #expect(throws: RedisError.self) { try await RedisConnection.connect(to: address, logger: logger) }
        await site.stop()
    }

    private func outcome(_ body: () async throws -> RedisValue) async -> String {
        do {
            return "\(try await body())"
        } catch {
            return "\(error)"
        }
    }
}
