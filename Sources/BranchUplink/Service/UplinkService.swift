package import BranchStore
package import Logging
package import RedisStreams
import ServiceLifecycle
import Synchronization

/// What the uplink is run with, beside its enrolment.
package struct UplinkOptions: Sendable {
    /// Goes before the enrolment's address; nil = that one counts.
    package var redisAddress: RedisAddress?
    package var redis: RedisOptions
    /// The program's, for the heartbeat.
    package var version: String
    package var pace = PublisherPace()

    package init(redisAddress: RedisAddress? = nil, redis: RedisOptions = RedisOptions(), version: String) {
        self.redisAddress = redisAddress
        self.redis = redis
        self.version = version
    }
}

/// Brings the log to head office, while the branch is enrolled; else it waits.
///
/// Nothing waits for it: it reads the log from its own cursor, writes its few rows through the writer at lowest
/// priority, and whatever happens to Redis or head office stays in here.
package final class UplinkService: Service {
    private let store: BranchStore
    private let options: UplinkOptions
    private let logger: Logger
    /// Guards the enrolment in force and what the run under way says of itself.
    private let state: Mutex<State>
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    private struct State {
        var enrolment: Enrolment?
        var standing: UplinkStanding?
    }

    /// - Parameter enrolment: as it was found at the start; nil = the branch isn't enrolled.
    package init(store: BranchStore, enrolment: Enrolment?, options: UplinkOptions, logger: Logger) {
        self.store = store
        self.options = options
        self.logger = logger
        state = Mutex(State(enrolment: enrolment))
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        changed.yield()
    }

    /// Goes on with another enrolment, which is stored already.
    package func enrol(_ enrolment: Enrolment) {
        state.withLock { $0.enrolment = enrolment }
        changed.yield()
    }

    /// How the uplink stands; nil when the branch isn't enrolled.
    package var standing: UplinkStanding? { state.withLock { $0.standing } }

    /// Runs until the graceful shutdown. Nothing is lost by being cut off: the log has it all.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        await withDiscardingTaskGroup { group in
            var current: UplinkTask?
            for await _ in changes {
                current?.cancel()
                await current?.waitUntilEnded()
                current = nil
                guard let enrolment = state.withLock({ $0.enrolment }) else { continue }
                let task = UplinkTask()
                current = task
                group.addTask { await task.run { await self.connect(enrolment) } }
            }
            group.cancelAll()
        }
    }

    private func connect(_ enrolment: Enrolment) async {
        guard let address = address(of: enrolment) else {
            let lacking = "neither the enrolment nor uplink.redis_url says where Redis is"
            logger.error("The uplink can't begin", metadata: ["cause": "\(lacking)"])
            return report(UplinkStanding(branch: enrolment.branch, cause: lacking))
        }
        report(UplinkStanding(branch: enrolment.branch, cause: "it has just begun"))
        let run = UplinkRun(
            store: store, enrolment: enrolment, address: address, options: options, logger: logger
        ) { [weak self] in self?.report($0) }
        await run.run()
    }

    private func address(of enrolment: Enrolment) -> RedisAddress? {
        let own = options.redisAddress
        // The text was checked when the enrolment was read.
        let given = enrolment.redisURL.flatMap { try? RedisAddress(url: $0) }
        return (own ?? given)?.signedIn(user: enrolment.redisUser, password: enrolment.key)
    }

    private func report(_ standing: UplinkStanding) { state.withLock { $0.standing = standing } }
}

/// A task of a group that can be ended alone.
private final class UplinkTask: Sendable {
    private let (orders, order) = AsyncStream.makeStream(of: Void.self)
    private let (ends, end) = AsyncStream.makeStream(of: Void.self)

    func cancel() { order.finish() }

    func waitUntilEnded() async {
        for await _ in ends {}
    }

    /// Runs the work until it ends, or this is cancelled.
    func run(_ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { [orders] in
                for await _ in orders {}
            }
            _ = await group.next()
            group.cancelAll()
        }
        end.finish()
    }
}
