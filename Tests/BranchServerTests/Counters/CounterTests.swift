import BranchAccess
import BranchStore
import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct CounterTests {
    @Test func callNextNamesTheTicketThatItSaw() async throws {
        try await BranchFixture.run { branch in
            for _ in 0..<2 { try await branch.issue() }
            let first = try await branch.post("/counters/1/call-next", ["completes": nil])
            #expect(first.status == 200 && first.json["number"] == "A001" && first.json["state"] == "called")
            let again = try await branch.post("/counters/1/call-next")
            #expect(again.status == 409 && again.code == "counter_changed")
            #expect(again.json["ticket"]["id"] == 1 && again.json["ticket"]["version"] == 2)
            let second = try await branch.post("/counters/1/call-next", ["completes": ["id": 1, "version": 2]])
            #expect(second.status == 200 && second.json["number"] == "A002")
            #expect(try await branch.get("/tickets/1").json["state"] == "completed")
            let last = try await branch.post("/counters/1/call-next", ["completes": ["id": 2, "version": 2]])
            #expect(last.status == 204 && last.text.isEmpty)
            #expect(try await branch.get("/tickets/2").json["state"] == "completed")
        }
    }

    @Test(
        arguments: [
            ("completes", JSON.integer(1)), ("completes.id", ["version": 1]), ("completes.version", ["id": 1]),
            ("completes.version", ["id": 1, "version": 0]),
        ] as [(String, JSON)])
    func aWrongSightIsNamed(_ field: String, _ completes: JSON) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.post("/counters/1/call-next", ["completes": completes])
            #expect(answer.status == 400 && answer.json["field"].text == field)
        }
    }

    @Test func aTicketJustCalledIsNotSentHome() async throws {
        try await BranchFixture.run({ $0.store = { $0.minCalled = 1_500 } }) { branch in
            for _ in 0..<2 { try await branch.issue() }
            try await branch.post("/counters/1/call-next").expect(200)
            let body: JSON = ["completes": ["id": 1, "version": 2]]
            let early = try await branch.post("/counters/1/call-next", body)
            #expect(early.status == 409 && early.code == "just_called" && early.json["ticket"]["id"] == 1)
            branch.clock.advance(seconds: 2)
            try await branch.post("/counters/1/call-next", body).expect(200)
        }
    }

    @Test func twoAgentsNeverCallTheSameCustomer() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(40, queue: 2)
            var called: [Int64] = []
            for _ in 0..<20 {
                async let one = branch.post("/counters/1/call-next")
                async let two = branch.post("/counters/2/call-next")
                for answer in try await [one, two] {
                    answer.expect(200)
                    called.append(answer.json["id"].int ?? 0)
                    try await branch.act("complete", on: answer.json).expect(200)
                }
            }
            #expect(called.sorted() == Array(1...40))
        }
    }

    @Test func aCounterWithACustomerDoesNotClose() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue(name: "Ann")
            try await branch.post("/counters/1/call-next").expect(200)
            let close = try await branch.post("/counters/1/close")
            #expect(close.status == 409 && close.code == "counter_busy" && close.json["ticket"]["id"] == 1)
            #expect(close.json["ticket"]["customer_name"] == "Ann")
            let paused = try await branch.post("/counters/1/pause")
            #expect(paused.status == 200 && paused.json["state"] == "paused" && paused.json["ticket_id"] == 1)
            let deleted = try await branch.send(.delete, "/counters/1", as: .admin)
            #expect(deleted.status == 409 && deleted.code == "counter_in_use")
        }
    }

    @Test func anAgentHasOneOpenCounter() async throws {
        try await BranchFixture.run { branch in
            let opened = try await branch.post("/counters/1/open", as: .bound)
            #expect(opened.status == 200 && opened.json["agent_id"] == 1)
            let admin = try await branch.post("/counters/3/open", as: .admin)
            #expect(admin.status == 200 && admin.json["agent_id"].isNull)
            let inUse = try await branch.send(.delete, "/agents/1", as: .admin)
            #expect(inUse.status == 409 && inUse.code == "agent_in_use")
        }
    }

    @Test func aClosedCounterCallsNobody() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue(queue: 3)
            let answer = try await branch.post("/counters/3/call-next")
            #expect(answer.status == 409 && answer.code == "counter_closed")
            let unknown = try await branch.post("/counters/9/call-next")
            #expect(unknown.status == 404 && unknown.code == "counter_not_found")
        }
    }

    @Test func aCounterIsMadeChangedAndDeleted() async throws {
        try await BranchFixture.run { branch in
            let made = try await branch.post(
                "/counters", as: .admin, ["name": "Four", "queues": [["queue_id": 3, "tier": 2, "help_after": 60]]])
            #expect(made.status == 201 && made.json["id"] == 4 && made.json["state"] == "closed")
            #expect(made.json["queues"] == [["queue_id": 3, "tier": 2, "help_after": 60]])
            let changed = try await branch.send(.patch, "/counters/4", as: .admin, ["automatic": true])
            #expect(changed.json["automatic"] == true && changed.json["queues"] == made.json["queues"])
            let cleared = try await branch.send(.patch, "/counters/4", as: .admin, ["queues": []])
            #expect(cleared.json["queues"] == [])
            try await branch.send(.delete, "/counters/4", as: .admin).expect(204)
            try await branch.send(.patch, "/counters/4", as: .admin, ["name": "x"]).expect(404)
        }
    }

    @Test(
        arguments: [
            (["name": "One"], 409, "name_in_use"), (["name": ""], 400, "bad_request"),
            (["name": "X", "queues": [["queue_id": 9]]], 404, "queue_not_found"),
            (["name": "X", "queues": [["queue_id": 1], ["queue_id": 1]]], 400, "invalid_setting"),
            (["name": "X", "queues": [["queue_id": 1, "tier": 10]]], 400, "bad_request"),
            (["name": "X", "queues": [1]], 400, "bad_request"), (["queues": []], 400, "bad_request"),
        ] as [(JSON, Int, String)])
    func aWrongCounterIsRefused(_ body: JSON, _ status: Int, _ code: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.post("/counters", as: .admin, body)
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
        }
    }
}
