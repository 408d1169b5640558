import BranchStore
import HTTPTypes
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing

@Suite struct IdempotencyTests {
    @Test func theSameKeyAndBodyGetTheFirstAnswer() async throws {
        try await BranchFixture.run { branch in
            let body: JSON = ["queue_id": 1, "customer_name": "Ann"]
            let first = try await branch.post("/tickets", as: .agent, body, key: "k")
            let again = try await branch.post("/tickets", as: .agent, body, key: "k")
            #expect(first.status == 201 && again.status == 201)
            #expect(first.header("Idempotency-Replayed") == nil && again.header("Idempotency-Replayed") == "true")
            #expect(first.json == again.json)
            #expect(first.etag == again.etag && first.header("Location") == again.header("Location"))
            #expect(try await branch.store.queues()[0].waiting == 1)
        }
    }

    @Test func otherBodyIs422() async throws {
        try await BranchFixture.run { branch in
            try await branch.post("/tickets", as: .agent, ["queue_id": 1], key: "k").expect(201)
            let answer = try await branch.post("/tickets", as: .agent, ["queue_id": 2], key: "k")
            #expect(answer.status == 422 && answer.code == "idempotency_key_reused")
            #expect(try await branch.store.queues()[1].waiting == 0)
        }
    }

    @Test func anotherTokenPathOrKeyIsAnotherRequest() async throws {
        try await BranchFixture.run { branch in
            try await branch.post("/tickets", as: .agent, ["queue_id": 1], key: "k").expect(201)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 1], key: "k").expect(201)
            try await branch.post("/tickets", as: .agent, ["queue_id": 1], key: "K").expect(201)
            #expect(try await branch.store.queues()[0].waiting == 3)
            let cancelled = try await branch.post("/tickets/1/cancel", as: .agent, ["queue_id": 1], key: "k")
            #expect(cancelled.status == 200 && cancelled.header("Idempotency-Replayed") == nil)
        }
    }

    @Test func aKeyIs1To255VisibleCharacters() async throws {
        try await BranchFixture.run { branch in
            for key in ["", "a b", "caf\u{E9}", String(repeating: "k", count: 256)] {
                let answer = try await branch.post("/tickets", as: .kiosk, ["queue_id": 1], key: key)
                #expect(answer.status == 400 && answer.json["field"] == "Idempotency-Key")
            }
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 1], key: String(repeating: "~", count: 255))
                .expect(201)
        }
    }

    @Test func aReplayShowsNamesAndPeopleAheadAsTheyAreNow() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(2)
            let body: JSON = ["queue_id": 1, "customer_name": "Ann"]
            let first = try await branch.post("/tickets", as: .agent, body, key: "k")
            #expect(first.json["people_ahead"] == 2)
            let id = first.json["id"].int ?? 0
            try await branch.send(.patch, "/tickets/\(id)", as: .agent, ["customer_name": "Bea"]).expect(200)
            try await branch.post("/counters/1/call-next").expect(200)
            let again = try await branch.post("/tickets", as: .agent, body, key: "k")
            #expect(again.json["customer_name"] == "Bea" && again.json["people_ahead"] == 1)
            #expect(again.json["version"] == 1 && again.json["state"] == "waiting")
            #expect(again.json["public_url"] == first.json["public_url"])
            try await branch.act("cancel", on: first.json).expect(200)
            let ended = try await branch.post("/tickets", as: .agent, body, key: "k")
            #expect(ended.json.has("people_ahead") && ended.json["people_ahead"].isNull)
        }
    }

    @Test func aRefusalIsRepeatedWithTheTicketAsItIsNow() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue(name: "Ann")
            let first = try await branch.post("/tickets/1/recall", key: "k")
            #expect(first.status == 409 && first.code == "invalid_transition")
            try await branch.act("call", on: ticket, ["counter_id": 1]).expect(200)
            let again = try await branch.post("/tickets/1/recall", key: "k")
            #expect(again.status == 409 && again.code == "invalid_transition")
            #expect(again.header("Idempotency-Replayed") == "true")
            #expect(again.json["title"] == "Conflict" && again.json["detail"] == first.json["detail"])
            #expect(first.json["ticket"]["state"] == "waiting" && again.json["ticket"]["state"] == "called")
            #expect(again.json["ticket"]["customer_name"] == "Ann")
            let fresh = try await branch.post("/tickets/1/recall", key: "other")
            #expect(fresh.status == 200)
        }
    }

    @Test func aStaleIfMatchIsRepeatedAs412() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            for _ in 0..<2 {
                let answer = try await branch.send(
                    .post, "/tickets/1/cancel", as: .agent, key: "k", fields: [("If-Match", "\"7\"")])
                #expect(answer.status == 412 && answer.code == "version_conflict")
                #expect(answer.json["title"] == "Precondition Failed")
            }
        }
    }

    @Test func nobodyWaitingIsRepeatedThoughSomebodyWaitsNow() async throws {
        try await BranchFixture.run { branch in
            for path in ["/counters/1/call-next", "/queues/1/reserve"] {
                try await branch.post(path, key: "k").expect(204)
            }
            try await branch.issue()
            for path in ["/counters/1/call-next", "/queues/1/reserve"] {
                let again = try await branch.post(path, key: "k")
                #expect(again.status == 204 && again.header("Idempotency-Replayed") == "true")
            }
            try await branch.post("/counters/1/call-next", key: "l").expect(200)
        }
    }

    @Test func refusalsBeforeTheRulesAreNotKept() async throws {
        try await BranchFixture.run { branch in
            try await branch.post("/tickets", as: .display, ["queue_id": 1], key: "k").expect(403)
            branch.setFreeBytes(1)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 0], key: "k").expect(400)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 1], key: "k").expect(507)
            branch.setFreeBytes(900_000_000)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 1], key: "k").expect(201)
        }
    }

    @Test func onlyPOSTLooksAtTheKey() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            for name in ["Ann", "Bea"] {
                let answer = try await branch.send(
                    .patch, "/tickets/1", as: .agent, ["customer_name": .string(name)], key: "k")
                #expect(answer.status == 200 && answer.json["customer_name"].text == name)
            }
        }
    }

    /// Every POST in an order in which each succeeds: where, as whom, with which body, and what it answers.
    private static let everyPOST: [(path: String, who: Who, body: JSON?, status: Int)] = [
        ("/queues", .admin, ["name": "Extra", "prefix": "X"], 201),
        ("/counters", .admin, ["name": "Four", "queues": [["queue_id": 4]]], 201),
        ("/agents", .admin, ["name": "Cy"], 201),
        ("/counters/4/open", .agent, nil, 200),
        ("/counters/4/pause", .agent, nil, 200),
        ("/counters/4/close", .agent, nil, 200),
        ("/tickets", .kiosk, ["queue_id": 1, "customer_name": "Ann"], 201),
        ("/tickets/1/call", .agent, ["counter_id": 1], 200),
        ("/tickets/1/recall", .agent, nil, 200),
        ("/tickets/1/start", .agent, nil, 200),
        ("/tickets/1/updates", .worker, ["progress": 50], 200),
        ("/tickets/1/park", .agent, ["reason": "papers"], 200),
        ("/tickets/1/resume", .agent, ["counter_id": 1], 200),
        ("/tickets/1/transfer", .agent, ["queue_id": 2], 200),
        ("/queues/2/reserve", .worker, nil, 200),
        ("/tickets/1/requeue", .agent, nil, 200),
        ("/tickets/1/status", .worker, ["expected_status": "waiting", "status": "processing", "version": 10], 200),
        ("/tickets/1/complete", .agent, nil, 200),
        ("/tickets/1/undo", .agent, nil, 200),
        ("/tickets/1/no-show", .agent, nil, 200),
        ("/tickets/1/reinstate", .supervisor, nil, 200),
        ("/counters/2/call-next", .agent, nil, 200),
        ("/counters/2/call-next", .agent, ["completes": ["id": 1, "version": 16]], 204),
        ("/tickets", .agent, ["queue_id": 3], 201),
        ("/tickets/2/abandon", .agent, nil, 200),
        ("/tickets", .worker, ["queue_id": 3, "priority": 3], 201),
        ("/tickets/3/cancel", .agent, nil, 200),
    ]

    @Test func everyPOSTIsRepeatedByItsKey() async throws {
        try await BranchFixture.run { branch in
            for (index, step) in Self.everyPOST.enumerated() {
                let first = try await branch.post(step.path, as: step.who, step.body, key: "step-\(index)")
                let head = branch.store.writer.ring.head
                let again = try await branch.post(step.path, as: step.who, step.body, key: "step-\(index)")
                let comment = Comment("\(step.path): \(first.text) then \(again.text)")
                #expect(first.status == step.status && again.status == step.status, comment)
                #expect(again.header("Idempotency-Replayed") == "true", comment)
                #expect(first.json == again.json && first.etag == again.etag, comment)
                #expect(branch.store.writer.ring.head == head, comment)
            }
        }
    }

    @Test func twoAtOnceAreOneRequest() async throws {
        try await BranchFixture.run { branch in
            let body: JSON = ["queue_id": 1]
            async let one = branch.post("/tickets", as: .kiosk, body, key: "k")
            async let two = branch.post("/tickets", as: .kiosk, body, key: "k")
            let answers = try await [one, two]
            #expect(answers.map(\.status) == [201, 201])
            #expect(answers[0].json["id"] == answers[1].json["id"])
            #expect(answers.filter { $0.header("Idempotency-Replayed") == "true" }.count == 1)
        }
    }
}
