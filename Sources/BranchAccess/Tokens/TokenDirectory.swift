import Synchronization

/// Who holds which token: answers every request without reading the database.
///
/// The store stays the truth. After a commit that made or revoked a token, the directory takes the row that was
/// written; rows may arrive in another order than they were written in.
package final class TokenDirectory: Sendable {
    private struct State {
        var principals: [SecretHash: Principal] = [:]
        var hashes: [Int64: SecretHash] = [:]
        /// Tokens that were revoked, by id. Ids are drawn once and revoking is final, so a row that was read before and
        /// arrives late brings none of them back. The store bounds their number: it keeps revoked tokens' rows.
        var ended: Set<Int64> = []
        var lastSeen: [Int64: Int64] = [:]
        /// Who is told of each change, by a number drawn once.
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
    }

    /// The mutex guards the whole state; it is held for a look-up or a replacement, never across an await.
    private let state: Mutex<State>

    /// A directory without tokens: everybody is a stranger.
    package init() {
        state = Mutex(State())
    }

    /// Takes these rows in place of all before. Revoked ones are left out.
    ///
    /// - Throws: ``TooManyTokens`` if more than ``Limits/tokens`` are live; then nothing changes.
    package func replace(with rows: some Sequence<TokenRow>) throws(TooManyTokens) {
        var principals: [SecretHash: Principal] = [:]
        var hashes: [Int64: SecretHash] = [:]
        var ended: Set<Int64> = []
        for row in rows {
            if row.revokedAt != nil {
                ended.insert(row.id)
            } else {
                principals[row.hash] = row.principal
                hashes[row.id] = row.hash
            }
        }
        guard principals.count <= Limits.tokens else { throw TooManyTokens() }
        let followers = state.withLock { state in
            state.ended.formUnion(ended)
            for id in state.ended {
                if let hash = hashes.removeValue(forKey: id) { principals[hash] = nil }
            }
            state.principals = principals
            state.hashes = hashes
            let live = hashes
            state.lastSeen = state.lastSeen.filter { live[$0.key] != nil }
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield() }
    }

    /// Takes one row: a new token, a changed one, or one that was revoked.
    ///
    /// - Throws: ``TooManyTokens`` if it is new and ``Limits/tokens`` are live; then nothing changes.
    package func put(_ row: TokenRow) throws(TooManyTokens) {
        let told = state.withLock { state -> [AsyncStream<Void>.Continuation]? in
            let previous = state.hashes[row.id]
            let isRemoval = row.revokedAt != nil
            if isRemoval { state.ended.insert(row.id) }
            guard isRemoval || !state.ended.contains(row.id) else { return [] }
            guard isRemoval || previous != nil || state.principals.count < Limits.tokens else { return nil }
            if let previous { state.principals[previous] = nil }
            state.hashes[row.id] = isRemoval ? nil : row.hash
            if isRemoval {
                state.lastSeen[row.id] = nil
            } else {
                state.principals[row.hash] = row.principal
            }
            return Array(state.followers.values)
        }
        guard let told else { throw TooManyTokens() }
        for follower in told { follower.yield() }
    }

    /// Who holds this token, or nil if nobody does. Notes when it was seen.
    ///
    /// The look-up is by hash, so its time tells nothing about other tokens' texts.
    ///
    /// - Parameters:
    ///   - text: what the caller sent; anything.
    ///   - nowMilliseconds: milliseconds since 1970, UTC.
    package func principal(for text: String, nowMilliseconds: Int64) -> Principal? {
        guard AccessToken.isWellFormed(text) else { return nil }
        let hash = SecretHash(of: text)
        return state.withLock { state in
            guard let principal = state.principals[hash] else { return nil }
            state.lastSeen[principal.tokenID] = nowMilliseconds
            return principal
        }
    }

    /// Whether a token is still live, for connections that outlast a request.
    package func isLive(tokenID: Int64) -> Bool {
        state.withLock { $0.hashes[tokenID] != nil }
    }

    /// The number of live tokens.
    package var count: Int { state.withLock { $0.principals.count } }

    /// Tells when tokens have changed, so that long connections can ask again whether theirs is live. Changes that
    /// come faster than they are taken are told once. Ends when the stream is dropped.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            let id = state.nextFollower
            state.nextFollower += 1
            state.followers[id] = continuation
            continuation.onTermination = { [weak self] _ in self?.forget(id) }
        }
        return stream
    }

    private func forget(_ id: Int) { state.withLock { _ = $0.followers.removeValue(forKey: id) } }

    /// Hands out what was seen since the last time, for the flush to the store once a minute: token id → milliseconds
    /// since 1970. At most one entry a live token.
    package func takeLastSeen() -> [Int64: Int64] {
        state.withLock { state in
            defer { state.lastSeen = [:] }
            return state.lastSeen
        }
    }
}

/// More than ``Limits/tokens`` tokens would be live.
package struct TooManyTokens: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String { "a branch has at most \(Limits.tokens) live tokens; revoke some first" }
}
