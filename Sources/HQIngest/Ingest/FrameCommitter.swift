import Logging
import PostgresDriver
import QueueEvents
import RedisStreams

/// Commits what the reader brought, then answers the branches and takes the entries off their streams.
///
/// Everything that writes a branch's answer happens here, one after the other, so that no older cursor ever
/// overwrites a newer one.
actor FrameCommitter {
    private let options: IngestOptions
    private let redis: RedisConnection
    private let database: PostgresConnection
    private let incarnation: String
    private let board: IngestBoard
    private let logger: Logger
    private var book = AckBook()
    private var refreshing = RefreshRound()
    private var heartbeats = HeartbeatBook()

    /// Asks the server who it is.
    /// - Throws: `PostgresError`, also when the server is a standby, which can't tell.
    init(
        options: IngestOptions, redis: RedisConnection, database: PostgresConnection, board: IngestBoard,
        logger: Logger
    ) async throws {
        self.options = options
        self.redis = redis
        self.database = database
        self.board = board
        self.logger = logger
        incarnation = try await database.perform { session in try Incarnation.read(session) }
    }

    /// Commits a batch and does what is due beside it. When it throws, nothing more can be done on these connections.
    /// - Throws: `PostgresError`, `RedisError`, or what a failpoint throws.
    func take(_ arrived: [ArrivedBranch], served: [Int64], fresh: [Int64]) async throws {
        book.keep(served)
        heartbeats.keep(served)
        if !fresh.isEmpty {
            try await begin(fresh)
            try await refresh(fresh)
            try await noteHeartbeats(fresh)
        }
        for portion in ArrivedBranch.portions(arrived, events: HQIngestLimits.transactionEvents) {
            try await settle(portion)
        }
        try await refreshDue(served)
    }

    // MARK: - Committing

    private func settle(_ portion: [ArrivedBranch]) async throws {
        let committed: IngestTransaction.Committed
        do throws(PostgresError) {
            committed = try await commit(portion)
        } catch {
            guard Self.isAboutData(error.sqlState) else { throw error }
            try await settleOneByOne(portion)
            return
        }
        try options.failpoint(.afterCommit)
        try await answer(committed, portion)
    }

    /// Something that PostgreSQL doesn't take is in the portion: it must not hold up the other branches.
    private func settleOneByOne(_ portion: [ArrivedBranch]) async throws {
        for branch in portion {
            let committed: IngestTransaction.Committed
            do throws(PostgresError) {
                committed = try await commit([branch])
            } catch {
                guard Self.isAboutData(error.sqlState) else { throw error }
                board.note(IngestStatus.Counts(unstorable: 1))
                logger.error(
                    "A branch's events can't be stored; its entries stay in Redis and are tried again",
                    metadata: ["branch": "\(branch.branch)", "why": "\(error.sqlState)"])
                continue
            }
            try await answer(committed, [branch])
        }
    }

    /// Whether PostgreSQL refused values (class 22) or what a constraint forbids (23); everything else is no branch's
    /// fault and ends the session.
    private static func isAboutData(_ state: SQLState) -> Bool {
        switch state {
        case .uniqueViolation, .foreignKeyViolation, .checkViolation, .notNullViolation: true
        case .other(let code): code.hasPrefix("22") || code.hasPrefix("23")
        default: false
        }
    }

    /// Tries again after a deadlock or the like, a few times; the database's own time-outs pace it.
    private func commit(_ portion: [ArrivedBranch]) async throws(PostgresError) -> IngestTransaction.Committed {
        let transaction = IngestTransaction(owner: options.owner, failpoint: options.failpoint)
        var standing: [Int64: IngestTransaction.Refusal] = [:]
        for branch in portion { standing[branch.branch] = book.refusal(of: branch.branch) }
        for attempt in 1... {
            do throws(PostgresError) {
                return try await database.perform { [standing] session in
                    try transaction.run(portion, standing: standing, session)
                }
            } catch {
                guard error.isRetryable, !error.isConnectionLoss, attempt < HQIngestLimits.transactionAttempts else {
                    throw error
                }
            }
        }
        preconditionFailure("Attempts are counted without an end, and each returns, throws or goes on.")
    }

    // MARK: - Answering

    private func answer(_ committed: IngestTransaction.Committed, _ portion: [ArrivedBranch]) async throws {
        board.note(committed.counts)
        for outcome in committed.outcomes { book.note(outcome.standing, of: outcome.branch) }
        try await write(committed.outcomes.map { ($0.branch, $0.position) })
        try options.failpoint(.afterAnswer)
        try await pipeline(portion.flatMap(Self.acknowledgement))
        try options.failpoint(.afterAcknowledge)
    }

    /// Takes entries off the group's list and off the stream: whatever became of them is committed.
    private static func acknowledgement(_ arrived: ArrivedBranch) -> [RedisCommand] {
        let key = UplinkKeys(branch: arrived.branch).up
        let ids = arrived.entries.map(\.raw.id)
        guard let last = ids.last else { return [] }
        let acknowledged = RedisCommand.xack(key, group: UplinkKeys.group, ids: ids)
        return [acknowledged] + (StreamID.next(after: last).map { [.xtrim(key, below: $0)] } ?? [])
    }

    /// Writes answers. One that Redis has no memory for is written by the next refresh.
    private func write(_ positions: [(branch: Int64, position: UplinkPosition)]) async throws(RedisError) {
        let now = options.now()
        let commands = positions.map { branch, position in
            let ack = book.answer(to: branch, cursor: position, incarnation: incarnation, now: now)
            return RedisCommand.hset(UplinkKeys(branch: branch).ack, ack.fields)
        }
        try await pipeline(commands)
    }

    /// Sends commands in portions. An error of the server is one command's affair: what it was for is done again by
    /// the next refresh or the next sweep. A server that takes no writes at all ends the session.
    private func pipeline(_ commands: [RedisCommand]) async throws(RedisError) {
        var rest = commands[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(HQIngestLimits.pipelinedCommands))
            rest = rest.dropFirst(part.count)
            for case .error(let error) in try await redis.pipeline(part) {
                switch error.kind {
                case .oom, .nogroup, .other: break
                default: throw .server(error)
                }
            }
        }
    }

    // MARK: - Refreshing

    /// Learns what the hashes of new branches hold, so that beats only rise.
    private func begin(_ branches: [Int64]) async throws(RedisError) {
        for part in branches.portions(of: HQIngestLimits.pipelinedBranches) {
            // A branch may write its own hash, also one that no reply can hold: only what can be a beat is read.
            let lengths = try await redis.pipeline(part.map { .hstrlen(UplinkKeys(branch: $0).ack, "beat") })
            let known = zip(part, lengths).filter { _, length in
                if case .integer(1...HQIngestLimits.beatBytes) = length { true } else { false }
            }.map(\.0)
            let beats = try await redis.pipeline(known.map { .hget(UplinkKeys(branch: $0).ack, "beat") })
            // A key of another kind is overwritten by nothing here; its branch learns that from its own reading.
            for branch in part { book.begin(branch, beat: 0) }
            for (branch, beat) in zip(known, beats) {
                book.begin(branch, beat: max(0, beat.text.flatMap { Int64($0) } ?? 0))
            }
        }
    }

    private func refreshDue(_ served: [Int64]) async throws {
        let due = refreshing.due(served, now: .now, every: options.refresh)
        if !due.isEmpty { try await refresh(due) }
        let asked = refreshing.heartbeatsDue(served, now: .now, every: options.heartbeat)
        if !asked.isEmpty { try await noteHeartbeats(asked) }
    }

    /// Writes the answers of branches from their cursors as they stand.
    private func refresh(_ branches: [Int64]) async throws {
        let positions = try await database.perform { session in try CursorRows.positions(branches, session) }
        try await write(branches.map { ($0, positions[$0] ?? .none) })
    }

    private func noteHeartbeats(_ branches: [Int64]) async throws {
        var seen: [(branch: Int64, age: Duration)] = []
        let now = ContinuousClock.now
        for part in branches.portions(of: HQIngestLimits.pipelinedBranches) {
            let replies = try await redis.pipeline(
                part.map { RedisCommand("PTTL", [RedisArgument(UplinkKeys(branch: $0).heartbeat)]) })
            for (branch, reply) in zip(part, replies) {
                guard case .integer(let rest) = reply, rest > 0 else { continue }
                let age = max(.zero, UplinkKeys.heartbeatLife - .milliseconds(rest))
                if heartbeats.isNew(branch, sentAt: now - age) { seen.append((branch, age)) }
            }
        }
        guard !seen.isEmpty else { return }
        try await database.perform { [seen] session in try HeartbeatRows.note(seen, session) }
    }
}
