package import BranchAccess
package import BranchStore
package import HTTPTypes
package import Hummingbird
package import Logging
package import NIOCore
package import BranchWeb
package import QueueDomain
import QueueEvents
package import WebSocketTransport

/// What the server is made of; every member is given by the program that composes it.
package struct BranchServices: Sendable {
    package var store: BranchStore
    package var tokens: TokenDirectory
    /// Devices and people.
    package var access: AccessDesk
    package var limiter: RequestLimiter
    /// The machine's name and further names under which the box may be asked.
    package var names: HostNames
    /// Where public links lead, without a slash at the end; nil = the request's own host.
    package var publicBaseURL: String?
    /// `reserve?wait=`: tries, then waits in the queue's list.
    package var reserve: @Sendable (QueueID, WriteRequest, Duration) async throws(StoreError) -> WriteReply
    /// The whole configuration as one file, and back.
    package var configuration: ConfigurationExchange
    /// What `turn-branch status --json` says; nil when it can't be said now.
    package var status: @Sendable () async -> [UInt8]?
    /// The program's version.
    package var version: String
    /// The pages.
    package var site: Site
    /// Whether the disk has room for new tickets.
    package var disk: DiskGuard
    package var logger: Logger
    /// The longest that `reserve?wait=` and `events?wait=` wait; what asks for more is cut. Zero or more.
    package var maxWait: Duration
    /// WebSockets at once; more are answered 503.
    package var sockets: Int
    /// How long a WebSocket may take for a snapshot, or for a portion while it catches up; then it is closed with 1013.
    package var catchUpPatience: Duration
    /// Milliseconds of a clock that never goes back, for rates.
    package var ticks: @Sendable () -> Int64

    /// - Parameters:
    ///   - status: what `turn-branch status --json` says, or nil.
    ///   - version: the program's.
    ///   - site: the pages.
    ///   - maxWait: default 60 s, the most that a request may ask for.
    ///   - sockets: default `Limits.sockets`.
    ///   - catchUpPatience: default `Limits.catchUpPatience`.
    ///   - ticks: default the machine's.
    package init(
        store: BranchStore, tokens: TokenDirectory, access: AccessDesk, limiter: RequestLimiter, names: HostNames,
        publicBaseURL: String?, disk: DiskGuard, logger: Logger, version: String, site: Site,
        status: @escaping @Sendable () async -> [UInt8]?, maxWait: Duration = .seconds(60),
        sockets: Int = Limits.sockets, catchUpPatience: Duration = .seconds(Limits.catchUpPatience),
        ticks: @escaping @Sendable () -> Int64 = { MonotonicClock.milliseconds() },
        configuration: ConfigurationExchange,
        reserve: @escaping @Sendable (QueueID, WriteRequest, Duration) async throws(StoreError) -> WriteReply
    ) {
        self.store = store
        self.tokens = tokens
        self.access = access
        self.limiter = limiter
        self.names = names
        self.publicBaseURL = publicBaseURL
        self.disk = disk
        self.logger = logger
        self.version = version
        self.site = site
        self.status = status
        self.maxWait = maxWait
        self.sockets = sockets
        self.catchUpPatience = catchUpPatience
        self.ticks = ticks
        self.configuration = configuration
        self.reserve = reserve
    }
}

/// The branch's HTTP interface: answers one request at a time, knows nothing of sockets.
package final class BranchServer: Sendable {
    package let hub: Hub
    private let services: BranchServices
    private let gate: RequestGate
    private let responder: RouterResponder<CallContext>

    /// Serves nothing by itself: a listener calls `respond` and `openWebSocket`.
    package init(_ services: BranchServices) {
        let store = services.store
        let live = LiveAccess(
            tokens: services.tokens, browsers: services.access.browsers, tick: { store.moment().tick })
        gate = RequestGate(services, live: live)
        hub = Hub(
            store: services.store, live: live, browsers: services.access.browsers, sockets: services.sockets,
            patience: services.catchUpPatience, logger: services.logger)
        self.services = services
        responder = RouteTable(routes: Routes.all).responder(services: services, gate: gate)
    }

    /// The listener has its address; the names of the box follow from it.
    package func listens(at address: SocketAddress) { gate.listens(at: address) }

    /// Answers a request; never throws, never blocks its thread.
    package func respond(_ request: Request, _ channel: any Channel) async -> Response {
        do throws(Problem) {
            let caller = try gate.admit(
                request.head, address: channel.remoteAddress, isWebSocket: LivePath.matches(request.head))
            return try await route(request, caller: caller)
        } catch {
            // Refused before its route, so no ticket is in it.
            return error.response(for: .board)
        }
    }

    private func route(_ request: Request, caller: Caller) async throws(Problem) -> Response {
        let context = CallContext(source: CallSource(logger: services.logger, caller: caller))
        do {
            return try await responder.respond(to: request, context: context)
        } catch let problem as Problem {
            return problem.response(for: .board)
        } catch {
            services.logger.error("A request failed", metadata: ["cause": "\(error)"])
            throw Problem(.internalServerError, "internal", "The request failed on our side.")
        }
    }

    /// Decides on a WebSocket handshake; a fault of the handshake itself is answered after Host, Origin and access.
    package func openWebSocket(
        _ head: HTTPRequest, _ fault: TransportProblem?, _ channel: any Channel
    ) async -> WebSocketDecision {
        guard LivePath.matches(head) else { return .ignore }
        do throws(Problem) {
            let caller = try gate.admit(head, address: channel.remoteAddress, isWebSocket: true)
            let principal = try gate.authorize(.webSocket, caller)
            if let fault { return .refuse(fault.response) }
            let subscription = try LivePath.subscription(head, principal: principal)
            guard let place = hub.takePlace() else { throw Problem.overloaded(retryAfter: 1) }
            return .accept { [hub] connection in await hub.serve(connection, subscription, in: place) }
        } catch {
            return .refuse(error.response(for: .board))
        }
    }
}
