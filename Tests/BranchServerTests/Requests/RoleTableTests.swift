import BranchAccess
import HTTPTypes
import QueueTestSupport
import Testing

/// One endpoint as product.md names it: where, and for whom.
struct Endpoint: Sendable, CustomTestStringConvertible {
    let method: HTTPRequest.Method
    let path: String
    /// nil: for anybody, signed in or not.
    let roles: Set<Who>?

    var testDescription: String { "\(method.rawValue) \(path)" }

    init(_ method: HTTPRequest.Method, _ path: String, _ roles: Set<Who>?) {
        self.method = method
        self.path = path
        self.roles = roles
    }

    private static let agentUp: Set<Who> = [.agent, .supervisor, .admin]
    private static let anyRole = Set(Who.roles)

    static let pages = ["/", "/docs", "/setup", "/admin", "/kiosk", "/counter", "/display", "/pair"].map {
        Endpoint(.get, $0, nil)
    }

    /// Ids of nothing, so that an allowed request changes nothing.
    static let all: [Endpoint] =
        [
            Endpoint(.post, "/tickets", agentUp.union([.worker, .kiosk])),
            Endpoint(.get, "/tickets/waiting", anyRole),
            Endpoint(.get, "/tickets", agentUp.union([.worker])),
            Endpoint(.get, "/tickets/999", agentUp.union([.worker])),
            Endpoint(.patch, "/tickets/999", agentUp),
            Endpoint(.post, "/tickets/999/status", agentUp.union([.worker])),
            Endpoint(.post, "/tickets/999/updates", agentUp.union([.worker])),
            Endpoint(.post, "/tickets/999/reinstate", [.supervisor, .admin]),
            Endpoint(.post, "/queues/999/reserve", agentUp.union([.worker])),
            Endpoint(.get, "/queues", anyRole),
            Endpoint(.get, "/counters", anyRole),
            Endpoint(.get, "/agents", [.supervisor, .admin]),
            Endpoint(.get, "/branch", anyRole),
            Endpoint(.patch, "/branch", [.admin]),
            Endpoint(.get, "/configuration", [.admin]),
            Endpoint(.post, "/configuration", [.admin]),
            Endpoint(.get, "/events", agentUp.union([.worker])),
            Endpoint(.get, "/api/public/tickets/0123456789012345678901", nil),
            Endpoint(.post, "/api/public/tickets/0123456789012345678901/leave", nil),
            Endpoint(.post, "/api/public/tickets/0123456789012345678901/undo", nil),
            Endpoint(.post, "/api/public/tickets/0123456789012345678901/let-ahead", nil),
            Endpoint(.get, "/livez", nil),
            Endpoint(.get, "/readyz", nil),
            Endpoint(.get, "/openapi.yaml", nil),
            Endpoint(.get, "/session", nil),
            Endpoint(.post, "/session", nil),
            Endpoint(.delete, "/session", nil),
            Endpoint(.post, "/session/recovery", nil),
            Endpoint(.get, "/setup/state", nil),
            Endpoint(.post, "/setup", nil),
            Endpoint(.patch, "/setup", [.admin]),
            Endpoint(.get, "/people", [.admin]),
            Endpoint(.post, "/devices/pair", nil),
            Endpoint(.get, "/devices/codes/BBBB-BBBB", [.admin]),
            Endpoint(.delete, "/devices/codes/BBBB-BBBB", [.admin]),
            Endpoint(.get, "/devices", [.supervisor, .admin]),
            Endpoint(.get, "/audit", [.admin]),
            Endpoint(.get, "/status", [.supervisor, .admin]),
            Endpoint(.get, "/assets/0000000000000000/x.js", nil),
        ] + pages
        + [
            "call", "recall", "start", "complete", "no-show", "requeue", "park", "resume", "transfer", "cancel",
            "abandon", "undo",
        ].map { Endpoint(.post, "/tickets/999/\($0)", agentUp) }
        + ["call-next", "open", "close", "pause"].map { Endpoint(.post, "/counters/999/\($0)", agentUp) }
        + ["queues", "counters", "agents", "people", "devices"].flatMap { rows in
            [
                Endpoint(.post, "/\(rows)", [.admin]), Endpoint(.patch, "/\(rows)/999", [.admin]),
                Endpoint(.delete, "/\(rows)/999", [.admin]),
            ]
        }
}

@Suite struct RoleTableTests {
    @Test func theTableHasEveryOperation() {
        // /ws is asked by a handshake, and two operations are for sessions and devices themselves: see HandshakeTests,
        // SessionTests, DeviceTests. All pages are one operation.
        #expect(Endpoint.all.count - Endpoint.pages.count + 1 == Operation.allCases.count - 3)
    }

    @Test func everyEndpointIsForItsRolesAndForNobodyElse() async throws {
        try await BranchFixture.run { branch in
            for endpoint in Endpoint.all {
                for who in [nil] + Who.roles.map(Optional.some) {
                    let answer = try await branch.send(endpoint.method, endpoint.path, as: who)
                    let comment = Comment("\(endpoint.testDescription) as \(who?.rawValue ?? "nobody"): \(answer.text)")
                    switch (endpoint.roles, who) {
                    case (nil, _): #expect(![401, 403, 405].contains(answer.status), comment)
                    case (_?, nil): #expect(answer.status == 401 && answer.code == "unauthorized", comment)
                    case (let roles?, let who?) where roles.contains(who):
                        #expect(![401, 403, 405].contains(answer.status) && answer.code != "not_found", comment)
                    case (_?, _?): #expect(answer.status == 403 && answer.code == "forbidden", comment)
                    }
                }
            }
        }
    }

