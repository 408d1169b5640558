import Foundation
package import PostgresDriver
package import RedisStreams

/// Where a test may end an ingest; see `testing.failpoint`.
package enum IngestFailpoint: String, Sendable, CaseIterable {
    /// Everything is written, nothing is committed.
    case beforeCommit = "before_commit"
    /// PostgreSQL has it, the branch doesn't know.
    case afterCommit = "after_commit"
    /// The branch knows, the entries are still pending in Redis.
    case afterAnswer = "after_answer"
    /// The entries are acknowledged and trimmed.
    case afterAcknowledge = "after_acknowledge"
}

/// What an ingest is started with; the defaults are the product's.
package struct IngestOptions: Sendable {
    package var redis: RedisAddress
    package var redisOptions = RedisOptions()
    package var database: PostgresOptions
    /// Names this ingest in `shard_lease`; unique for each start of a process.
    package var owner = IngestOptions.uniqueOwner()
    /// How long a lease holds after its last renewal. Default 6 s.
    package var lease = Duration.seconds(6)
    /// How often leases are renewed, and the branches looked up. Default 2 s.
    package var renewal = Duration.seconds(2)
    /// How often every branch's answer is written anew. Default 5 s.
    package var refresh = Duration.seconds(5)
    /// How often every branch's heartbeat is read; it is sent every 15 s. Default 5 s.
    package var heartbeat = Duration.seconds(5)
    /// How long one read waits in Redis for frames; bounds how fast a new branch or shard is noticed. Default 1 s.
    package var patience = Duration.seconds(1)
    /// The wall clock, milliseconds since 1970; for `hq_time` and beats, never for an order.
    package var now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) }
    /// Test only: called at each failpoint; what it throws ends the connections as a crash would.
    package var failpoint: @Sendable (IngestFailpoint) throws -> Void = { _ in }

    package init(redis: RedisAddress, database: PostgresOptions) {
        self.redis = redis
        self.database = database
    }

    /// `host:pid:random`, at most 100 characters.
    package static func uniqueOwner() -> String {
        let host = ProcessInfo.processInfo.hostName.prefix(64)
        return "\(host):\(ProcessInfo.processInfo.processIdentifier):\(UInt32.random(in: 0 ... .max))"
    }
}
