import BranchStore
import HTTPTypes
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct BranchTests {
    private static let week: JSON = [["days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"]]

    @Test func theBranchIsShownToEveryRoleAndChangedByAdmins() async throws {
        try await BranchFixture.run { branch in
            let first = try await branch.get("/branch", as: .display)
            #expect(first.status == 200 && first.etag == "\"1\"")
            #expect(
                first.json["name"] == "Branch" && first.json["time_zone"] == "UTC" && first.json["language"] == "en")
            #expect(first.json["names"] == true && first.json["purge_hours"].isNull && first.json["hours"].isNull)
            #expect(first.json["exceptions"] == [])
            let exceptions: JSON = [
                ["date": "2026-12-24", "from": "09:00", "to": "12:00", "note": "Eve"],
                ["date": "2026-12-25", "from": nil, "to": nil, "note": nil],
            ]
            let changed = try await branch.send(
                .patch, "/branch", as: .admin,
                [
                    "name": "Harbour", "time_zone": "Europe/Berlin", "language": "de", "names": false,
                    "purge_hours": 2, "hours": Self.week, "exceptions": exceptions,
                ], fields: [("If-Match", "\"1\"")])
            #expect(changed.status == 200 && changed.etag == "\"2\"", "\(changed.text)")
            #expect(changed.json["hours"] == Self.week && changed.json["exceptions"] == exceptions)
            #expect(changed.json["names"] == false && changed.json["purge_hours"] == 2)
            #expect(try await branch.get("/branch", as: .kiosk).json == changed.json)
            let kept = try await branch.send(.patch, "/branch", as: .admin, ["hours": nil, "purge_hours": nil])
            #expect(kept.json["hours"].isNull && kept.json["purge_hours"].isNull)
            #expect(kept.json["name"] == "Harbour" && kept.json["exceptions"] == exceptions)
        }
    }

    @Test func aStaleVersionIs412OrElse409() async throws {
        try await BranchFixture.run { branch in
            let header = try await branch.send(
                .patch, "/branch", as: .admin, ["name": "X"], fields: [("If-Match", "\"2\"")])
            #expect(header.status == 412 && header.code == "version_conflict")
            let body = try await branch.send(.patch, "/branch", as: .admin, ["name": "X", "version": 2])
            #expect(body.status == 409 && body.code == "version_conflict")
            #expect(try await branch.get("/branch").json["name"] == "Branch")
        }
    }

    @Test(
        arguments: [
            (["name": ""], "bad_request", "name"), (["name": 1], "bad_request", "name"),
            (["time_zone": "Mars/Olympus"], "invalid_setting", "time_zone"),
            (["language": "x"], "invalid_setting", "language"), (["names": "no"], "bad_request", "names"),
            (["purge_hours": 0], "bad_request", "purge_hours"), (["purge_hours": 721], "bad_request", "purge_hours"),
            (["hours": "always"], "bad_request", "hours"), (["hours": [1]], "bad_request", "hours"),
            (["hours": [["days": [8], "from": "09:00", "to": "10:00"]]], "bad_request", "hours[0].days"),
            (["hours": [["days": [1, 1], "from": "09:00", "to": "10:00"]]], "bad_request", "hours[0].days"),
            (["hours": [["days": [], "from": "09:00", "to": "10:00"]]], "bad_request", "hours[0].days"),
            (["hours": [["days": [1], "from": "9:00", "to": "10:00"]]], "bad_request", "hours[0].from"),
            (["hours": [["days": [1], "from": "09:00"]]], "bad_request", "hours[0].to"),
            (["hours": [["days": [1], "from": "10:00", "to": "09:00"]]], "invalid_setting", "hours"),
            (["exceptions": [["date": "2026-02-30"]]], "bad_request", "exceptions[0].date"),
            (["exceptions": [["date": "2026-02-03", "from": "09:00"]]], "bad_request", "exceptions[0].to"),
            (["exceptions": [["date": "2026-02-03", "note": ""]]], "bad_request", "exceptions[0].note"),
            (["exceptions": [["date": "2026-02-03"], ["date": "2026-02-03"]]], "invalid_setting", "exceptions"),
        ] as [(JSON, String, String)])
    func aWrongSettingIsNamed(_ body: JSON, _ code: String, _ field: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.patch, "/branch", as: .admin, body)
            #expect(answer.status == 400 && answer.code == code && answer.json["field"].text == field, "\(answer.text)")
            #expect(try await branch.get("/branch").etag == "\"1\"")
        }
    }

    @Test func outsideOfTheHoursAQueueIsClosedAndSaysSo() async throws {
        try await BranchFixture.run { branch in
            func queues(_ who: Who) async throws -> [JSON] { try await branch.get("/queues", as: who).json.elements }
            #expect(try await queues(.display).map { $0["open_now"] } == [true, true, true])
            let own = try await branch.send(
                .patch, "/queues/1", as: .admin, ["hours": [], "names": ["de": "Schalter", "fr": "Guichet"]])
            #expect(own.json["open"] == true && own.json["open_now"] == false && own.json["hours"] == [])
            #expect(own.json["names"] == ["de": "Schalter", "fr": "Guichet"])
            let refused = try await branch.post("/tickets", as: .kiosk, ["queue_id": 1])
            #expect(refused.status == 409 && refused.code == "queue_closed")
            let board = try await queues(.kiosk)
            #expect(board.map { $0["open_now"] } == [false, true, true])
            #expect(board[0]["names"] == ["de": "Schalter", "fr": "Guichet"] && board[1]["names"].isNull)
            #expect(board[0]["hours"].isNull && board[0]["open"] == true)
            try await branch.send(.patch, "/branch", as: .admin, ["hours": []]).expect(200)
            #expect(try await queues(.agent).map { $0["open_now"] } == [false, false, false])
            let all: JSON = [["days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00"]]
            let open = try await branch.send(.patch, "/queues/1", as: .admin, ["hours": all, "names": nil])
            #expect(open.json["open_now"] == true && open.json["names"].isNull && open.json["hours"] == all)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 1]).expect(201)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 2]).expect(409)
        }
    }

    @Test func aQueueMadeTwiceByOneKeyIsAnsweredAlike() async throws {
        try await BranchFixture.run { branch in
            let body: JSON = ["name": "Extra", "prefix": "X", "hours": Self.week, "names": ["de": "Extra"]]
            let first = try await branch.post("/queues", as: .admin, body, key: "once")
            let second = try await branch.post("/queues", as: .admin, body, key: "once")
            #expect(first.status == 201 && second.status == 201)
            #expect(second.header("Idempotency-Replayed") == "true")
            for name in first.json.names { #expect(second.json[name] == first.json[name], "\(name)") }
            try await branch.send(.delete, "/queues/4", as: .admin).expect(204)
            let gone = try await branch.post("/queues", as: .admin, body, key: "once")
            #expect(gone.status == 201 && gone.json["open_now"] == false)
        }
    }

    @Test(
        arguments: [
            (["names": ["de": 1]], "names", "bad_request"), (["names": ["de"]], "names", "bad_request"),
            (["names": ["d": "x"]], "names", "invalid_setting"), (["names": ["de": ""]], "names", "bad_request"),
            (["hours": [["days": [1], "from": "10:00", "to": "10:00"]]], "hours", "invalid_setting"),
        ] as [(JSON, String, String)])
    func aQueuesWrongNamesAndHoursAreRefused(_ body: JSON, _ field: String, _ code: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.patch, "/queues/1", as: .admin, body)
            #expect(answer.status == 400 && answer.code == code && answer.json["field"].text == field, "\(answer.text)")
        }
    }

    @Test func aBranchWithoutNamesIgnoresThem() async throws {
        try await BranchFixture.run { branch in
            let named = try await branch.issue(name: "Ann")
            #expect(named["customer_name"] == "Ann")
            try await branch.send(.patch, "/branch", as: .admin, ["names": false]).expect(200)
            let ticket = try await branch.issue(name: "Bea")
            #expect(ticket["customer_name"].isNull && ticket["number"].text != nil)
            let patched = try await branch.send(.patch, "/tickets/2", as: .agent, ["customer_name": "Cleo"])
            #expect(patched.status == 200 && patched.json["customer_name"].isNull)
            _ = try await branch.store.purge()
            #expect(try await branch.get("/tickets/1").json["customer_name"].isNull)
        }
    }
}
