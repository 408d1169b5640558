import BranchAccess
import GRDB
import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct PublicLinkTests {
    private static func path(_ issued: JSON) -> String { "/api/public/tickets/\(issued.linkToken)" }

    @Test func aCustomerSeesTheTicketAndWhoIsAhead() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            let issued = try await branch.issue(as: .kiosk)
            let answer = try await branch.send(.get, Self.path(issued))
            #expect(answer.status == 200 && answer.json["number"] == "A002" && answer.json["people_ahead"] == 1)
            #expect(answer.etag == "\"1\"")
            try await branch.act("call", on: issued, ["counter_id": 1]).expect(200)
            let called = try await branch.send(.get, Self.path(issued))
            #expect(called.json["state"] == "called" && called.json["counter_id"] == 1)
            #expect(called.json.has("people_ahead") && called.json["people_ahead"].isNull)
        }
    }

    @Test func leavingIsTakenBackWithin15Seconds() async throws {
        try await BranchFixture.run { branch in
            let path = Self.path(try await branch.issue(as: .kiosk))
            let left = try await branch.send(.post, path + "/leave")
            #expect(left.status == 200 && left.json["state"] == "abandoned")
            branch.clock.advance(seconds: 14)
            let back = try await branch.send(.post, path + "/undo")
            #expect(back.status == 200 && back.json["state"] == "waiting" && back.json["people_ahead"] == 0)
            #expect(!back.json.has("counter_taken"))
            try await branch.send(.post, path + "/leave").expect(200)
            branch.clock.advance(seconds: 15)
            let late = try await branch.send(.post, path + "/undo")
            #expect(late.status == 409 && late.code == "undo_expired")
            let twice = try await branch.send(.post, path + "/leave")
            #expect(twice.status == 409 && twice.json["ticket"]["state"] == "abandoned")
        }
    }

    @Test func aCustomerUndoesOnlyWhatTheCustomerDid() async throws {
        try await BranchFixture.run { branch in
            let issued = try await branch.issue()
            try await branch.act("cancel", on: issued).expect(200)
            let answer = try await branch.send(.post, Self.path(issued) + "/undo")
            #expect(answer.status == 409 && answer.code == "nothing_to_undo")
        }
    }

    @Test func othersAreLetAheadTwiceAtMost() async throws {
        try await BranchFixture.run { branch in
            let first = try await branch.issue()
            let path = Self.path(first) + "/let-ahead"
            let alone = try await branch.send(.post, path)
            #expect(alone.status == 409 && alone.code == "nobody_behind")
            for _ in 0..<3 {
                branch.clock.advance(seconds: 2)
                try await branch.issue()
            }
            for ahead in 1...2 as ClosedRange<Int64> {
                let answer = try await branch.send(.post, path)
                #expect(answer.status == 200 && answer.json["state"] == "waiting")
                let line = try await branch.get("/tickets/waiting?queue_id=1").json.elements.map { $0["id"].int }
                #expect(line.firstIndex(of: first["id"].int) == Int(ahead))
            }
            let third = try await branch.send(.post, path)
            #expect(third.status == 409 && third.code == "let_ahead_limit")
        }
    }

    @Test func actionsAreRepeatedByTheirKey() async throws {
        try await BranchFixture.run { branch in
            let path = Self.path(try await branch.issue())
            for action in ["leave", "undo"] {
                let first = try await branch.send(.post, "\(path)/\(action)", key: "k")
                let again = try await branch.send(.post, "\(path)/\(action)", key: "k")
                #expect(first.status == 200 && again.status == 200 && first.json == again.json)
                #expect(again.header("Idempotency-Replayed") == "true")
            }
            // A phone has no token; the link is whose key it is.
            let other = Self.path(try await branch.issue())
            let fresh = try await branch.send(.post, "\(other)/leave", key: "k")
            #expect(fresh.status == 200 && fresh.header("Idempotency-Replayed") == nil)
            try await branch.send(.post, "\(path)/leave", ["x": 1], key: "k").expect(422)
        }
    }

    @Test func aLinkOfAnEndedTicketDiesAnHourAfterTheDay() async throws {
        try await BranchFixture.run { branch in
            let issued = try await branch.issue()
            try await branch.act("cancel", on: issued).expect(200)
            // The day ends at 04:00; it is 10:00.
            branch.clock.advance(seconds: 19 * 3_600 - 1)
            try await branch.send(.get, Self.path(issued)).expect(200)
            branch.clock.advance(seconds: 1)
            let dead = try await branch.send(.get, Self.path(issued))
            #expect(dead.status == 404 && dead.code == "ticket_not_found")
            try await branch.send(.post, Self.path(issued) + "/undo").expect(404)
        }
    }

    @Test(arguments: ["x", "0123456789012345678901", "012345678901234567890%2F", String(repeating: "a", count: 500)])
    func aLinkOfNothingIs404(_ token: String) async throws {
        try await BranchFixture.run { branch in
            for action in ["", "/leave", "/undo", "/let-ahead"] {
                let answer = try await branch.send(
                    action.isEmpty ? .get : .post, "/api/public/tickets/\(token)\(action)")
                #expect(answer.status == 404 && answer.code == "ticket_not_found")
            }
        }
    }

    @Test func guessingIsLimitedByAddressAndUsingByLink() async throws {
        try await BranchFixture.run({ options in
            options.rates.unknownLink = .init(perSecond: 1, burst: 2)
            options.rates.publicLink = .init(perSecond: 1, burst: 3)
        }) { branch in
            let one = Self.path(try await branch.issue())
            let two = Self.path(try await branch.issue())
            let nothing = "/api/public/tickets/0123456789012345678901"
            for _ in 0..<2 { try await branch.send(.get, nothing, from: "192.0.2.1").expect(404) }
            let refused = try await branch.send(.get, nothing, from: "192.0.2.1")
            #expect(refused.status == 429 && refused.header("Retry-After") == "1")
            try await branch.send(.get, nothing, from: "192.0.2.2").expect(404)
            // Whoever guesses is in nobody's way, not even behind the same address.
            for _ in 0..<3 { try await branch.send(.get, one, from: "192.0.2.1").expect(200) }
            try await branch.send(.get, one, from: "192.0.2.9").expect(429)
            try await branch.send(.get, two, from: "192.0.2.1").expect(200)
        }
    }

    @Test func aHouseholdIsOneStrangerByIPv6AndByIPv4() async throws {
        try await BranchFixture.run({ $0.rates.unknownLink = .init(perSecond: 1, burst: 1) }) { branch in
            let nothing = "/api/public/tickets/0123456789012345678901"
            for (address, status) in [
                ("2001:db8:0:1::1", 404), ("2001:db8:0:1:ffff::2", 429), ("2001:db8:0:2::1", 404),
                ("::ffff:192.0.2.1", 404), ("192.0.2.1", 429), ("::ffff:192.0.2.2", 404),
            ] {
                let answer = try await branch.send(.get, nothing, from: address)
                #expect(answer.status == status, "\(address)")
            }
        }
    }

    @Test func whoAsksTooOftenIsRefusedBeforeTheDatabaseIsAsked() async throws {
        try await BranchFixture.run({ options in
            options.rates.unknownLink = .init(perSecond: 1, burst: 1)
            options.rates.publicLink = .init(perSecond: 1, burst: 1)
        }) { branch in
            let known = Self.path(try await branch.issue())
            let nothing = "/api/public/tickets/0123456789012345678901"
            try await branch.send(.get, known).expect(200)
            try await DatabaseQueue(path: branch.directory + "/turn.sqlite").write { db in
                try db.execute(sql: "ALTER TABLE tickets RENAME TO hidden")
            }
            // What asks the database now fails.
            for _ in 0..<10 { try await branch.send(.get, nothing, from: "192.0.2.1").expect(503) }
            try await branch.send(.get, nothing, from: "192.0.2.1").expect(429)
            try await branch.send(.get, nothing, from: "192.0.2.2").expect(503)
            try await branch.send(.get, known, from: "192.0.2.3").expect(429)
        }
    }

    @Test func allLinksTogetherHaveALimit() async throws {
        try await BranchFixture.run({ $0.rates.publicTotal = .init(perSecond: 1, burst: 2) }) { branch in
            let one = Self.path(try await branch.issue())
            let two = Self.path(try await branch.issue())
            try await branch.send(.get, one).expect(200)
            try await branch.send(.get, two).expect(200)
            try await branch.send(.get, two, from: "192.0.2.5").expect(429)
            try await branch.get("/queues", as: .display).expect(200)
        }
    }
}
