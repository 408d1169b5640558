import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct AgentTests {
    @Test func anAgentIsMadeChangedAndDeleted() async throws {
        try await BranchFixture.run { branch in
            let made = try await branch.post("/agents", as: .admin, ["name": "Cy"])
            #expect(made.status == 201)
            #expect(made.json == ["id": 3, "name": "Cy", "active": true, "has_pin": false, "version": 1])
            let changed = try await branch.send(.patch, "/agents/3", as: .admin, ["active": false])
            #expect(changed.json == ["id": 3, "name": "Cy", "active": false, "has_pin": false, "version": 2])
            let taken = try await branch.send(.patch, "/agents/3", as: .admin, ["name": "Bo"])
            #expect(taken.status == 409 && taken.code == "name_in_use")
            try await branch.send(.delete, "/agents/3", as: .admin).expect(204)
            try await branch.send(.patch, "/agents/3", as: .admin, ["name": "x"]).expect(404)
        }
    }

    @Test func anInactiveAgentOpensNoCounter() async throws {
        try await BranchFixture.run { branch in
            try await branch.send(.patch, "/agents/1", as: .admin, ["active": false]).expect(200)
            let answer = try await branch.post("/counters/1/open", as: .bound)
            #expect(answer.status == 409 && answer.code == "agent_inactive")
        }
    }
}
