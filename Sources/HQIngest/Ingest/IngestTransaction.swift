package import PostgresDriver
package import QueueEvents

/// One transaction over entries of many branches: lease, cursors, verdicts, events, cursors again.
package struct IngestTransaction: Sendable {
    /// What stands against a branch, and what it is told.
    package struct Refusal: Sendable, Equatable {
        package var refusal: UplinkAck.Refusal?
        package var gen: Int64

        package init(refusal: UplinkAck.Refusal?, gen: Int64) {
            self.refusal = refusal
            self.gen = gen
        }
    }

    /// What became of one branch's entries, all of which are settled by it.
    package struct Outcome: Sendable, Equatable {
        package var branch: Int64
        package var position: UplinkPosition
        package var standing: Refusal
    }

    /// What was committed.
    package struct Committed: Sendable {
        package var outcomes: [Outcome]
        package var counts: IngestStatus.Counts
    }

    private struct Writing {
        var rows: [EventRows.Row] = []
        var epochs: [(branch: Int64, epoch: TakenEpoch)] = []
        var moves: [CursorRows.Move] = []
        var letters: [DeadLetter] = []
        var outcomes: [Outcome] = []
        var counts = IngestStatus.Counts()
    }

    /// Who must hold the shards' leases.
    private let owner: String
    private let failpoint: @Sendable (IngestFailpoint) throws -> Void

    package init(owner: String, failpoint: @escaping @Sendable (IngestFailpoint) throws -> Void = { _ in }) {
        self.owner = owner
        self.failpoint = failpoint
    }

    /// Judges and stores the entries, and commits. Blocks; on the connection's thread.
    /// - Parameters:
    ///   - batch: branches ascending, each with its entries in the stream's order.
    ///   - standing: what stands against the branches from before.
    /// - Throws: `PostgresError`; ``IngestFailure`` when another ingest is at work here. Then nothing is stored.
    package func run(
        _ batch: [ArrivedBranch], standing: [Int64: Refusal], _ session: PostgresSession
    ) throws -> Committed {
        let began = ContinuousClock.now
        var committed = try session.transaction {
            try holdLeases(of: batch, session)
            let cursors = try CursorRows.lock(batch.map(\.branch), session)
            let points = try HeldPoints(batch, session)
            var writing = Writing()
            for branch in batch {
                guard let cursor = cursors[branch.branch] else { throw IngestFailure.damaged("no cursor") }
                Self.judge(branch, cursor, standing[branch.branch], points, &writing)
            }
            try EventRows.store(writing.rows, session)
            try CursorRows.open(writing.epochs, session)
            try CursorRows.advance(writing.moves, session)
            writing.counts.deadLetters = try DeadLetter.store(writing.letters, session)
            try failpoint(.beforeCommit)
            return Committed(outcomes: writing.outcomes, counts: writing.counts)
        }
        committed.counts.commits = 1
        committed.counts.commitMilliseconds = (ContinuousClock.now - began) / .milliseconds(1)
        return committed
    }

    /// Locks the leases against being taken over until the commit; whoever is late finds them gone.
    private func holdLeases(of batch: [ArrivedBranch], _ session: PostgresSession) throws {
        let shards = Set(batch.map { UplinkKeys.shard(of: $0.branch) })
        let rows = try session.execute(
            """
            SELECT shard FROM shard_lease WHERE owner = $1 AND shard = ANY($2) AND until > clock_timestamp()
            ORDER BY shard FOR SHARE
            """, [.text(owner), .ints(shards.sorted().map(Int64.init))])
        guard rows.count == shards.count else { throw IngestFailure.leaseLost }
    }

    private static func judge(
        _ arrived: ArrivedBranch, _ cursor: BranchCursor, _ standing: Refusal?, _ points: HeldPoints,
        _ writing: inout Writing
    ) {
        let branch = arrived.branch
        var classifier = FrameClassifier(
            cursor: cursor, refusal: standing?.refusal, refusedGen: standing?.gen ?? 0)
        var move = CursorRows.Move(branch: branch, before: cursor.position, after: cursor.position, events: 0)
        for entry in arrived.entries {
            switch entry.content {
            case .gone: break
            case .unreadable(let error):
                classifier.refuse(error, gen: entry.gen)
                writing.letters.append(DeadLetter(entry.raw, branch: branch, reason: error.found))
            case .entry(.probe(let probe)):
                _ = classifier.answer(probe, gen: entry.gen) { points.holds($0, of: branch) }
                writing.counts.probes += 1
            case .entry(.frame(let frame)):
                let verdict = classifier.classify(frame, gen: entry.gen) { points.holds($0, of: branch) }
                note(verdict, of: entry, branch, &move, &writing)
            }
        }
        if move.events > 0 { writing.moves.append(move) }
        writing.outcomes.append(
            Outcome(
                branch: branch, position: classifier.cursor.position,
                standing: Refusal(refusal: classifier.refusal, gen: classifier.refusedGen)))
    }

    private static func note(
        _ verdict: FrameVerdict, of entry: ArrivedEntry, _ branch: Int64, _ move: inout CursorRows.Move,
        _ writing: inout Writing
    ) {
        switch verdict {
        case .duplicate: writing.counts.duplicates += 1
        case .gap: writing.counts.gaps += 1
        case .fork: writing.counts.forks += 1
        case .superseded: writing.letters.append(DeadLetter(entry.raw, branch: branch, reason: "superseded"))
        case .reject(let reason): writing.letters.append(DeadLetter(entry.raw, branch: branch, reason: reason))
        case .accept(let frame):
            writing.rows += frame.events.map { EventRows.Row(branch: branch, epoch: frame.epoch, event: $0) }
            for event in frame.events {
                guard let flaw = event.flaw else { continue }
                writing.letters.append(DeadLetter(event, flaw: flaw, of: entry.raw, branch: branch))
            }
            if let opened = frame.opens {
                writing.epochs.append((branch, opened))
                if opened.anchor != nil { move.baseline = opened.firstSeq }
            }
            move.after = frame.after
            move.events += Int64(frame.events.count)
            writing.counts.frames += 1
            writing.counts.events += Int64(frame.events.count)
        }
    }
}
