import BranchAccess
import HTTPTypes
import NIOCore

/// What every request passes before it is looked at: Host, Origin, token, rate (product.md, order of checks).
struct RequestGate: Sendable {
    private let tokens: TokenDirectory
    private let limiter: RequestLimiter
    private let hostRule: HostRule
    private let originRule: OriginRule

    init(tokens: TokenDirectory, limiter: RequestLimiter, hosts: AllowedHosts) {
        self.tokens = tokens
        self.limiter = limiter
        hostRule = HostRule(allowed: hosts)
        originRule = OriginRule(allowed: hosts)
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
        switch hostRule.verdict(head.authority.map { [$0] } ?? []) {
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
        guard originRule.allows(origin) else {
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
