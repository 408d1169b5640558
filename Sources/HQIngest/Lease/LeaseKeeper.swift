import Logging
import PostgresDriver
import RedisStreams
import Synchronization

/// Keeps this ingest's share of the shards leased, on a connection of its own, so that a long transaction never lets
/// the leases run out.
final class LeaseKeeper: Sendable {
    private struct State {
        var serving = Serving()
        /// Until when the leases hold whatever happens: counted from before they were asked for.
        var holdsUntil = ContinuousClock.now
        /// Since when this ingest can't do its work, nil while it can.
        var unableSince: ContinuousClock.Instant? = ContinuousClock.now
    }

    private let options: IngestOptions
    private let board: IngestBoard
    private let table: LeaseTable
    /// Guards what is held; written after each look, read before each read of frames.
    private let state = Mutex(State())

    init(options: IngestOptions, board: IngestBoard) {
        self.options = options
        self.board = board
        table = LeaseTable(owner: options.owner, lease: options.lease)
    }

    /// What may be served now: nothing once the leases may have run out.
    var serving: Serving {
        state.withLock { ContinuousClock.now < $0.holdsUntil ? $0.serving : Serving() }
    }

    /// Notes whether frames can be read and committed. Who can't for the length of a lease leaves its shards to others.
    func setAble(_ isAble: Bool) {
        state.withLock { state in
            if isAble { state.unableSince = nil } else if state.unableSince == nil { state.unableSince = .now }
        }
    }

    /// Looks at the leases again and again until it is cancelled.
    func run() async {
        var delay = ReconnectDelay(seed: UInt64.random(in: 0 ... .max))
        var connection: PostgresConnection?
        while !Task.isCancelled {
            var pause: Duration
            do throws(PostgresError) {
                let open = try await reuse(connection)
                connection = open
                pause = try await look(open)
                delay.succeeded()
                board.works(.postgres)
            } catch {
                board.fails(.postgres, error.message)
                if error.isConnectionLoss { connection = nil }
                pause = delay.next()
            }
            // Cancelled while sleeping: the loop ends at its condition.
            try? await Task.sleep(for: pause)
        }
        await leave(connection)
    }

    private func reuse(_ connection: PostgresConnection?) async throws(PostgresError) -> PostgresConnection {
        if let connection, !connection.isClosed { return connection }
        return try await PostgresConnection.connect(options.database)
    }

    /// Returns how long to wait until the next look.
    private func look(_ connection: PostgresConnection) async throws(PostgresError) -> Duration {
        let began = ContinuousClock.now
        let unable = state.withLock { $0.unableSince.map { began - $0 >= options.lease } ?? false }
        if unable {
            try await connection.perform { [table] session in try table.leave(session) }
            publish(Serving(), holdsUntil: began)
            return options.renewal / 4
        }
        let (serving, isSettled) = try await connection.perform { [table] session in try table.look(session) }
        publish(serving, holdsUntil: began + options.lease)
        return isSettled ? options.renewal : options.renewal / 4
    }

    private func publish(_ serving: Serving, holdsUntil: ContinuousClock.Instant) {
        state.withLock { ($0.serving, $0.holdsUntil) = (serving, holdsUntil) }
        board.hold(shards: serving.shards, branches: serving.branches.count)
    }

    /// Leaves the shards to the others at a graceful end. What can't be left runs out by itself.
    private func leave(_ connection: PostgresConnection?) async {
        publish(Serving(), holdsUntil: .now)
        guard let connection else { return }
        do throws(PostgresError) {
            try await connection.perform { [table] session in try table.leave(session) }
        } catch {
            board.fails(.postgres, error.message)
        }
        await connection.close()
    }
}
