import QueueEvents
import RedisStreams

/// What one read brought.
struct StreamBatch: Sendable {
    /// The branches that are served now, ascending.
    var served: [Int64] = []
    /// Those of them whose answer must be written at once: new here, or their keys had gone.
    var fresh: [Int64] = []
    /// What came, branch by branch, each in the stream's order.
    var reads: [BranchRead] = []
}

/// Entries of one branch's stream.
struct BranchRead: Sendable {
    var branch: Int64
    var entries: [StreamEntry]
    /// Its entry can't be read: only the id is there.
    var isTooLong = false
}

/// Reads the streams of all branches that this ingest serves, over a connection that does nothing else.
///
/// All ingests are one consumer of the group: the lease says whose turn it is, so whoever takes a shard over finds
/// what was delivered before and never committed among its own pending entries, and reads that first. Two that
/// overlap harm nobody: the cursor rows decide.
actor StreamReader {
    /// The name of every ingest in every group.
    static let consumer = "hq"

    private let connection: RedisConnection
    private let serving: @Sendable () -> Serving
    private let patience: Duration
    private let care: ReadingCare
    private var keys: [Int64: UplinkKeys] = [:]
    private var branches: [String: Int64] = [:]
    /// The branches that have a group, ascending.
    private var served: [Int64] = []
    /// Branches without a group, and when the next attempt to make one is due.
    private var unready: [Int64: ContinuousClock.Instant] = [:]
    /// For branches whose pending entries are not all read: the id after which they go on.
    private var pending: [Int64: String] = [:]
    private var nextSweep = ContinuousClock.now + HQIngestLimits.pendingSweep
    private var nextPart = 0

    /// - Parameter care: what earlier sessions have learned.
    init(
        connection: RedisConnection, patience: Duration, care: ReadingCare,
        serving: @escaping @Sendable () -> Serving
    ) {
        self.connection = connection
        self.care = care
        self.patience = patience
        self.serving = serving
    }

    /// Waits for frames, at most for the options' `patience`; empty when none came. Cancelling ends the wait.
    /// - Throws: `RedisError` of the connection.
    func next() async throws(RedisError) -> StreamBatch {
        var batch = StreamBatch()
        batch.fresh = try await follow(serving().branches)
        batch.served = served
        guard !served.isEmpty else {
            await pause()
            return batch
        }
        do throws(RedisError) {
            batch.reads = try await read(mayWait: batch.fresh.isEmpty)
        } catch {
            guard case .server(let refusal) = error, Self.meansLoss(refusal) else {
                care.note(error)
                throw error
            }
            // A stream or its group is gone, as after a loss of Redis' memory: the next turn makes all of them anew.
            served = []
            await pause()
        }
        return batch
    }

    func close() async { await connection.close() }

    private static func meansLoss(_ error: RedisServerError) -> Bool {
        switch error.kind {
        case .nogroup: true
        // UNBLOCKED: the key was deleted while the read waited. WRONGTYPE: it is no stream any more.
        case .other: error.message.hasPrefix("UNBLOCKED") || error.message.hasPrefix("WRONGTYPE")
        default: false
        }
    }

    /// A short wait where there is nothing to read from, so that the turns never spin.
    private func pause() async {
        // Cancelled while sleeping: whoever called ends by its own check.
        try? await Task.sleep(for: min(patience, HQIngestLimits.idlePause))
    }

    // MARK: - Branches that come and go

    /// Makes the groups of branches that are new here and forgets those that left.
    /// - Returns: the new ones.
    private func follow(_ wanted: [Int64]) async throws(RedisError) -> [Int64] {
        let wanted = Array(wanted.prefix(HQIngestLimits.servedBranches))
        let now = ContinuousClock.now
        if wanted == served, unready.isEmpty { return [] }
        let leaving = Set(served).union(unready.keys).subtracting(wanted)
        for branch in leaving { forget(branch) }
        let known = Set(served)
        let due = wanted.filter { !known.contains($0) && (unready[$0].map { $0 <= now } ?? true) }
        let made = try await makeGroups(due, retryAt: now + HQIngestLimits.groupRetry)
        served = wanted.filter { known.contains($0) || made.contains($0) }
        for branch in made { pending[branch] = "0" }
        return made.sorted()
    }

    private func forget(_ branch: Int64) {
        if let key = keys.removeValue(forKey: branch)?.up { branches[key] = nil }
        unready[branch] = nil
        pending[branch] = nil
    }

    /// The group begins at the stream's first entry, never at its end: what came before the group was made counts.
    private func makeGroups(
        _ due: [Int64], retryAt: ContinuousClock.Instant
    ) async throws(RedisError) -> Set<Int64> {
        var made: Set<Int64> = []
        var rest = due[...]
        while !rest.isEmpty {
            let part = rest.prefix(HQIngestLimits.pipelinedBranches)
            rest = rest.dropFirst(part.count)
            let all = part.map { UplinkKeys(branch: $0) }
            let replies = try await connection.pipeline(
                all.map { .xgroupCreate($0.up, group: UplinkKeys.group) })
            for ((branch, key), reply) in zip(zip(part, all), replies) {
                do throws(RedisError) {
                    _ = try reply.groupCreated()
                } catch {
                    // Out of memory, or no stream: this branch waits, the others don't.
                    unready[branch] = retryAt
                    continue
                }
                made.insert(branch)
                unready[branch] = nil
                keys[branch] = key
                branches[key.up] = branch
            }
        }
        return made
    }

    // MARK: - Reading

    private func read(mayWait: Bool) async throws(RedisError) -> [BranchRead] {
        if ContinuousClock.now >= nextSweep {
            nextSweep = .now + HQIngestLimits.pendingSweep
            for branch in served where pending[branch] == nil { pending[branch] = "0" }
        }
        // What was delivered before comes before what is new, or a branch's frames would come out of order.
        if care.isNeeded, !pending.isEmpty { try await dropUntouched() }
        while !pending.isEmpty {
            let reads = try await care.isNeeded ? readOne() : readPending()
            if !reads.isEmpty { return reads }
        }
        if care.isNeeded { care.end() }
        let parts = (served.count + HQIngestLimits.readStreams - 1) / HQIngestLimits.readStreams
        if parts == 1 { return try await readNew(served[...], waiting: mayWait ? patience : nil) }
        for _ in 0..<parts {
            nextPart = (nextPart + 1) % parts
            let start = nextPart * HQIngestLimits.readStreams
            let part = served[start..<min(served.count, start + HQIngestLimits.readStreams)]
            let reads = try await readNew(part, waiting: nil)
            if !reads.isEmpty { return reads }
        }
        // Nothing anywhere: the first stream that gets an entry ends the wait, so the answer is small.
        return mayWait ? try await readNew(served[...], waiting: patience) : []
    }

    private func readPending() async throws(RedisError) -> [BranchRead] {
        let asked = pending.sorted { $0.key < $1.key }.prefix(HQIngestLimits.readStreams)
        let reads = try await fetch(asked.map { ($0.key, $0.value) }, waiting: nil)
        for (branch, _) in asked { pending[branch] = nil }
        for read in reads { pending[read.branch] = read.entries.last?.id }
        return reads
    }

    // MARK: - Reading with care

    /// Forgets the branches without pending entries: with thousands of them, nobody should be asked one by one.
    private func dropUntouched() async throws(RedisError) {
        for part in pending.keys.sorted().portions(of: HQIngestLimits.pipelinedBranches) {
            let replies = try await connection.pipeline(part.map { pendingEntry(of: $0) })
            for (branch, reply) in zip(part, replies) where try reply.pendingIDs().isEmpty { pending[branch] = nil }
        }
    }

    /// Reads the next pending entry of one branch, whose id is known before it is asked for.
    private func readOne() async throws(RedisError) -> [BranchRead] {
        guard let branch = pending.keys.min(), let after = pending[branch] else { return [] }
        guard let key = keys[branch],
            let id = try await connection.send(pendingEntry(of: branch)).pendingIDs().first
        else {
            pending[branch] = nil
            return []
        }
        let place = ReadingCare.Place(branch: branch, id: id)
        var read = BranchRead(branch: branch, entries: [StreamEntry(id: id, fields: [])], isTooLong: true)
        if !care.isTooLong(place) {
            care.ask(place)
            let reads = try await connection.xreadgroup(
                group: UplinkKeys.group, consumer: Self.consumer, count: 1, streams: [(key.up, after)],
                timeout: HQIngestLimits.carefulRead)
            care.ask(nil)
            read = BranchRead(branch: branch, entries: reads.first?.entries ?? [])
        }
        // Without an entry somebody else has settled it meanwhile.
        pending[branch] = read.entries.last?.id ?? id
        return read.entries.isEmpty ? [] : [read]
    }

    private func pendingEntry(of branch: Int64) -> RedisCommand {
        .xpending(
            UplinkKeys(branch: branch).up, group: UplinkKeys.group, above: pending[branch] ?? "0", count: 1)
    }

    private func readNew(_ part: ArraySlice<Int64>, waiting: Duration?) async throws(RedisError) -> [BranchRead] {
        try await fetch(part.map { ($0, ">") }, waiting: waiting)
    }

    private func fetch(
        _ asked: [(branch: Int64, id: String)], waiting: Duration?
    ) async throws(RedisError) -> [BranchRead] {
        let reads = try await connection.xreadgroup(
            group: UplinkKeys.group, consumer: Self.consumer,
            count: max(1, HQIngestLimits.readEntries / max(1, asked.count)), block: waiting,
            streams: asked.compactMap { branch, id in keys[branch].map { ($0.up, id) } })
        return reads.compactMap { read in
            guard let branch = branches[read.key], !read.entries.isEmpty else { return nil }
            return BranchRead(branch: branch, entries: read.entries)
        }
    }
}