    @Test func aMethodThatAPathDoesNotTakeIsToldWhichItTakes() async throws {
        try await BranchFixture.run { branch in
            for path in Set(Endpoint.all.map(\.path)) {
                let taken = Set(Endpoint.all.filter { $0.path == path }.map(\.method))
                let allowed = taken.union(taken.contains(.get) ? [.head] : [])
                for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options, .trace]
                where !allowed.contains(method) {
                    let answer = try await branch.send(method, path, as: .admin)
                    #expect(answer.status == 405, "\(method.rawValue) \(path)")
                    #expect(answer.code == "method_not_allowed")
                    #expect(answer.header("Allow") == allowed.map(\.rawValue).sorted().joined(separator: ", "))
                }
            }
        }
    }

    @Test func strangersLearnTheMethodsOfPublicPathsOnly() async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.post, "/livez")
            #expect(answer.status == 405 && answer.header("Allow") == "GET, HEAD")
            try await branch.send(.delete, "/tickets").expect(401)
        }
    }

    @Test func anUnknownPathIs404AndToStrangers401() async throws {
        try await BranchFixture.run { branch in
            for path in ["/nothing", "/tickets/1/nothing", "/queues/1/reserve/x", "/tickets/waiting/1"] {
                let answer = try await branch.get(path, as: .display)
                #expect(answer.status == 404 && answer.code == "not_found", "\(path)")
                try await branch.send(.get, path).expect(401)
            }
        }
    }

    @Test func anIDThatIsNoneIs404() async throws {
        try await BranchFixture.run { branch in
            for id in ["0", "-1", "01", "+1", "1.0", "x", "9223372036854775808", "1%20"] {
                let answer = try await branch.get("/tickets/\(id)", as: .agent)
                #expect(answer.status == 404, "\(id)")
            }
        }
    }

    @Test func aRequestForTheWebSocketWithoutUpgradeIs426() async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.get("/ws", as: .display)
            #expect(answer.status == 426 && answer.code == "upgrade_required")
            #expect(answer.header("Upgrade") == "websocket")
            try await branch.send(.head, "/ws", as: .display).expect(426)
            try await branch.send(.get, "/ws").expect(401)
            let post = try await branch.post("/ws", as: .display)
            #expect(post.status == 405 && post.header("Allow") == "GET")
        }
    }

    @Test func aRevokedTokenIsNobody() async throws {
        try await BranchFixture.run { branch in
            try await branch.get("/queues", as: .display).expect(200)
            try branch.revoke(.display)
            let answer = try await branch.get("/queues", as: .display)
            #expect(answer.status == 401)
            #expect(answer.header("WWW-Authenticate") == "Bearer realm=\"turn\"")
            try await branch.get("/livez", as: .display).expect(200)
        }
    }

    @Test func aBoundAgentActsAtItsCounterOnly() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue(queue: 2)
            try await branch.post("/counters/2/call-next", as: .bound).expect(403)
            try await branch.post("/counters/2/pause", as: .bound).expect(403)
            try await branch.act("call", on: ticket, as: .bound, ["counter_id": 2]).expect(403)
            try await branch.post("/queues/2/reserve", as: .bound, ["counter_id": 2]).expect(403)
            let called = try await branch.act("call", on: ticket, as: .bound)
            #expect(called.status == 200)
            #expect(called.json["counter_id"] == 1 && called.json["agent_id"] == 1)
        }
    }

    @Test func aBoundAgentLeavesTheCustomersOfOtherCountersAlone() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue(queue: 2)
            try await branch.act("call", on: ticket, as: .supervisor, ["counter_id": 2]).expect(200)
            for action in ["recall", "start", "complete", "no-show", "requeue", "park", "undo"] {
                let answer = try await branch.send(
                    .post, "/tickets/1/\(action)", as: .bound, fields: [("Idempotency-Key", "once-\(action)")])
                #expect(answer.status == 403 && answer.code == "other_counter", "\(action)")
            }
            try await branch.post("/tickets/1/transfer", as: .bound, ["queue_id": 1]).expect(403)
            try await branch.post("/tickets/1/updates", as: .bound, ["progress": 5]).expect(200)
            try await branch.act("complete", on: ticket, as: .supervisor).expect(200)
            // A refusal for want of rights isn't kept under the key.
            let again = try await branch.send(
                .post, "/tickets/1/recall", as: .bound, fields: [("Idempotency-Key", "once-recall")])
            #expect(again.status == 409 && again.header("Idempotency-Replayed") == nil)
        }
    }

    @Test func anUnboundAgentMustNameTheCounterOfACall() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            let answer = try await branch.act("call", on: ticket, as: .agent)
            #expect(answer.status == 400 && answer.json["field"] == "counter_id")
        }
    }
}
