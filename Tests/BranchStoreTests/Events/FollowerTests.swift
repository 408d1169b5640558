import BranchStore
import Dispatch
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing

/// Lets whoever resumes one of its tasks wait, as a thousand followers would.
private final class BusyExecutor: TaskExecutor {
    /// Guards whether the next job is held.
    private let holds = Mutex(false)
    private let released = DispatchSemaphore(value: 0)
    private let queue = DispatchQueue(label: "turn.test.follower")
    let isHolding = Flag()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if holds.withLock({ $0 }) {
            isHolding.set()
            released.wait()
        }
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    func hold() { holds.withLock { $0 = true } }

    func open() {
        holds.withLock { $0 = false }
        released.signal()
    }
}

@Suite struct FollowerTests {
    @Test func `an answer doesn't wait until everybody who follows the log was told`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let ring = try fixture.store.writer.ring
        let executor = BusyExecutor()
        let heads = Mutex<[Int64]>([])
        let follower = Task(executorPreference: executor) {
            for await head in ring.growth() { heads.withLock { $0.append(head) } }
        }
        let first = ring.head
        #expect(await eventually(within: .seconds(10)) { heads.withLock { $0 } == [first] })
        executor.hold()
        let isAnswered = Flag()
        let writer = try fixture.store.writer
        let issue = Task {
            let command = Command(actor: .system, request: .issue(IssueRequest(queueID: QueueID(1))))
            _ = try await writer.submit(WriteRequest(command))
            isAnswered.set()
        }
        #expect(await eventually(within: .seconds(10)) { executor.isHolding.isSet })
        #expect(await eventually(within: .seconds(5)) { isAnswered.isSet })
        executor.open()
        try await issue.value
        #expect(await eventually(within: .seconds(10)) { heads.withLock { $0.last } == first + 1 })
        await fixture.close()
        await follower.value
    }
}
