package import Logging
package import PostgresDriver
import ServiceLifecycle
import Synchronization

/// Looks at the branches every few seconds, so that any number of callers may ask without asking the database.
package struct StatusWatch: Service {
    /// What the last look showed.
    package struct Snapshot: Sendable {
        /// The last status that could be read, and when; it stays when a later look fails.
        package var status: HQStatus?
        package var readAt: ContinuousClock.Instant?
        /// Why the database can't be used now; nil when it can, or before the first look.
        package var fault: String?

        package init(status: HQStatus? = nil, readAt: ContinuousClock.Instant? = nil, fault: String? = nil) {
            self.status = status
            self.readAt = readAt
            self.fault = fault
        }
    }

    private final class Board: Sendable {
        /// Guards what the last look showed; held for a few instructions.
        let snapshot = Mutex(Snapshot())
    }

    private let options: PostgresOptions
    private let logger: Logger
    private let board = Board()

    /// Nothing is connected yet.
    package init(options: PostgresOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// What the last look showed. Never waits.
    package var snapshot: Snapshot { board.snapshot.withLock { $0 } }

    /// Looks until it is cancelled or shut down gracefully; connects anew, with growing pauses, after a loss.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = HQIngestLimits.statusRetry.first
            while !Task.isCancelled {
                if await watch() { pause = HQIngestLimits.statusRetry.first }
                // Cancelled while sleeping: the loop ends at its condition.
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, HQIngestLimits.statusRetry.last)
            }
        }
    }

    /// One connection's life; whether it could be used at all.
    private func watch() async -> Bool {
        var hasWorked = false
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(options)
            do throws(PostgresError) {
                while !Task.isCancelled {
                    let status = try await connection.perform { try HQStatus.read($0) }
                    works(status)
                    hasWorked = true
                    // Cancelled while sleeping: the loop ends at its condition.
                    try? await Task.sleep(for: HQIngestLimits.statusPause)
                }
            } catch {
                fails((error.cause as? SchemaError)?.description ?? error.message)
            }
            await connection.close()
        } catch {
            fails(error.message)
        }
        return hasWorked
    }

    private func works(_ status: HQStatus) {
        let hadFault = board.snapshot.withLock { snapshot in
            defer { snapshot = Snapshot(status: status, readAt: .now) }
            return snapshot.fault != nil
        }
        if hadFault { logger.notice("The database answers again") }
    }

    private func fails(_ why: String) {
        let isNew = board.snapshot.withLock { snapshot in
            defer { snapshot.fault = why }
            return snapshot.fault == nil
        }
        if isNew { logger.warning("The database can't be used; tried again", metadata: ["why": "\(why)"]) }
    }
}
