import NIOCore

/// Runs tasks on one event loop, so that a connection's decoding, answer and writing stay on one thread.
///
/// Measured on two cores, the two thread changes that a request costs otherwise are the larger part of its time.
final class LoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
