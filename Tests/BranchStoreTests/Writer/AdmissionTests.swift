import BranchStore
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct AdmissionTests {
    private let issue = Command(
        actor: Actor(role: .kiosk, id: 1), request: .issue(IssueRequest(queueID: QueueID(1))))

    /// Asks without waiting for the answer; returns once the writer's queue has it or has refused it.
    private func ask(_ writer: BranchWriter, isInternal: Bool = false) async -> Task<StoreError?, Never> {
        let before = writer.waitingCommands
        let command = issue
        let (refused, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task { () -> StoreError? in
            defer { continuation.finish() }
            do throws(StoreError) {
                _ = try await writer.submit(WriteRequest(command, isInternal: isInternal))
                return nil
            } catch {
                return error
            }
        }
        let ended = Task { for await _ in refused {} }
        let isEnded = Flag()
        Task {
            await ended.value
            isEnded.set()
        }
        while writer.waitingCommands == before, !isEnded.isSet { await Task.yield() }
        return task
    }

    private func fixture(_ change: (inout WriterOptions) -> Void) async throws -> (StoreFixture, WriterGate) {
        let gate = WriterGate()
        let fixture = try StoreFixture(inMemory: true) {
            change(&$0.writer)
            $0.writer.failpoint = gate.failpoint
        }
        try await fixture.setUp()
        return (fixture, gate)
    }

    /// Asks once and waits until the writer holds the command.
    private func occupy(_ fixture: StoreFixture, _ gate: WriterGate) async throws -> Task<StoreError?, Never> {
        gate.close()
        let writer = try fixture.store.writer
        let command = issue
        let first = Task { () -> StoreError? in
            do throws(StoreError) {
                _ = try await writer.submit(WriteRequest(command))
                return nil
            } catch {
                return error
            }
        }
        await gate.held()
        return first
    }

    @Test func `the queue takes as many commands as its bound, and one more is refused at once`() async throws {
        let (fixture, gate) = try await fixture {
            $0.queue = 10
        }
        let writer = try fixture.store.writer
        var tasks = [try await occupy(fixture, gate)]
        for _ in 1...10 { tasks.append(await ask(writer)) }
        #expect(writer.waitingCommands == 10)
        let refused = await ask(writer).value
        guard case .overloaded(let retryAfter)? = refused else {
            Issue.record("Admitted beyond the bound: \(String(describing: refused))")
            return
        }
        #expect(retryAfter >= 1)
        // What the box itself asks is never refused.
        tasks.append(await ask(writer, isInternal: true))
        #expect(writer.waitingCommands == 11)
        gate.open()
        for task in tasks { #expect(await task.value == nil) }
        #expect(try await fixture.store.queue(QueueID(1))?.waiting == 12)
        #expect(await ask(writer).value == nil)
    }

    @Test func `a command whose expected wait is too long is refused while the queue still has room`() async throws {
        let (fixture, gate) = try await fixture {
            $0.batch = 8
            $0.flushDelay = 20
            $0.maxWait = 2_000
        }
        // The writer learns how long its commits take.
        for _ in 0..<30 { try await fixture.issue() }
        let writer = try fixture.store.writer
        var tasks = [try await occupy(fixture, gate)]
        var admitted = 0
        while admitted < 1_000 {
            let task = await ask(writer)
            if writer.waitingCommands == admitted {
                guard case .overloaded? = await task.value else {
                    Issue.record("Neither admitted nor refused for load.")
                    return
                }
                break
            }
            tasks.append(task)
            admitted += 1
        }
        // 2 s at 20 ms and more a batch of 8: at most 100 batches, on a slow machine fewer; the time that the held
        // batch has taken by then counts too.
        #expect((1...8 * 100).contains(admitted), "\(admitted) commands were admitted")
        gate.open()
        for task in tasks { #expect(await task.value == nil) }
    }

    @Test func `behind a commit that stalls everybody but the box itself is refused at once`() async throws {
        let (fixture, gate) = try await fixture {
            $0.maxWait = 50
        }
        let writer = try fixture.store.writer
        let first = try await occupy(fixture, gate)
        // Nothing waits in the queue: only the age of the batch under way tells.
        guard await eventually(within: .seconds(10), { writer.pressure.expectedWait > 60 }) else {
            Issue.record("A commit that stalls isn't seen.")
            return gate.open()
        }
        guard case .overloaded? = await ask(writer).value else {
            Issue.record("A command was taken in behind a stalled commit.")
            return gate.open()
        }
        let own = await ask(writer, isInternal: true)
        gate.open()
        #expect(await first.value == nil)
        #expect(await own.value == nil)
        #expect(await ask(writer).value == nil)
    }

    @Test func `an empty queue admits whatever the commits took`() async throws {
        let (fixture, _) = try await fixture {
            $0.flushDelay = 5
            $0.maxWait = 0
        }
        for _ in 0..<3 { try await fixture.issue() }
    }

    @Test func `a background job gets its turn after so many batches of commands`() async throws {
        let (fixture, gate) = try await fixture {
            $0.batch = 1
        }
        let store = try fixture.store
        // From one job to the next is what counts.
        try await store.checkpointWhenIdle()
        let before = gate.commits
        var tasks = [try await occupy(fixture, gate)]
        for _ in 0..<(2 * StoreLimits.jobPatience) { tasks.append(await ask(store.writer)) }
        async let checkpoint: Void = store.checkpointWhenIdle()
        while store.writer.pressure.jobs == 0 { await Task.yield() }
        gate.open()
        try await checkpoint
        #expect(gate.commitsAtCheckpoint == before + StoreLimits.jobPatience)
        for task in tasks { #expect(await task.value == nil) }
    }

    private static func failureOfJob(in store: BranchStore) async -> StoreError? {
        do throws(StoreError) {
            try await store.noteTokensSeen([:])
            return nil
        } catch {
            return error
        }
    }

    @Test func `as many background jobs wait as their bound, and one more is refused`() async throws {
        let (fixture, gate) = try await fixture { _ in }
        let store = try fixture.store
        let first = try await occupy(fixture, gate)
        let jobs = (0..<StoreLimits.jobQueue).map { _ in Task { await Self.failureOfJob(in: store) } }
        #expect(await eventually(within: .seconds(10)) { store.writer.pressure.jobs == StoreLimits.jobQueue })
        let refused = await Self.failureOfJob(in: store)
        #expect(refused?.description == StoreError.overloaded(retryAfter: 1).description)
        gate.open()
        for job in jobs { #expect(await job.value == nil) }
        #expect(await first.value == nil)
    }
}
