import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/agents`.
enum AgentRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/agents", operation: .listAgents) { call throws(Problem) in
            let (agents, withPIN) = try await call.reading { store throws(StoreError) in
                (try await store.agents(), try await store.agentsHavingPIN())
            }
            return try RowAnswer.page(agents, for: call, id: { $0.agent.id.rawValue }) {
                AgentPayload($0.agent).write(into: &$1, name: $0.name, hasPIN: withPIN.contains($0.agent.id))
            }
        },
        Route(method: .post, path: "/agents", operation: .createAgent, handle: create),
        Route(method: .patch, path: "/agents/{id}", operation: .patchAgent, handle: patch),
        Route(method: .delete, path: "/agents/{id}", operation: .deleteAgent) { call throws(Problem) in
            let id = AgentID(try call.pathID())
            let version = try call.ifMatch()
            let response = try await call.writeRow(
                .edit(.deleteAgent(id, expecting: version)), body: .empty, isPrecondition: version != nil)
            call.services.access.browsers.removeSessions { $0.agentID == id.rawValue }
            return response
        },
    ]

    private static func create(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (name, isActive) = try body.read { fields throws(FieldError) in
            (try fields.text("name", minLength: 1, maxLength: 60), try fields.optionalBool("active") ?? true)
        }
        let pin = try await pinHash(body, call)
        // The hash of a body stays with its key for a day, and six digits are soon found by trying.
        let kept = pin == nil ? body : body.hashed(as: "agent \(name) \(isActive) with a PIN")
        let response = try await call.writeRow(
            .edit(.createAgent(name: name, isActive: isActive)), body: kept, success: .created, hasPIN: pin != nil)
        let isReplay = response.headers[.idempotencyReplayed] != nil
        if let pin, !isReplay, let id = try await call.agent(named: name) { try await set(pin, of: id, call) }
        return response
    }

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = AgentID(try call.pathID())
        let body = try await call.body()
        let expected = try call.expected(body)
        let (known, withPIN) = try await call.reading { store throws(StoreError) in
            (try await store.agent(id), try await store.agentsHavingPIN())
        }
        guard let known else { throw Problem(Rejection(.agentNotFound), texts: nil, isPrecondition: false) }
        let (name, isActive) = try body.read { fields throws(FieldError) in
            (
                try fields.optionalText("name", minLength: 1, maxLength: 60) ?? known.name,
                try fields.optionalBool("active") ?? known.agent.isActive
            )
        }
        let pin = try await pinHash(body, call)
        let edit = BranchEdit.changeAgent(
            id, name: name, isActive: isActive, expecting: expected.version ?? known.agent.version)
        let response = try await call.writeRow(
            .edit(edit), body: body, isPrecondition: expected.isPrecondition,
            hasPIN: pin != nil || withPIN.contains(id))
        if let pin { try await set(pin, of: id, call) }
        if !isActive { call.services.access.browsers.removeSessions { $0.agentID == id.rawValue } }
        return response
    }

    /// The hash of the PIN that the body gives, or nil.
    private static func pinHash(_ body: CallBody, _ call: Call) async throws(Problem) -> String? {
        let pin = try body.read { fields throws(FieldError) in
            try fields.optionalText("pin", maxLength: Limits.secret)
        }
        guard let pin else { return nil }
        try SignIn(call).check(pin: pin, field: "pin")
        return try await call.services.access.hash(pin)
    }

    private static func set(_ hash: String, of id: AgentID, _ call: Call) async throws(Problem) {
        let actor = call.auditActor
        _ = try await call.storing { store throws(StoreError) in try await store.setPIN(of: id, hash, by: actor) }
        call.services.access.browsers.removeSessions { $0.agentID == id.rawValue }
    }
}

extension Call {
    fileprivate func agent(named name: String) async throws(Problem) -> AgentID? {
        try await reading { store throws(StoreError) in
            try await store.agents().first { $0.name == name }?.agent.id
        }
    }
}
