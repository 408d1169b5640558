package import BranchAccess
package import BranchStore
package import Logging
import ServiceLifecycle

/// Notes once a minute, and at the end, when tokens were last used: so that no request waits for a write.
package struct LastSeenService: Service {
    private let tokens: TokenDirectory
    private let store: BranchStore
    private let logger: Logger
    private let interval: Duration

    /// - Parameter interval: between two notes; default a minute. What was seen since the last one is lost when the
    ///   process is killed.
    package init(
        tokens: TokenDirectory, store: BranchStore, logger: Logger, interval: Duration = .seconds(60)
    ) {
        self.tokens = tokens
        self.store = store
        self.logger = logger
        self.interval = interval
    }

    /// Runs until the graceful shutdown, which must reach it before the store closes.
    package func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            // Ended early: it is time for the last note.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            await note()
        }
    }

    /// Writes what was seen since the last time; nothing when nobody was.
    package func note() async {
        let seen = tokens.takeLastSeen()
        guard !seen.isEmpty else { return }
        do {
            try await store.noteTokensSeen(seen)
        } catch {
            logger.warning("When tokens were seen could not be noted", metadata: ["cause": "\(error)"])
        }
    }
}
