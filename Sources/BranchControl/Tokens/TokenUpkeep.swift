package import BranchAccess
package import BranchStore
package import Logging
import QueueDomain
import ServiceLifecycle

/// Keeps the directory that answers requests as the store has it, and notes in the store when tokens were last used.
package struct TokenUpkeep: Service {
    private let directory: TokenDirectory
    private let store: BranchStore
    private let logger: Logger

    /// Upkeep of a directory from a store.
    package init(directory: TokenDirectory, store: BranchStore, logger: Logger) {
        self.directory = directory
        self.store = store
        self.logger = logger
    }

    /// Brings the store's tokens to the directory, at the start.
    /// - Throws: `StoreError.readFailed`; also when there are more than the directory takes, or a row that no version
    ///   of the program wrote.
    package func refresh() async throws(StoreError) {
        var rows: [TokenRow] = []
        for token in try await store.tokens() { rows.append(try Self.row(of: token)) }
        do {
            try directory.replace(with: rows)
        } catch {
            throw .readFailed(error.description)
        }
    }

    /// Takes the row that the store wrote when a token was made or revoked. From then on requests are answered by it;
    /// nothing is read, so nothing that happens meanwhile is lost.
    /// - Throws: `StoreError.readFailed` when there are more than the directory takes, or the row is no token's. A row
    ///   that was revoked is always taken.
    package func take(_ token: StoredToken) throws(StoreError) {
        let row = try Self.row(of: token)
        do {
            try directory.put(row)
        } catch {
            throw .readFailed(error.description)
        }
    }

    private static func row(of token: StoredToken) throws(StoreError) -> TokenRow {
        guard let role = Role(rawValue: token.role), let hash = SecretHash(bytes: token.hash) else {
            throw .readFailed("token \(token.id) has an unknown role or hash")
        }
        return TokenRow(
            id: token.id, role: role, name: token.name, hash: hash, agentID: token.agentID,
            counterID: token.counterID, createdAt: token.createdAt.milliseconds,
            revokedAt: token.revokedAt?.milliseconds)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // Cancelling ends the pause early, and what was seen is noted once more.
                try? await Task.sleep(for: .seconds(ControlLimits.lastSeenPause))
                await self.noteSeen()
            }
        }
    }

    /// Notes what was seen since the last time; it is told once, so a failure loses a minute of it.
    package func noteSeen() async {
        let seen = directory.takeLastSeen()
        guard !seen.isEmpty else { return }
        do {
            try await store.noteTokensSeen(seen)
        } catch {
            logger.warning("The use of tokens could not be noted", metadata: ["error": "\(error)"])
        }
    }
}
