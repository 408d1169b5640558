import BranchAccess
import HTTPTypes
import Hummingbird

/// One endpoint: where it is, whom it is for, what it does.
struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let operation: BranchAccess.Operation
    let handle: @Sendable (Call) async throws(Problem) -> Response

    /// How many parts of the path may be anything.
    fileprivate var parameters: Int { path.split(separator: "/").count { $0.hasPrefix("{") } }
}

/// Every endpoint, as Hummingbird's router finds it and as an unmatched request is told.
struct RouteTable: Sendable {
    private let routes: [Route]

    init(routes: [Route]) { self.routes = routes }

    func responder(services: BranchServices, gate: RequestGate) -> RouterResponder<CallContext> {
        let router = Router(context: CallContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: UnmatchedRequests(table: self))
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context -> Response in
                let principal = try Self.principal(for: route, context.caller, gate)
                let call = Call(
                    request: request, context: context, services: services, gate: gate, principal: principal)
                do throws(Problem) {
                    return try await route.handle(call)
                } catch {
                    // Here, where it is known whether the route looks at the role at all.
                    return error.response(for: call.view)
                }
            }
        }
        return router.buildResponder()
    }

    private static func principal(
        for route: Route, _ caller: Caller, _ gate: RequestGate
    ) throws(Problem) -> Principal? {
        switch AccessTable.audience(of: route.operation) {
        case .anyone, .link: return nil
        case .roles: return try gate.authorize(route.operation, caller)
        }
    }

    /// What a request gets that no route takes: 401 before 404, and 405 where the path has other methods.
    func unmatched(_ request: Request, caller: Caller) -> Problem {
        let routes = routes(at: request.uri.path)
        let isPublic = routes.contains { AccessTable.decide($0.operation, role: nil) == .allowed }
        if !isPublic {
            if caller.host == nil { return .badHost }
            if caller.principal == nil { return .unauthorized }
        }
        if request.uri.path == LivePath.path {
            guard request.method != .get, request.method != .head else { return .upgradeRequired }
            return .methodNotAllowed(["GET"])
        }
        guard !routes.isEmpty else { return .notFound }
        let methods = Set(routes.map(\.method.rawValue))
        return .methodNotAllowed(methods.union(methods.contains("GET") ? ["HEAD"] : []))
    }

    /// The routes of a path, whatever their methods. As in the router, a literal part wins over a parameter:
    /// `/tickets/waiting` isn't the ticket "waiting".
    private func routes(at path: String) -> [Route] {
        let matching = routes.filter { Self.matches($0.path, path) }
        let fewest = matching.map(\.parameters).min()
        return matching.filter { $0.parameters == fewest }
    }

    private static func matches(_ pattern: String, _ path: String) -> Bool {
        let patterns = pattern.split(separator: "/")
        let parts = path.split(separator: "/")
        if patterns.last == "**", parts.count >= patterns.count {
            return zip(patterns.dropLast(), parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
        guard patterns.count == parts.count else { return false }
        return zip(patterns, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
}

/// Tells a request that no route takes what it gets instead of the router's bare 404.
private struct UnmatchedRequests: RouterMiddleware {
    let table: RouteTable

    @concurrent func handle(
        _ request: Request, context: CallContext, next: @concurrent (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            throw table.unmatched(request, caller: context.caller)
        }
    }
}

/// All endpoints, slice by slice.
enum Routes {
    static let all =
        TicketRoutes.all + QueueRoutes.all + CounterRoutes.all + AgentRoutes.all + BranchRoutes.all
        + ConfigurationRoutes.all + EventRoutes.all + PublicLinkRoutes.all + ServiceRoutes.all + SessionRoutes.all
        + SetupRoutes.all + PeopleRoutes.all + PageRoutes.all + PairingRoutes.all + DeviceRoutes.all + AuditRoutes.all
}
