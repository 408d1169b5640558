import Foundation
import HQIngest
import Logging
import PostgresDriver
import QueueEvents
import QueueTestSupport
import RedisStreams
import Testing

/// The tests share one PostgreSQL, on which each has a database of its own; those that harm a server start their own.
@Suite("Ingest", .sharedPostgres) enum IngestSuite {
    @TaskLocal static var site: PostgresSite?
}

struct SharedPostgresTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let site = try await PostgresSite(settings: ["max_connections=200"], isDurable: false)
        do {
            try await IngestSuite.$site.withValue(site) { try await function() }
        } catch {
            await site.remove()
            throw error
        }
        await site.remove()
    }
}

extension Trait where Self == SharedPostgresTrait {
    static var sharedPostgres: Self { Self() }
}

/// A database with head office's tables, a Redis server, and a connection to each for the test itself.
struct IngestBench {
    let postgres: PostgresSite
    let database: String
    let redisSite: RedisSite
    let redis: RedisConnection
    let sql: PostgresConnection

    /// - Parameter postgres: nil for the suite's shared server.
    static func run<Value>(
        on postgres: PostgresSite? = nil, _ body: (IngestBench) async throws -> Value
    ) async throws -> Value {
        let site = try postgres ?? #require(IngestSuite.site)
        let database = "bench_\(UInt64.random(in: 0 ... .max))"
        try await site.psql("CREATE DATABASE \(database)")
        let redisSite = try await RedisSite.start()
        let sql = try await PostgresConnection.connect(PostgresOptions(site.url(database: database)))
        try await sql.perform { session in _ = try Migrations.apply(session) }
        let bench = IngestBench(
            postgres: site, database: database, redisSite: redisSite,
            redis: try await RedisConnection.connect(
                to: try RedisAddress(url: redisSite.url()), logger: Logger(label: "test")), sql: sql)
        do {
            let value = try await body(bench)
            await bench.end()
            return value
        } catch {
            await bench.end()
            throw error
        }
    }

    private func end() async {
        await redis.close()
        await sql.close()
        await redisSite.stop()
    }

    /// Options with short times, so that tests of leases and refreshes don't take seconds.
    func options(_ change: (inout IngestOptions) -> Void = { _ in }) throws -> IngestOptions {
        var options = IngestOptions(
            redis: try RedisAddress(url: redisSite.url()),
            database: PostgresOptions(postgres.url(database: database)))
        options.lease = .milliseconds(1_500)
        options.renewal = .milliseconds(400)
        options.refresh = .milliseconds(500)
        options.heartbeat = .milliseconds(500)
        options.patience = .milliseconds(200)
        change(&options)
        return options
    }

    /// Runs an ingest beside the body and ends it gracefully after it.
    func withIngest<Value: Sendable>(
        _ change: (inout IngestOptions) -> Void = { _ in }, _ body: (IngestService) async throws -> Value
    ) async throws -> Value {
        let service = IngestService(options: try options(change), logger: Self.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            do {
                let value = try await body(service)
                group.cancelAll()
                try await group.waitForAll()
                return value
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    static var logger: Logger {
        var logger = Logger(label: "ingest") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }

    /// Adds branches and returns them, each with an empty log.
    func branches(_ count: Int = 1) async throws -> [PublishedBranch] {
        try await sql.perform { session in
            var branches: [PublishedBranch] = []
            for _ in 0..<count {
                let rows = try session.execute(
                    """
                    INSERT INTO branch (name, key_hash, redis_user)
                    VALUES ('b' || gen_random_uuid(), sha256('x'), 'u' || gen_random_uuid()) RETURNING id
                    """)
                guard let row = rows.first else { throw IngestBenchFailure.noRow }
                let id = try row.int(0)
                branches.append(PublishedBranch(id: id, lineage: 0xfeed_0000 + UInt64(id)))
            }
            return branches
        }
    }

    func branch() async throws -> PublishedBranch { try #require(try await branches(1).first) }

    /// What the branch is told now, nil without a hash that can be read.
    func ack(_ branch: PublishedBranch) async throws -> UplinkAck? {
        UplinkAck(fields: try await redis.hgetall(branch.keys.ack))
    }

    /// Waits until the branch is told this position.
    func reaches(_ branch: PublishedBranch, _ seq: Int64, within limit: Duration = .seconds(30)) async throws -> Bool {
        let wanted = branch.position(seq)
        return try await eventually(within: limit, every: .milliseconds(10)) { try await ack(branch)?.cursor == wanted }
    }

    /// Waits until the branch is refused for this reason.
    func refuses(
        _ branch: PublishedBranch, _ refusal: UplinkAck.Refusal, gen: Int64
    ) async throws -> Bool {
        try await eventually(every: .milliseconds(10)) {
            guard let ack = try await ack(branch) else { return false }
            return ack.refusal == refusal && ack.refusedGen == gen
        }
    }

    /// Epoch, number and body of all stored events of a branch, by epoch and number.
    func stored(_ branch: PublishedBranch) async throws -> [StoredEvent] {
        try await sql.perform { session in
            let rows = try session.execute(
                "SELECT epoch, seq, body, chain FROM branch_event WHERE branch_id = $1 ORDER BY epoch, seq",
                [.int(branch.id)])
            return try rows.map { row in
                StoredEvent(
                    epoch: try row.int(0), seq: try row.int(1), body: try row.bytes(2), chain: try row.bytes(3))
            }
        }
    }

    /// Branches that the status calls silent.
    func silent() async throws -> Int {
        let status = try await sql.perform { session in try HQStatus.read(session) }
        return status.silent
    }

    /// The first value of a query's only row.
    func number(_ query: String) async throws -> Int64 {
        try await sql.perform { session in
            guard let row = try session.execute(query).first else { throw IngestBenchFailure.noRow }
            return try row.int(0)
        }
    }

    /// Entries of the branch's stream, and of them those that were delivered and not acknowledged.
    func left(_ branch: PublishedBranch) async throws -> (entries: Int64, pending: Int64) {
        let reply = try await redis.send(
            RedisCommand("XPENDING", [RedisArgument(branch.keys.up), RedisArgument(UplinkKeys.group)]))
        guard case .array(let parts) = reply, case .integer(let pending)? = parts.first else {
            throw IngestBenchFailure.noRow
        }
        return (try await redis.xlen(branch.keys.up), pending)
    }
}

enum IngestBenchFailure: Error {
    case noRow
    /// What a failpoint throws.
    case crashed
}

/// An event as head office has it.
struct StoredEvent: Equatable, Sendable {
    var epoch: Int64
    var seq: Int64
    var body: [UInt8]
    var chain: [UInt8]
}

extension PublishedBranch {
    /// What head office must have of these events.
    func expected(_ range: ClosedRange<Int64>) -> [StoredEvent] {
        range.map { seq in
            StoredEvent(
                epoch: epoch, seq: seq, body: bodies[Int(seq - first)],
                chain: withUnsafeBytes(of: position(seq).chain.value.bigEndian) { Array($0) })
        }
    }
}
