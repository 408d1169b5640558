import BranchAccess
import HTTPTypes
import NIOCore
import Synchronization
import WebSocketTransport

/// What every request passes before it is looked at: Host, Origin, token, rate (product.md, order of checks).
final class RequestGate: Sendable {
    private struct NameRules: Sendable {
        let address: SocketAddress?
        let host: HostRule
        let origin: OriginRule
        /// Milliseconds of the gate's clock.
        let readAt: Int64

        init(_ names: HostNames, at address: SocketAddress?, readAt: Int64) {
            let allowed = names.allowed(at: address)
            self.address = address
            host = HostRule(allowed: allowed)
            origin = OriginRule(allowed: allowed)
            self.readAt = readAt
        }
    }

    private let tokens: TokenDirectory
    private let limiter: RequestLimiter
    private let names: HostNames
    private let ticks: @Sendable () -> Int64
    /// Guards the names of the box, which are known when it listens.
    private let rules: Mutex<NameRules>

    /// - Parameter ticks: milliseconds of a clock that never goes back.
    init(tokens: TokenDirectory, limiter: RequestLimiter, names: HostNames, ticks: @escaping @Sendable () -> Int64) {
        self.tokens = tokens
        self.limiter = limiter
        self.names = names
        self.ticks = ticks
        rules = Mutex(NameRules(names, at: nil, readAt: ticks()))
    }

    func listens(at address: SocketAddress) {
        let rules = NameRules(names, at: address, readAt: ticks())
        self.rules.withLock { $0 = rules }
    }

    /// Host and Origin, then who it is. A token that nobody holds is nobody: routes for anybody serve it all the same.
    func admit(_ head: HTTPRequest, address: SocketAddress?, isWebSocket: Bool = false) throws(Problem) -> Caller {
        try checkHost(head)
        try checkOrigin(head, isWebSocket: isWebSocket)
        var principal: Principal?
        if let header = head.headerFields[.authorization], let token = AccessToken.bearer(header) {
            principal = tokens.principal(for: token, nowMilliseconds: WallClock.milliseconds())
        }
        return Caller(principal: principal, address: ClientAddress.text(address), host: head.authority)
    }

    private func checkHost(_ head: HTTPRequest) throws(Problem) {
        let asked = head.authority.map { [$0] } ?? []
        var verdict = rules.withLock { $0.host.verdict(asked) }
        if verdict == .foreign, let renewed = renewedRules() { verdict = renewed.host.verdict(asked) }
        switch verdict {
        case .allowed: return
        case .missing:
            // Only HTTP/1.0 gets here without Host; whether it may is the route's to say.
            guard head.method == .get || head.method == .head else { throw Problem.badHost }
        case .malformed: throw Problem.badHost
        case .foreign:
            throw Problem(.misdirectedRequest, "misdirected_request", "This server isn't known by that name.")
        }
    }

    /// A box that listens on all interfaces may get an address long after its start, from DHCP or by a cable.
    private func renewedRules() -> NameRules? {
        let now = ticks()
        let known = rules.withLock { $0 }
        guard let address = known.address, HostNames.isWildcard(address), now - known.readAt >= Limits.addressAge else {
            return nil
        }
        let renewed = NameRules(names, at: address, readAt: now)
        rules.withLock { $0 = renewed }
        return renewed
    }

    private func checkOrigin(_ head: HTTPRequest, isWebSocket: Bool) throws(Problem) {
        guard let origin = head.headerFields[.origin] else { return }
        let reads = head.method == .get || head.method == .head
        if reads, !isWebSocket { return }
        let isAllowed = rules.withLock { $0.origin.allows(origin) }
        guard isAllowed else {
            throw Problem(.forbidden, "bad_origin", "A page of another site may not do this.")
        }
    }

    /// Host once more, role, rate; then the connection has its place among those of staff and devices.
    func authorize(_ operation: BranchAccess.Operation, _ caller: Caller) throws(Problem) -> Principal {
        guard caller.host != nil else { throw Problem.badHost }
        switch AccessTable.decide(operation, role: caller.principal?.role) {
        case .unauthenticated: throw Problem.unauthorized
        case .forbidden: throw Problem(.forbidden, "forbidden", "This role may not do this.")
        case .allowed: break
        }
        guard let principal = caller.principal else { throw Problem.unauthorized }
        try check(limiter.admit(principal, nowMilliseconds: ticks()))
        ClientConnection.current?.recognise()
        return principal
    }

    /// Asked again after a long wait, in which a token may have been revoked.
    func requireLive(_ principal: Principal) throws(Problem) {
        guard tokens.isLive(tokenID: principal.tokenID) else { throw Problem.unauthorized }
    }

    /// Returns when a token is no longer live, or when the task is cancelled: a long wait must not outlast it.
    func waitForRevocation(of principal: Principal) async {
        let changes = tokens.changes()
        guard tokens.isLive(tokenID: principal.tokenID) else { return }
        for await _ in changes where !tokens.isLive(tokenID: principal.tokenID) { return }
    }

    /// A public link, before the database is asked for it.
    func admitLookUp(_ hash: SecretHash, _ caller: Caller) throws(Problem) {
        try check(limiter.admitLookUp(hash, from: caller.address, nowMilliseconds: ticks()))
    }

    /// A public link that exists, or not.
    func admitLink(_ hash: SecretHash?, _ caller: Caller) throws(Problem) {
        let now = ticks()
        if let hash {
            try check(limiter.admitLink(hash, nowMilliseconds: now))
        } else {
            try check(limiter.admitUnknownLink(from: caller.address, nowMilliseconds: now))
        }
    }

    private func check(_ verdict: RateVerdict) throws(Problem) {
        if case .refused(let wait) = verdict { throw Problem.rateLimited(retryAfter: Int((wait + 999) / 1_000)) }
    }
}
