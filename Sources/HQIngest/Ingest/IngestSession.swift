import Logging
import PostgresDriver
import RedisStreams

/// Three connections and the loop over them, until one of them fails. What was read and not committed then is read
/// again by the next session, from the group's pending entries.
struct IngestSession: Sendable {
    private let reader: StreamReader
    private let reading = EntryReading()
    private let committer: FrameCommitter
    private let redis: RedisConnection
    private let database: PostgresConnection

    /// Connects to both.
    /// - Throws: `RedisError`, `PostgresError`.
    static func open(
        _ options: IngestOptions, _ keeper: LeaseKeeper, _ care: ReadingCare, _ board: IngestBoard, _ logger: Logger
    ) async throws -> IngestSession {
        let reads = try await RedisConnection.connect(
            to: options.redis, options: options.redisOptions, logger: logger)
        let redis = try await RedisConnection.connect(
            to: options.redis, options: options.redisOptions, logger: logger)
        // A server that lets everybody in has not answered anything yet.
        try await reads.ping()
        try await redis.ping()
        board.works(.redis)
        let database = try await PostgresConnection.connect(options.database)
        let committer = try await FrameCommitter(
            options: options, redis: redis, database: database, board: board, logger: logger)
        board.works(.postgres)
        let reader = StreamReader(connection: reads, patience: options.patience, care: care) { keeper.serving }
        return IngestSession(reader: reader, committer: committer, redis: redis, database: database)
    }

    private init(
        reader: StreamReader, committer: FrameCommitter, redis: RedisConnection, database: PostgresConnection
    ) {
        self.reader = reader
        self.committer = committer
        self.redis = redis
        self.database = database
    }

    /// Reads the next frames while the ones before are being committed, at most one batch ahead.
    /// - Parameter onRound: called after each round that went well.
    /// - Throws: what ended the session; also `RedisError.cancelled`.
    func run(onRound: () -> Void) async throws {
        do {
            var (batch, arrived) = try await next()
            while true {
                async let following = next()
                do {
                    try await committer.take(arrived, served: batch.served, fresh: batch.fresh)
                } catch {
                    // The read that waits is not worth waiting for.
                    await reader.close()
                    throw error
                }
                onRound()
                (batch, arrived) = try await following
            }
        } catch {
            await close()
            throw error
        }
    }

    private func next() async throws -> (StreamBatch, [ArrivedBranch]) {
        let batch = try await reader.next()
        guard !Task.isCancelled else { throw RedisError.cancelled }
        return (batch, await reading.decode(batch.reads))
    }

    private func close() async {
        await reader.close()
        await redis.close()
        await database.close()
    }
}
