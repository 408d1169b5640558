import BranchAccess
import BranchStore
import HTTPTypes
import NIOCore
import QueueDomain
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
    private let browsers: BrowserDirectory
    private let live: LiveAccess
    /// The branch's own milliseconds.
    private let branchTick: @Sendable () -> Int64
    private let limiter: RequestLimiter
    private let names: HostNames
    private let ticks: @Sendable () -> Int64
    /// Guards the names of the box, which are known when it listens.
    private let rules: Mutex<NameRules>

    init(_ services: BranchServices, live: LiveAccess) {
        tokens = services.tokens
        browsers = services.access.browsers
        self.live = live
        let store = services.store
        branchTick = { store.moment().tick }
        limiter = services.limiter
        names = services.names
        ticks = services.ticks
        rules = Mutex(NameRules(names, at: nil, readAt: ticks()))
    }

    func listens(at address: SocketAddress) {
        let rules = NameRules(names, at: address, readAt: ticks())
        self.rules.withLock { $0 = rules }
    }

    /// Host and Origin, then who it is. A token that nobody holds is nobody: routes for anybody serve it all the same.
    ///
    /// Programs show a bearer token; then cookies don't count. A browser is who its cookies say, and for those a write
    /// must name its Origin: that is what tells a page of this box from any other that can make the browser send them.
    func admit(_ head: HTTPRequest, address: SocketAddress?, isWebSocket: Bool = false) throws(Problem) -> Caller {
        try checkHost(head)
        let isSecure = head.scheme == "https"
        let bearer = head.headerFields[.authorization]
        let fields = bearer == nil ? head.headerFields[values: .cookie] : []
        let cookies = BrowserCookies(fields, isSecure: isSecure)
        try checkOrigin(head, isWebSocket: isWebSocket, isNeeded: !cookies.isEmpty)
        var principal: Principal?
        var identity = BrowserIdentity.none
        if let token = bearer.flatMap(AccessToken.bearer) {
            principal =
                tokens.principal(for: token, nowMilliseconds: WallClock.milliseconds())
                ?? browsers.bearer(token, tick: branchTick())
        } else if !cookies.isEmpty {
            identity = browsers.identity(of: cookies, tick: branchTick(), isUse: !Self.isBackground(head))
            principal = identity.principal
        }
        return Caller(
            principal: principal, identity: identity, address: ClientAddress.text(address), host: head.authority,
            isSecure: isSecure)
    }

    /// What a page does by itself keeps nobody signed in.
    private static func isBackground(_ head: HTTPRequest) -> Bool {
        head.path == "/devices/self" || (head.path == "/session" && head.method == .get)
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

    private func checkOrigin(_ head: HTTPRequest, isWebSocket: Bool, isNeeded: Bool) throws(Problem) {
        let reads = head.method == .get || head.method == .head
        if reads, !isWebSocket { return }
        guard let origin = head.headerFields[.origin] else {
            guard isNeeded else { return }
            throw Problem(.forbidden, "bad_origin", "A page that writes names its origin.")
        }
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
        if let session = caller.identity.session, AccessTable.needsFreshLogIn(operation),
            branchTick() >= session.reauthenticateAfter
        {
            throw Problem(.forbidden, "reauthenticate", "This needs the passphrase once more.")
        }
        try check(limiter.admit(principal, nowMilliseconds: ticks()))
        ClientConnection.current?.recognise()
        return principal
    }

    /// Asked again after a long wait, in which a token may have been revoked.
    func requireLive(_ principal: Principal) throws(Problem) {
        guard live.includes(principal) else { throw Problem.unauthorized }
    }

    /// Returns when a token is no longer live, or when the task is cancelled: a long wait must not outlast it.
    func waitForRevocation(of principal: Principal) async {
        let changes = live.changes
        guard live.includes(principal) else { return }
        await withDiscardingTaskGroup { group in
            let (stream, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            for change in changes {
                group.addTask { for await _ in change { source.yield() } }
            }
            for await _ in stream where !live.includes(principal) { break }
            group.cancelAll()
        }
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
