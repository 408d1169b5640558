import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct ViewTests {
    /// What a public screen may show of a ticket (product.md, "Personal data").
    private static let board: Set<String> = [
        "id", "queue_id", "number", "status", "state", "counter_id", "version", "language", "created_at", "updated_at",
        "arrived_at", "queued_at", "first_called_at", "called_at", "started_at", "parked_at", "park_until", "ended_at",
    ]
    private static let staff = board.union([
        "customer_name", "note", "reason", "priority", "estimated_time", "progress", "target_counter_id", "agent_id",
        "holder",
        "call_count", "day", "waiting_time", "walking_time", "handling_time", "ended_by", "outcome",
    ])
    private static let issued: Set<String> = ["public_url", "people_ahead"]
    private static let name = "Zebulon Quirk"

    @Test func aKioskGetsItsTicketWithoutWhatItTyped() async throws {
        try await BranchFixture.run { branch in
            let body: JSON = ["queue_id": 1, "customer_name": .string(Self.name), "priority": 3]
            for _ in 0..<2 {
                let answer = try await branch.post("/tickets", as: .kiosk, body, key: "k")
                #expect(answer.status == 201 && answer.json.names == Self.board.union(Self.issued))
                #expect(!answer.text.contains(Self.name))
            }
        }
    }

    @Test(arguments: [Who.agent, .supervisor, .admin, .worker])
    func staffGetEverything(_ who: Who) async throws {
        try await BranchFixture.run { branch in
            let body: JSON = ["queue_id": 1, "customer_name": .string(Self.name)]
            for _ in 0..<2 {
                let answer = try await branch.post("/tickets", as: who, body, key: "k")
                #expect(answer.json.names == Self.staff.union(Self.issued))
                #expect(answer.json["customer_name"].text == Self.name)
            }
            let list = try await branch.get("/tickets/waiting?queue_id=1", as: who).json
            #expect(list[0].names == Self.staff && list[0]["customer_name"].text == Self.name)
            #expect(try await branch.get("/tickets/1", as: who).json == list[0])
            #expect(try await branch.get("/tickets", as: who).json == list)
        }
    }

    @Test(arguments: [Who.kiosk, .display, .metrics])
    func listsOfABoardShowNoPersonAndNoPriority(_ who: Who) async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue(name: Self.name, priority: 4)
            try await branch.issue(name: Self.name)
            try await branch.act("call", on: ticket, as: .bound).expect(200)
            let waiting = try await branch.get("/tickets/waiting?queue_id=1", as: who)
            #expect(waiting.json.elements.count == 1 && waiting.json[0].names == Self.board)
            #expect(!waiting.text.contains(Self.name))
            let queues = try await branch.get("/queues", as: who).json
            let shown: Set = ["id", "name", "names", "prefix", "open", "open_now", "waiting", "version"]
            #expect(queues[0].names == shown)
            let counters = try await branch.get("/counters", as: who).json
            #expect(counters[0].names == ["id", "name", "state", "queues", "ticket_id", "version"])
            #expect(counters[0]["ticket_id"] == 1)
        }
    }

    @Test func staffSeeTheSettingsInLists() async throws {
        try await BranchFixture.run { branch in
            let queues = try await branch.get("/queues", as: .worker).json
            #expect(queues[0].has("credit") && queues[0].has("undo_window"))
            #expect(try await branch.get("/counters", as: .agent).json[0].has("agent_id"))
            let agents = try await branch.get("/agents", as: .supervisor).json
            #expect(
                agents == [
                    ["id": 1, "name": "Ada", "active": true, "has_pin": false, "version": 1],
                    ["id": 2, "name": "Bo", "active": true, "has_pin": false, "version": 1],
                ])
        }
    }

    @Test func aLinkShowsTheBoardsViewWhateverTokenComesAlong() async throws {
        try await BranchFixture.run { branch in
            let issued = try await branch.issue(name: Self.name)
            let path = "/api/public/tickets/\(issued.linkToken)"
            for who in [Who?.none, .admin, .display] {
                let answer = try await branch.get(path, as: who)
                #expect(answer.json.names == Self.board.union(["people_ahead"]))
                let refused = try await branch.post(path + "/undo", as: who, key: who?.rawValue ?? "nobody")
                #expect(refused.status == 409 && refused.json["ticket"].names == Self.board)
                let again = try await branch.post(path + "/undo", as: who, key: who?.rawValue ?? "nobody")
                #expect(again.json["ticket"].names == Self.board)
                #expect(![answer, refused, again].contains { $0.text.contains(Self.name) })
            }
        }
    }

    @Test func eventsNeverHoldAName() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue(name: Self.name)
            try await branch.act("call", on: ticket, as: .bound).expect(200)
            try await branch.act("park", on: ticket, ["reason": .string(Self.name)]).expect(200)
            try await branch.send(.post, "/agents", as: .admin, ["name": .string(Self.name)]).expect(201)
            let events = try await branch.get("/events", as: .agent)
            #expect(events.json.elements.count >= 4 && !events.text.contains(Self.name))
        }
    }

    @Test func aProblemHasItsMembersAndItsType() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            for answer in [
                try await branch.post("/tickets/1/recall"), try await branch.get("/nothing"),
                try await branch.send(.get, "/queues"), try await branch.send(.get, "/queues", host: "evil.example"),
                try await branch.post("/tickets", ["queue_id": "x"]),
            ] {
                #expect(answer.json.names == ["type", "title", "status", "code", "detail", "field", "ticket"])
                #expect(answer.header("Content-Type") == "application/problem+json")
                #expect(answer.header("Cache-Control") == "no-store")
                #expect(answer.json["type"] == "about:blank" && answer.json["status"].int == Int64(answer.status))
                #expect(answer.json["title"].text?.isEmpty == false)
            }
        }
    }
}

extension JSON {
    /// The secret part of a new ticket's link.
    var linkToken: String {
        guard let url = self["public_url"].text, let slash = url.lastIndex(of: "/") else { return "" }
        return String(url[url.index(after: slash)...])
    }
}
