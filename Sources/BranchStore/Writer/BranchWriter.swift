import DequeModule
import Dispatch
import Foundation
import GRDB
package import QueueDomain
import Synchronization

/// The one that writes: takes commands off a queue, decides and writes a batch of them in one transaction, makes it
/// durable, and only then lets the answers go.
///
/// There is no timer: while one batch is being made durable the next one gathers, so batches grow with the load.
/// Callers may be cancelled; a batch never is.
package final class BranchWriter: Sendable {
    typealias Answer = Result<WriteReply, StoreError>
    private typealias Job = @Sendable (WriterSession) throws -> Void

    private struct Pending {
        let request: WriteRequest
        let answer: CheckedContinuation<Answer, Never>
    }

    private enum Work {
        /// In a transaction of its own.
        case writing(Job)
        /// Between two transactions: what SQLite forbids inside one.
        case tending(@Sendable (Database) throws -> Void)
    }

    private struct PendingJob {
        let work: Work
        let done: CheckedContinuation<Result<Void, StoreError>, Never>
    }

    private struct Inbox {
        var commands: Deque<Pending> = []
        var jobs: Deque<PendingJob> = []
        var isDraining = false
        var isClosed = false
        var load = WriterLoad()
        /// Since when the writer is at the batch or job under way; nil between two of them.
        var busySince: ContinuousClock.Instant?
        /// Batches of commands since the last job; a job waits for an idle writer, but not for ever.
        var batchesSinceJob = 0
        /// Called once the writer has nothing left to do after closing.
        var whenIdle: [CheckedContinuation<Void, Never>] = []

        /// Milliseconds.
        var underWay: Double? { busySince.map { $0.duration(to: .now).milliseconds } }
    }

    package let ring: EventRing
    private let database: DatabaseQueue
    private let readClock: @Sendable () -> ClockReading
    private let options: WriterOptions
    /// Guards what waits to be written; held for a few instructions.
    private let inbox = Mutex(Inbox())
    /// Guards what the writer remembers; only the writer's thread replaces it, after a commit.
    private let memory: Mutex<WriterMemory>
    private let thread = DispatchQueue(label: "turn.writer", qos: .userInitiated)

    init(
        database: DatabaseQueue, memory: WriterMemory, readClock: @escaping @Sendable () -> ClockReading,
        options: WriterOptions
    ) {
        self.database = database
        self.readClock = readClock
        self.options = options
        ring = EventRing(head: memory.row.lastSeq)
        self.memory = Mutex(memory)
    }

    /// Has a command decided and made durable.
    /// - Returns: what it made, why it was refused, or the first answer to its key. Returns after the commit.
    /// - Throws: `StoreError`; then nothing of the command happened.
    package func submit(_ request: WriteRequest) async throws(StoreError) -> WriteReply {
        let answer: Answer = await withCheckedContinuation { continuation in
            if let refusal = enqueue(Pending(request: request, answer: continuation)) {
                continuation.resume(returning: .failure(refusal))
            }
        }
        return try answer.get()
    }

    /// Has work done in the writer's transaction when no command waits, or after `StoreLimits.jobPatience` batches.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (WriterSession) throws -> Value
    ) async throws(StoreError) -> Value {
        // Guards the value between the writer's thread and the caller.
        let box = Mutex<Value?>(nil)
        try await enqueue(
            .writing { session in
                let value = try work(session)
                box.withLock { $0 = value }
            })
        guard let value = box.withLock({ $0 }) else { throw .batchFailed("the work left no value") }
        return value
    }

    /// Has work done on the writer's thread between two transactions when no command waits: so a checkpoint never
    /// runs beside a write, on no connection but this one (SQLite 3.40 corrupts its WAL otherwise).
    /// - Returns: false when a reader was in the way.
    func tend(_ work: @escaping @Sendable (Database) throws -> Void) async throws(StoreError) -> Bool {
        // Guards the outcome between the writer's thread and the caller.
        let isDone = Mutex(true)
        try await enqueue(
            .tending { db in
                do {
                    try work(db)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                    isDone.withLock { $0 = false }
                }
            })
        return isDone.withLock { $0 }
    }

    private func enqueue(_ work: Work) async throws(StoreError) {
        let done: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            let refusal = inbox.withLock { inbox -> StoreError? in
                if inbox.isClosed { return .closed }
                if inbox.jobs.count >= StoreLimits.jobQueue { return .overloaded(retryAfter: 1) }
                inbox.jobs.append(PendingJob(work: work, done: continuation))
                start(&inbox)
                return nil
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        try done.get()
    }

    /// How many commands wait for the writer.
    package var waitingCommands: Int { inbox.withLock { $0.commands.count } }

    /// Why the wall clock isn't believed, or nil.
    package var clockAlarm: ClockAlarm? { memory.withLock { $0.clock.alarm } }

    /// The clocks as the next transaction would read them; nothing is written or remembered.
    package func moment() -> Moment {
        let reading = readClock()
        return memory.withLock { memory in
            var clock = memory.clock
            return clock.advance(to: reading)
        }
    }

    /// The newest epoch's lineage.
    var lineage: UInt64 { memory.withLock { $0.lineage } }

    /// The rules in force, with the branch's calendar.
    package var rules: Rules { memory.withLock { $0.rules } }

    /// The branch's hours at this moment; reads no database.
    package func opening() -> Opening {
        let reading = readClock()
        return memory.withLock { memory in
            var clock = memory.clock
            return Opening(
                profile: memory.row.branch.profile, instant: clock.advance(to: reading).wall,
                zone: memory.rules.calendar.zone)
        }
    }

    /// How often personal data were taken out of a row since the start, by a purge or a change; see `scrubLog()`.
    package var erasures: Int { memory.withLock { $0.erasures } }

    /// What stands in the writer's queue, and how long a new command would wait.
    package var pressure: WriterPressure {
        inbox.withLock { inbox in
            WriterPressure(
                commands: inbox.commands.count, jobs: inbox.jobs.count,
                expectedWait: inbox.load.expectedWait(
                    ahead: inbox.commands.count, batch: options.batch, underWay: inbox.underWay))
        }
    }

    /// Takes an admin's word that the wall clock is right.
    /// - Returns: the moment as it is believed now.
    func confirmClock() async throws(StoreError) -> Moment {
        try await perform { [readClock] session in try session.confirmClock(readClock()) }
    }

    /// Lets what waits be written, then refuses everything.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = inbox.withLock { inbox in
                inbox.isClosed = true
                if inbox.isDraining { inbox.whenIdle.append(continuation) }
                return !inbox.isDraining
            }
            if isIdle { continuation.resume() }
        }
        ring.finish()
    }

    private func enqueue(_ pending: Pending) -> StoreError? {
        inbox.withLock { inbox in
            if inbox.isClosed { return .closed }
            if !pending.request.isInternal {
                let ahead = inbox.commands.count
                let underWay = inbox.underWay
                let wait = inbox.load.expectedWait(ahead: ahead, batch: options.batch, underWay: underWay)
                if ahead >= options.queue || max(wait, underWay ?? 0) > options.maxWait {
                    return .overloaded(retryAfter: max(1, Int(wait / 1_000)))
                }
            }
            inbox.commands.append(pending)
            start(&inbox)
            return nil
        }
    }

    private func start(_ inbox: inout Inbox) {
        guard !inbox.isDraining else { return }
        inbox.isDraining = true
        thread.async { self.drain() }
    }

    private func drain() {
        while true {
            let (commands, job, idle) = inbox.withLock { next(&$0) }
            if !commands.isEmpty {
                run(commands)
            } else if let job {
                run(job)
            } else {
                for waiter in idle { waiter.resume() }
                return
            }
        }
    }

    /// What to do next: a batch, or one job, or nothing any more.
    private func next(_ inbox: inout Inbox) -> ([Pending], PendingJob?, [CheckedContinuation<Void, Never>]) {
        if inbox.commands.isEmpty || inbox.batchesSinceJob >= StoreLimits.jobPatience,
            let job = inbox.jobs.popFirst()
        {
            inbox.batchesSinceJob = 0
            inbox.busySince = .now
            return ([], job, [])
        }
        let count = min(inbox.commands.count, options.batch)
        if count > 0 {
            let commands = Array(inbox.commands.prefix(count))
            inbox.commands.removeFirst(count)
            inbox.batchesSinceJob += 1
            inbox.busySince = .now
            return (commands, nil, [])
        }
        inbox.isDraining = false
        defer { inbox.whenIdle = [] }
        return ([], nil, inbox.whenIdle)
    }

    private func run(_ batch: [Pending]) {
        let clock = ContinuousClock()
        let began = clock.now
        var decided = began
        let result = transaction { session in
            let answers = try batch.map { try session.answer($0.request) }
            decided = clock.now
            return answers
        }
        let ended = clock.now
        inbox.withLock {
            $0.busySince = nil
            $0.load.record(
                commands: batch.count, deciding: (decided - began).milliseconds,
                committing: (ended - decided).milliseconds)
        }
        switch result {
        case .success(let answers):
            for (pending, answer) in zip(batch, answers) { pending.answer.resume(returning: answer) }
            options.failpoint(.afterAnswer)
        case .failure(let error):
            for pending in batch { pending.answer.resume(returning: .failure(error)) }
        }
    }

    private func run(_ job: PendingJob) {
        switch job.work {
        case .writing(let work):
            let result = transaction { session in try work(session) }
            inbox.withLock { $0.busySince = nil }
            job.done.resume(returning: result)
        case .tending(let work):
            let result = database.writeWithoutTransaction { db -> Result<Void, StoreError> in
                do {
                    return .success(try work(db))
                } catch {
                    return .failure(rolledBack(db, after: error))
                }
            }
            inbox.withLock { $0.busySince = nil }
            job.done.resume(returning: result)
        }
    }

    /// One IMMEDIATE transaction over one batch: all of it durable and announced, or nothing of it happened.
    private func transaction<Value>(_ work: (WriterSession) throws -> Value) -> Result<Value, StoreError> {
        var start = memory.withLock { $0 }
        options.failpoint(.beforeBegin)
        let now = start.clock.advance(to: readClock())
        return database.writeWithoutTransaction { db in
            let session = WriterSession(db: db, memory: start, now: now)
            let value: Value
            do {
                try db.beginTransaction(.immediate)
                value = try work(session)
                try session.finish()
            } catch {
                return .failure(rolledBack(db, after: error))
            }
            if options.flushDelay > 0 { pause(milliseconds: options.flushDelay) }
            options.failpoint(.beforeCommit)
            do {
                try db.commit()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
                return .failure(rolledBack(db, after: error))
            } catch {
                options.onFatal("a commit failed: \(error)")
            }
            options.failpoint(.afterCommit)
            memory.withLock { $0 = session.memory }
            ring.append(session.logged)
            options.failpoint(.afterBroadcast)
            return .success(value)
        }
    }

    private func rolledBack(_ db: Database, after error: any Error) -> StoreError {
        if db.isInsideTransaction {
            do {
                try db.rollback()
            } catch {
                options.onFatal("a rollback failed: \(error)")
            }
        }
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else { return .batchFailed(String(describing: error)) }
        switch error.resultCode {
        case .SQLITE_FULL:
            options.onDiskFull()
            return .diskFull
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB: options.onFatal("the database failed: \(error)")
        default: return .batchFailed("\(error.resultCode): \(error.message ?? "no message")")
        }
    }

    private func pause(milliseconds: Int) { Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000) }
}

extension Duration {
    /// This span in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
    }
}
