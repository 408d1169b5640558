import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct TicketTests {
    @Test func aNewTicketIsAnsweredWhole() async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.post(
                "/tickets", ["queue_id": 1, "customer_name": "Ann", "estimated_time": 300, "language": "pt-BR"])
            let ticket = answer.json
            #expect(answer.status == 201 && answer.header("Location") == "/tickets/1")
            #expect(answer.header("Content-Type") == "application/json")
            #expect(ticket["number"] == "A001" && ticket["priority"] == 1 && ticket["estimated_time"] == 300)
            #expect(ticket["status"] == "waiting" && ticket["state"] == "waiting" && ticket["version"] == 1)
            #expect(ticket["created_at"] == "2026-03-03T10:00:00.000Z" && ticket["language"] == "pt-BR")
            #expect(ticket.has("called_at") && ticket["called_at"].isNull)
            let url = ticket["public_url"].text ?? ""
            #expect(url.hasPrefix("http://localhost/t/") && ticket.linkToken.count == 22)
        }
    }

    @Test func thePublicAddressIsTheConfiguredOne() async throws {
        try await BranchFixture.run({ $0.publicBaseURL = "https://turn.example" }) { branch in
            let url = try await branch.issue()["public_url"].text ?? ""
            #expect(url.hasPrefix("https://turn.example/t/"))
        }
    }

    @Test func peopleAheadCountsWhoIsCalledBefore() async throws {
        try await BranchFixture.run { branch in
            #expect(try await branch.issue()["people_ahead"] == 0)
            #expect(try await branch.issue()["people_ahead"] == 1)
            #expect(try await branch.issue(priority: 10)["people_ahead"] == 0)
            #expect(try await branch.issue(priority: 10)["people_ahead"] == 1)
            #expect(try await branch.issue()["people_ahead"] == 4)
            #expect(try await branch.issue(queue: 2)["people_ahead"] == 0)
            try await branch.post("/counters/1/call-next").expect(200)
            #expect(try await branch.issue()["people_ahead"] == 4)
        }
    }

    @Test func theLineIsInCallingOrder() async throws {
        try await BranchFixture.run { branch in
            for priority: Int64 in [1, 1, 5, 10] { try await branch.issue(priority: priority) }
            let line = try await branch.get("/tickets/waiting?queue_id=1", as: .display).json
            #expect(line.elements.map { $0["number"].text } == ["A004", "A003", "A001", "A002"])
            let unknown = try await branch.get("/tickets/waiting?queue_id=9", as: .display)
            #expect(unknown.status == 404 && unknown.code == "queue_not_found")
        }
    }

    @Test func staffReadWhyATicketWasParked() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            try await branch.post("/counters/1/call-next").expect(200)
            let parked = try await branch.act("park", on: ticket, ["reason": "fetches papers"])
            #expect(parked.status == 200 && parked.json["reason"] == "fetches papers")
            #expect(try await branch.get("/tickets/1").json["reason"] == "fetches papers")
            #expect(try await branch.get("/tickets/1", as: .worker).json["reason"] == "fetches papers")
        }
    }

    @Test func anEndedTicketIsReadFromTheHistory() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue(name: "Ann")
            try await branch.act("cancel", on: ticket).expect(200)
            let read = try await branch.get("/tickets/1")
            #expect(read.json["state"] == "cancelled" && read.json["customer_name"] == "Ann")
            let changed = try await branch.send(.patch, "/tickets/1", as: .agent, ["priority": 2])
            #expect(changed.status == 409 && changed.code == "ticket_ended")
            #expect(changed.json["ticket"]["state"] == "cancelled")
            try await branch.get("/tickets/2").expect(404)
        }
    }

    @Test func aPatchChangesWhatItNamesAndNothingElse() async throws {
        try await BranchFixture.run { branch in
            try await branch.post(
                "/tickets", ["queue_id": 1, "customer_name": "Ann", "language": "en", "estimated_time": 5]
            ).expect(201)
            let first = try await branch.send(.patch, "/tickets/1", as: .agent, ["priority": 7])
            #expect(first.json["priority"] == 7 && first.json["customer_name"] == "Ann")
            #expect(first.json["language"] == "en" && first.json["estimated_time"] == 5)
            let second = try await branch.send(
                .patch, "/tickets/1", as: .agent, ["customer_name": nil, "language": nil, "estimated_time": nil])
            #expect(second.json["customer_name"].isNull && second.json["language"].isNull)
            #expect(second.json["estimated_time"].isNull && second.json["priority"] == 7)
            let wrong = try await branch.send(.patch, "/tickets/1", as: .agent, ["priority": nil])
            #expect(wrong.status == 400 && wrong.json["field"] == "priority")
        }
    }

    @Test func updatesKeepTheirBounds() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            let good = try await branch.post("/tickets/1/updates", as: .worker, ["progress": 100, "estimated_time": 0])
            #expect(good.json["progress"] == 100 && good.json["estimated_time"] == 0 && good.json["version"] == 2)
            for field in ["progress", "estimated_time"] {
                let answer = try await branch.post("/tickets/1/updates", as: .worker, .object([field: -1]))
                #expect(answer.status == 400 && answer.json["field"].text == field)
            }
            try await branch.post("/tickets/1/updates", as: .worker, ["progress": 101]).expect(400)
        }
    }

    @Test func aParkedTicketComesBackWhereItIsWanted() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            try await branch.act("call", on: ticket, ["counter_id": 1]).expect(200)
            let parked = try await branch.act("park", on: ticket, ["until": "2026-03-03T12:00:00+01:00"])
            #expect(parked.json["state"] == "parked" && parked.json["park_until"] == "2026-03-03T11:00:00.000Z")
            #expect(parked.json["status"] == "processing" && parked.json["counter_id"].isNull)
            let resumed = try await branch.act("resume", on: ticket, ["counter_id": 2])
            #expect(resumed.json["state"] == "serving" && resumed.json["counter_id"] == 2)
        }
    }

    @Test(arguments: ["2026-03-03T22:00:01Z", "9999-12-31T23:59:59Z", "tomorrow", ""])
    func aParkBeyondTwelveHoursIsRefused(_ until: String) async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            try await branch.act("call", on: ticket, ["counter_id": 1]).expect(200)
            let answer = try await branch.act("park", on: ticket, ["until": .string(until)])
            #expect(answer.status == 400 && answer.json["field"] == "until")
        }
    }

    @Test func aTransferNamesQueueOrCounter() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            try await branch.act("call", on: ticket, ["counter_id": 1]).expect(200)
            for body: JSON? in [.none, [:], ["queue_id": 2, "counter_id": 2]] {
                let answer = try await branch.act("transfer", on: ticket, body)
                #expect(answer.status == 400 && answer.json["field"] == "queue_id")
            }
            let place = try await branch.act("transfer", on: ticket, ["queue_id": 2, "place": "middle"])
            #expect(place.status == 400 && place.json["field"] == "place")
            let unknown = try await branch.act("transfer", on: ticket, ["queue_id": 9])
            #expect(unknown.status == 404 && unknown.code == "queue_not_found")
            let moved = try await branch.act("transfer", on: ticket, ["counter_id": 2, "place": "first"])
            #expect(moved.json["state"] == "waiting" && moved.json["target_counter_id"] == 2)
            #expect(moved.json["number"] == "A001")
        }
    }

    @Test func anUndoSaysWhetherTheCounterWasTaken() async throws {
        try await BranchFixture.run { branch in
            let first = try await branch.issue()
            let second = try await branch.issue()
            try await branch.act("call", on: first, ["counter_id": 1]).expect(200)
            try await branch.act("complete", on: first).expect(200)
            let back = try await branch.act("undo", on: first)
            #expect(back.json["state"] == "called" && back.json["counter_taken"] == false)
            try await branch.act("complete", on: first).expect(200)
            try await branch.act("call", on: second, ["counter_id": 1]).expect(200)
            for _ in 0..<2 {
                let answer = try await branch.send(.post, "/tickets/1/undo", as: .agent, key: "k")
                #expect(answer.json["state"] == "waiting" && answer.json["counter_taken"] == true)
            }
            branch.clock.advance(seconds: 15)
            let late = try await branch.act("undo", on: second)
            #expect(late.status == 409 && late.code == "undo_expired" && late.json["ticket"]["id"] == 2)
        }
    }

    /// The original interface's changes of status, each from a fresh ticket that `before` led to.
    @Test(arguments: [
        ([], "waiting", "processing", 200, "called"), ([], "waiting", "done", 200, "cancelled"),
        (["call"], "processing", "waiting", 200, "waiting"), (["call"], "processing", "done", 200, "completed"),
        (["call", "start"], "processing", "done", 200, "completed"),
        (["call", "park"], "processing", "waiting", 200, "waiting"),
        (["call", "park"], "processing", "done", 409, "parked"), ([], "processing", "done", 409, "waiting"),
        ([], "waiting", "waiting", 409, "waiting"), (["cancel"], "done", "waiting", 409, "cancelled"),
    ])
    func theOriginalStatusesAreKept(
        _ before: [String], _ expected: String, _ status: String, _ code: Int, _ state: String
    ) async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            for action in before {
                try await branch.act(action, on: ticket, action == "call" ? ["counter_id": 1] : nil).expect(200)
            }
            let version = try await branch.get("/tickets/1").json["version"]
            let answer = try await branch.post(
                "/tickets/1/status", as: .worker,
                ["expected_status": .string(expected), "status": .string(status), "version": version])
            #expect(answer.status == code, "\(answer.text)")
            #expect((code == 200 ? answer.json : answer.json["ticket"])["state"].text == state)
        }
    }

    @Test func aTicketOfNobodyIs404Everywhere() async throws {
        try await BranchFixture.run { branch in
            for action in ["recall", "start", "complete", "no-show", "requeue", "park", "resume", "cancel", "undo"] {
                let answer = try await branch.post("/tickets/9/\(action)")
                #expect(answer.status == 404 && answer.code == "ticket_not_found" && answer.json["ticket"].isNull)
            }
        }
    }
}
