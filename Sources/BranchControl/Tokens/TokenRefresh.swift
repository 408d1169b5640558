package import BranchAccess
package import BranchStore
package import Logging
import QueueDomain

/// Brings the store's tokens to the directory that answers requests: at the start, and after each change.
package struct TokenRefresh: Sendable {
    private let directory: TokenDirectory
    private let store: BranchStore
    private let logger: Logger

    /// From a store to a directory.
    package init(directory: TokenDirectory, store: BranchStore, logger: Logger) {
        self.directory = directory
        self.store = store
        self.logger = logger
    }

    /// Brings the store's tokens to the directory.
    /// - Throws: `StoreError.readFailed`; also when there are more than the directory takes, or a row that no version
    ///   of the program wrote.
    package func refresh() async throws(StoreError) {
        var rows: [TokenRow] = []
        for token in try await store.tokens() {
            guard let role = Role(rawValue: token.role), let hash = SecretHash(bytes: token.hash) else {
                throw .readFailed("token \(token.id) has an unknown role or hash")
            }
            rows.append(
                TokenRow(
                    id: token.id, role: role, name: token.name, hash: hash, agentID: token.agentID,
                    counterID: token.counterID, createdAt: token.createdAt.milliseconds,
                    revokedAt: token.revokedAt?.milliseconds))
        }
        do {
            try directory.replace(with: rows)
        } catch {
            throw .readFailed(error.description)
        }
    }

    /// After a token was made or revoked; a failure is logged, and the next change tries again.
    package func refreshOrLog() async {
        do {
            try await refresh()
        } catch {
            logger.error("The tokens could not be read again", metadata: ["error": "\(error)"])
        }
    }
}
