import Synchronization

/// The rates of a branch, from its settings. Workers, supervisors and admins have none.
package struct RequestRates: Sendable, Equatable {
    /// Each kiosk's token.
    package var kiosk: RateLimit
    /// Each display's token.
    package var display: RateLimit
    /// Each agent's token.
    package var agent: RateLimit
    /// Each public link that exists.
    package var publicLink: RateLimit
    /// Each address that asks for links that don't exist.
    package var unknownLink: RateLimit
    /// All public links together.
    package var publicTotal: RateLimit

    /// The rates of the product, which the settings may change.
    package init(
        kiosk: RateLimit = RateLimit(perSecond: 5, burst: 20), display: RateLimit = RateLimit(perSecond: 5, burst: 50),
        agent: RateLimit = RateLimit(perSecond: 20, burst: 60),
        publicLink: RateLimit = RateLimit(perSecond: 2, burst: 20),
        unknownLink: RateLimit = RateLimit(perSecond: 2, burst: 20),
        publicTotal: RateLimit = RateLimit(perSecond: 300, burst: 300)
    ) {
        self.kiosk = kiosk
        self.display = display
        self.agent = agent
        self.publicLink = publicLink
        self.unknownLink = unknownLink
        self.publicTotal = publicTotal
    }

    /// Each address that asks for links, whether they exist or not.
    var linkLookUp: RateLimit {
        RateLimit(
            perSecond: unknownLink.perSecond * Limits.lookUpsPerUnknownLink,
            burst: unknownLink.burst * Limits.lookUpsPerUnknownLink)
    }

    /// The rate of one token of this role.
    package func limit(of role: Role) -> RateLimit {
        switch role {
        case .kiosk: kiosk
        case .display: display
        case .agent: agent
        case .admin, .supervisor, .worker, .metrics: .none
        }
    }
}

/// Decides for each request whether it comes too fast. Times are milliseconds that never go back.
package final class RequestLimiter: Sendable {
    private struct State {
        var tokens: [Role: RateLimiter<Int64>]
        var links: RateLimiter<SecretHash>
        var strangers: RateLimiter<String>
        var lookUps: RateLimiter<String>
        var total: RateLimiter<Bool>
    }

    /// The mutex guards all buckets; it is held for a few additions.
    private let state: Mutex<State>
    private let limited: RoleSet

    /// - Parameter rates: how fast each kind of caller may ask.
    package init(_ rates: RequestRates) {
        var tokens: [Role: RateLimiter<Int64>] = [:]
        var limited: RoleSet = []
        for role in Role.allCases where rates.limit(of: role).perSecond > 0 {
            tokens[role] = RateLimiter(rates.limit(of: role), capacity: Limits.tokens)
            limited.insert(RoleSet(role))
        }
        self.limited = limited
        state = Mutex(
            State(
                tokens: tokens, links: RateLimiter(rates.publicLink), strangers: RateLimiter(rates.unknownLink),
                lookUps: RateLimiter(rates.linkLookUp), total: RateLimiter(rates.publicTotal)))
    }

    /// A request with a token.
    package func admit(_ principal: Principal, nowMilliseconds: Int64) -> RateVerdict {
        guard limited.contains(principal.role) else { return .allowed }
        return state.withLock { state in
            state.tokens[principal.role]?.take(principal.tokenID, nowMilliseconds: nowMilliseconds) ?? .allowed
        }
    }

    /// A request with a public link, before the database is asked whether the link exists.
    ///
    /// A link that has been used up, or all of them together, need no look-up; and an address gets a bounded number of
    /// them, several times what its unknown links get, because known ones may come from behind it too. What is allowed
    /// here is counted afterwards by `admitLink` or `admitUnknownLink`.
    ///
    /// - Parameters:
    ///   - hash: of the link's token.
    ///   - address: the address of the client, without its port.
    package func admitLookUp(_ hash: SecretHash, from address: String, nowMilliseconds: Int64) -> RateVerdict {
        state.withLock { state in
            let own = state.links.peek(hash, nowMilliseconds: nowMilliseconds)
            guard own == .allowed else { return own }
            let total = state.total.peek(true, nowMilliseconds: nowMilliseconds)
            guard total == .allowed else { return total }
            return state.lookUps.take(address, nowMilliseconds: nowMilliseconds)
        }
    }

    /// A request with a public link that exists.
    ///
    /// Its own bucket is asked before that of all links together, so that one phone gone wild can't use up the rest.
    package func admitLink(_ hash: SecretHash, nowMilliseconds: Int64) -> RateVerdict {
        state.withLock { state in
            let own = state.links.take(hash, nowMilliseconds: nowMilliseconds)
            return own == .allowed ? state.total.take(true, nowMilliseconds: nowMilliseconds) : own
        }
    }

    /// A request with a public link that doesn't exist.
    ///
    /// - Parameter address: the address of the client, without its port.
    package func admitUnknownLink(from address: String, nowMilliseconds: Int64) -> RateVerdict {
        state.withLock { state in
            let own = state.strangers.take(address, nowMilliseconds: nowMilliseconds)
            return own == .allowed ? state.total.take(true, nowMilliseconds: nowMilliseconds) : own
        }
    }
}
