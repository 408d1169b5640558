package import Logging
import PostgresDriver
import RedisStreams
import ServiceLifecycle

/// Brings the frames of all branches from Redis to PostgreSQL. Any number of processes may run one; they share the
/// shards by leases.
///
/// It never ends by itself: without Redis or PostgreSQL it waits, with growing pauses, until both are back. At a
/// graceful shutdown it leaves its shards to the others, after the transaction that is under way.
package struct IngestService: Service {
    private let options: IngestOptions
    private let logger: Logger
    private let board: IngestBoard
    private let keeper: LeaseKeeper
    private let care = ReadingCare()

    /// Nothing is connected yet.
    package init(options: IngestOptions, logger: Logger) {
        self.options = options
        self.logger = logger
        board = IngestBoard(logger: logger)
        keeper = LeaseKeeper(options: options, board: board)
    }

    /// What it does now and has done.
    package var status: IngestStatus { board.snapshot }

    /// Serves until it is cancelled or shut down gracefully. Cancelling ends it after the transaction under way.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await keeper.run() }
                group.addTask { await serve() }
                await group.waitForAll()
            }
        }
    }

    /// One session after the other.
    private func serve() async {
        var delay = ReconnectDelay(seed: UInt64.random(in: 0 ... .max))
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                let session = try await IngestSession.open(options, keeper, care, board, logger)
                defer {
                    board.serve(false)
                    keeper.setAble(false)
                }
                try await session.run {
                    keeper.setAble(true)
                    board.serve(true)
                }
            } catch {
                note(error)
            }
            guard !Task.isCancelled else { return }
            // One that breaks at once, however often it can be opened, doesn't become a loop without pauses.
            let isSteady = ContinuousClock.now - began >= HQIngestLimits.steadySession
            if care.takeLearning() || isSteady { delay.succeeded() }
            // Cancelled while sleeping: the loop ends at its condition.
            try? await Task.sleep(for: delay.next())
        }
    }

    private func note(_ error: any Error) {
        switch error {
        case RedisError.cancelled: break
        case let error as RedisError: board.fails(.redis, "\(error)")
        case let error as PostgresError where error.sqlState != .work: board.fails(.postgres, error.message)
        default: logger.notice("Begins anew", metadata: ["why": "\(error)"])
        }
    }
}
