package import BranchStore
package import Logging
import ServiceLifecycle
import Synchronization

/// Walks along the event log's chain once after the start, slowly and beside everything else, and remembers the first
/// event that isn't what was written.
package final class LogCheck: Service {
    private let store: BranchStore
    private let logger: Logger
    private let pause: Duration
    /// Guards what the walk has found.
    private let found = Mutex<Int64?>(nil)

    /// - Parameter pause: between two pages; default `ControlLimits.logCheckPause`.
    package init(
        store: BranchStore, logger: Logger, pause: Duration = .milliseconds(ControlLimits.logCheckPause)
    ) {
        self.store = store
        self.logger = logger
        self.pause = pause
    }

    /// The first event whose link or number is wrong; nil while none was found.
    package var brokenEvent: Int64? { found.withLock { $0 } }

    /// Walks once, then waits for the shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.check()
            // Cancelled: it is time to end.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(ControlLimits.lastSeenPause)) }
        }
    }

    /// Walks once; a failure to read is logged, and is no broken event.
    package func check() async {
        do {
            guard let seq = try await store.firstBrokenEvent(pause: pause) else { return }
            found.withLock { $0 = seq }
            logger.critical("The event log is not what was written", metadata: ["seq": "\(seq)"])
        } catch {
            if !Task.isCancelled { logger.error("The event log could not be checked", metadata: ["error": "\(error)"]) }
        }
    }
}
