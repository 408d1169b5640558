import BranchAccess
import HTTPTypes
import NIOCore
import Synchronization

/// What every request passes before it is looked at: Host, Origin, token, rate (product.md, order of checks).
final class RequestGate: Sendable {
    private struct NameRules: Sendable {
        let host: HostRule
        let origin: OriginRule

        init(_ allowed: AllowedHosts) {
            host = HostRule(allowed: allowed)
            origin = OriginRule(allowed: allowed)
        }
    }

    private let tokens: TokenDirectory
    private let limiter: RequestLimiter
    private let names: HostNames
    /// Guards the names of the box, which are known when it listens.
    private let rules: Mutex<NameRules>

    init(tokens: TokenDirectory, limiter: RequestLimiter, names: HostNames) {
        self.tokens = tokens
        self.limiter = limiter
        self.names = names
        rules = Mutex(NameRules(names.allowed(at: nil)))
    }

    func listens(at address: SocketAddress) {
        let allowed = names.allowed(at: address)
        rules.withLock { $0 = NameRules(allowed) }
    }

    /// Host and Origin, then who it is. A token that nobody holds is refused, whatever is asked.
    func admit(_ head: HTTPRequest, address: SocketAddress?, isWebSocket: Bool = false) throws(Problem) -> Caller {
        try checkHost(head)
        try checkOrigin(head, isWebSocket: isWebSocket)
        var principal: Principal?
        if let header = head.headerFields[.authorization] {
            let now = WallClock.milliseconds()
            guard let token = AccessToken.bearer(header),
                let known = tokens.principal(for: token, nowMilliseconds: now)
            else { throw Problem.unauthorized }
            principal = known
        }
        return Caller(principal: principal, address: address?.ipAddress ?? "local", host: head.authority)
    }

    private func checkHost(_ head: HTTPRequest) throws(Problem) {
        let rule = rules.withLock { $0.host }
        switch rule.verdict(head.authority.map { [$0] } ?? []) {
        case .allowed: return
        case .missing:
            // Only HTTP/1.0 gets here without Host; whether it may is the route's to say.
            guard head.method == .get || head.method == .head else { throw Problem.badHost }
        case .malformed: throw Problem.badHost
        case .foreign:
            throw Problem(.misdirectedRequest, "misdirected_request", "This server isn't known by that name.")
        }
    }

    private func checkOrigin(_ head: HTTPRequest, isWebSocket: Bool) throws(Problem) {
        guard let origin = head.headerFields[.origin] else { return }
        let reads = head.method == .get || head.method == .head
        if reads, !isWebSocket { return }
        let rule = rules.withLock { $0.origin }
        guard rule.allows(origin) else {
            throw Problem(.forbidden, "bad_origin", "A page of another site may not do this.")
        }
    }

    /// Role, then rate.
    func authorize(_ operation: BranchAccess.Operation, _ caller: Caller) throws(Problem) -> Principal {
        switch AccessTable.decide(operation, role: caller.principal?.role) {
        case .unauthenticated: throw Problem.unauthorized
        case .forbidden: throw Problem(.forbidden, "forbidden", "This role may not do this.")
        case .allowed: break
        }
        guard let principal = caller.principal else { throw Problem.unauthorized }
        guard caller.host != nil else { throw Problem.badHost }
        try check(limiter.admit(principal, nowMilliseconds: MonotonicClock.milliseconds()))
        return principal
    }

    /// A public link that exists, or not.
    func admitLink(_ hash: SecretHash?, _ caller: Caller) throws(Problem) {
        let now = MonotonicClock.milliseconds()
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
