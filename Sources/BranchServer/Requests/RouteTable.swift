import BranchAccess
import Foundation
import HTTPTypes
import Hummingbird

/// One endpoint: where it is, whom it is for, what it does.
struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let operation: BranchAccess.Operation
    let handle: @Sendable (Call) async throws(Problem) -> Response
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
                return try await route.handle(call)
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
        let methods = Set(routes.filter { Self.matches($0.path, request.uri.path) }.map(\.method.rawValue))
        let isPublic = routes.contains {
            Self.matches($0.path, request.uri.path) && AccessTable.decide($0.operation, role: nil) == .allowed
        }
        if caller.principal == nil, !isPublic { return .unauthorized }
        if request.uri.path == LivePath.path, request.method == .get {
            var problem = Problem(.upgradeRequired, "upgrade_required", "This path speaks WebSocket.")
            problem.headers[.upgrade] = "websocket"
            problem.headers[.connection] = "Upgrade"
            return problem
        }
        guard !methods.isEmpty || request.uri.path == LivePath.path else { return .notFound }
        var problem = Problem(.methodNotAllowed, "method_not_allowed", "This path doesn't take this method.")
        var allowed = methods.union(methods.contains("GET") ? ["HEAD"] : [])
        if allowed.isEmpty { allowed = ["GET"] }
        problem.headers[.allow] = allowed.sorted().joined(separator: ", ")
        return problem
    }

    private static func matches(_ pattern: String, _ path: String) -> Bool {
        let patterns = pattern.split(separator: "/")
        let parts = path.split(separator: "/")
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
        TicketRoutes.all + QueueRoutes.all + CounterRoutes.all + AgentRoutes.all + EventRoutes.all
        + PublicLinkRoutes.all + ServiceRoutes.all
}
