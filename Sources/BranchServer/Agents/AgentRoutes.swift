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
            let agents = try await call.reading { store throws(StoreError) in try await store.agents() }
            return try RowAnswer.page(agents, for: call, id: { $0.agent.id.rawValue }) {
                AgentPayload($0.agent).write(into: &$1, name: $0.name)
            }
        },
        Route(method: .post, path: "/agents", operation: .createAgent) { call throws(Problem) in
            let body = try await call.body()
            let (name, isActive) = try body.read { fields throws(FieldError) in
                (try fields.text("name", minLength: 1, maxLength: 60), try fields.optionalBool("active") ?? true)
            }
            return try await call.writeRow(
                .edit(.createAgent(name: name, isActive: isActive)), body: body, success: .created)
        },
        Route(method: .patch, path: "/agents/{id}", operation: .patchAgent, handle: patch),
        Route(method: .delete, path: "/agents/{id}", operation: .deleteAgent) { call throws(Problem) in
            let id = AgentID(try call.pathID())
            let version = try call.ifMatch()
            return try await call.writeRow(
                .edit(.deleteAgent(id, expecting: version)), body: .empty, isPrecondition: version != nil)
        },
    ]

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = AgentID(try call.pathID())
        let body = try await call.body()
        let expected = try call.expected(body)
        guard let known = try await call.reading({ store throws(StoreError) in try await store.agent(id) }) else {
            throw Problem(Rejection(.agentNotFound), texts: nil, isPrecondition: false)
        }
        let (name, isActive) = try body.read { fields throws(FieldError) in
            (
                try fields.optionalText("name", minLength: 1, maxLength: 60) ?? known.name,
                try fields.optionalBool("active") ?? known.agent.isActive
            )
        }
        let edit = BranchEdit.changeAgent(
            id, name: name, isActive: isActive, expecting: expected.version ?? known.agent.version)
        return try await call.writeRow(.edit(edit), body: body, isPrecondition: expected.isPrecondition)
    }
}
