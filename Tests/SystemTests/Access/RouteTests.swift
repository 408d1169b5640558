import QueueTestSupport
import Testing

extension SystemSuite {
    /// Every route as every role, over HTTP. What may be asked is asked for things that do not exist, so that nothing
    /// changes while the table is gone through.
    @Suite struct RouteTests {
        struct Route: Sendable {
            var method: String
            var path: String
            var body: JSON?
            var roles: Set<String>
        }

        private static let all: Set<String> = [
            "admin", "supervisor", "agent", "worker", "kiosk", "display", "metrics",
        ]
        private static let staff: Set<String> = ["admin", "supervisor", "agent"]
        private static let staffAndWorker = staff.union(["worker"])
        private static let supervisors: Set<String> = ["admin", "supervisor"]
        private static let admin: Set<String> = ["admin"]

        @Test func everyRouteKnowsItsRoles() async throws {
            try await withBranch { branch in
                let tokens = [
                    "admin": branch.admin, "supervisor": branch.supervisor, "agent": branch.agent,
                    "worker": branch.worker, "kiosk": branch.kiosk, "display": branch.display,
                    "metrics": branch.metrics,
                ]
                for (role, token) in tokens {
                    let client = branch.server.client(token)
                    for route in Self.routes {
                        let answer = try await client.send(
                            route.method, route.path, body: route.body?.encoded())
                        let name = "\(role): \(route.method) \(route.path): \(answer.status) \(answer.text)"
                        if route.roles.contains(role) {
                            #expect(![401, 403, 405, 500, 501].contains(answer.status), "\(name)")
                        } else {
                            #expect(answer.status == 403, "\(name)")
                            #expect(answer.problemCode != nil, "\(name)")
                        }
                    }
                    await client.close()
                }
            }
        }

        @Test(arguments: [nil, "", "turn_k_nonsense"] as [String?])
        func nobodyIsLetInWithoutAToken(_ token: String?) async throws {
            try await withBranch { branch in
                let client = branch.server.client(token)
                for route in Self.routes {
                    let answer = try await client.send(route.method, route.path, body: route.body?.encoded())
                    #expect(answer.status == 401, "\(route.method) \(route.path): \(answer.status)")
                }
                await client.close()
                let stranger = branch.server.client()
                for path in ["/livez", "/readyz", "/openapi.yaml"] {
                    #expect(try await stranger.get(path).status == 200, "\(path)")
                }
                await stranger.close()
            }
        }

        @Test func anAgentMayNotActAtAnotherCounter() async throws {
            try await withBranch { branch in
                _ = try await branch.issue()
                let client = branch.server.client(branch.agent)
                let answer = try await client.post("/counters/2/call-next", ["completes": nil])
                #expect(answer.status == 403, "\(answer.text)")
                #expect(try await client.post("/counters/1/call-next", ["completes": nil]).status == 200)
                await client.close()
            }
        }

        @Test func boardsNeverSeeNames() async throws {
            try await withBranch { branch in
                _ = try await branch.issue(name: "Canary Example")
                for (token, sees) in [(branch.display, false), (branch.kiosk, false), (branch.worker, true)] {
                    let client = branch.server.client(token)
                    let answer = try await client.get("/tickets/waiting?queue_id=1")
                    #expect(answer.status == 200)
                    #expect(answer.text.contains("Canary") == sees)
                    await client.close()
                    let socket = try await branch.socket(token)
                    _ = try await socket.nextJSON()
                    #expect(try await socket.nextJSON().description.contains("Canary") == sees)
                    await socket.abort()
                }
            }
        }

        private static let actions = [
            "call", "recall", "start", "complete", "no-show", "requeue", "park", "resume", "transfer", "cancel",
            "abandon", "undo",
        ]

        private static let routes: [Route] =
            [
                Route(
                    method: "POST", path: "/tickets", body: ["queue_id": 9_999],
                    roles: staffAndWorker.union(["kiosk"])),
                Route(method: "GET", path: "/tickets/waiting?queue_id=1", roles: all),
                Route(method: "GET", path: "/tickets", roles: staffAndWorker),
                Route(method: "GET", path: "/tickets/9999", roles: staffAndWorker),
                Route(method: "PATCH", path: "/tickets/9999", body: ["priority": 2], roles: staff),
                Route(method: "POST", path: "/tickets/9999/reinstate", body: [:], roles: supervisors),
                Route(
                    method: "POST", path: "/tickets/9999/status",
                    body: ["expected_status": "waiting", "status": "processing", "version": 1], roles: staffAndWorker),
                Route(method: "POST", path: "/tickets/9999/updates", body: ["progress": 1], roles: staffAndWorker),
                Route(method: "POST", path: "/queues/9999/reserve", roles: staffAndWorker),
                Route(method: "POST", path: "/counters/1/call-next", body: ["completes": nil], roles: staff),
                Route(method: "POST", path: "/counters/1/open", body: [:], roles: staff),
                Route(method: "POST", path: "/counters/1/pause", body: [:], roles: staff),
                Route(method: "POST", path: "/counters/1/close", body: [:], roles: staff),
                Route(method: "GET", path: "/queues", roles: all),
                Route(method: "GET", path: "/counters", roles: all),
                Route(method: "GET", path: "/agents", roles: supervisors),
                Route(method: "GET", path: "/events?limit=1", roles: staffAndWorker),
            ]
            + actions.map { action in
                let body: JSON =
                    switch action {
                    case "call", "resume": ["counter_id": 1]
                    case "park": ["until": "2030-01-01T00:00:00Z"]
                    case "transfer": ["queue_id": 1, "place": "last"]
                    default: [:]
                    }
                return Route(method: "POST", path: "/tickets/9999/\(action)", body: body, roles: staff)
            }
            + ["queues", "counters", "agents"].flatMap { name in
                [
                    Route(method: "POST", path: "/\(name)", body: ["name": 7], roles: admin),
                    Route(method: "PATCH", path: "/\(name)/9999", body: ["name": "Other"], roles: admin),
                    Route(method: "DELETE", path: "/\(name)/9999", roles: admin),
                ]
            }
    }
}
