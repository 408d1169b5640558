import BranchAccess
import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct HostTests {
    @Test(arguments: [
        "localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.0.0.1", "box.example:8080", "box", "box.local:8080",
        "turn.example", "turn.example:443",
    ])
    func theBoxAnswersToItsNames(_ host: String) async throws {
        try await BranchFixture.run { branch in
            try await branch.send(.get, "/queues", as: .display, host: host).expect(200)
        }
    }

    @Test(arguments: ["evil.example", "localhost:9999", "127.0.0.2:8080"])
    func anotherNameIsMisdirected(_ host: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.get, "/livez", host: host)
            #expect(answer.status == 421 && answer.code == "misdirected_request")
        }
    }

    @Test(arguments: ["", "a b", "a/b", "[::1", "localhost:x", "user@localhost"])
    func whatIsNoHostIsABadRequest(_ host: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.get, "/livez", host: host)
            #expect(answer.status == 400 && answer.code == "bad_host")
        }
    }

    @Test func withoutHostOnlyPublicPathsAreRead() async throws {
        try await BranchFixture.run { branch in
            try await branch.send(.get, "/livez", host: nil).expect(200)
            try await branch.send(.head, "/readyz", host: nil).expect(200)
            let link = try await branch.send(.get, "/api/public/tickets/0123456789012345678901", host: nil)
            #expect(link.code == "ticket_not_found")
            for (path, who) in [
                ("/queues", Who?.some(.display)), ("/queues", nil), ("/nothing", .admin), ("/ws", .admin),
            ] {
                let answer = try await branch.send(.get, path, as: who, host: nil)
                #expect(answer.status == 400 && answer.code == "bad_host", "\(path)")
            }
            let leave = try await branch.send(.post, "/api/public/tickets/0123456789012345678901/leave", host: nil)
            #expect(leave.status == 400 && leave.code == "bad_host")
        }
    }

    @Test func hostIsCheckedBeforeOriginAndBothBeforeTheToken() async throws {
        try await BranchFixture.run { branch in
            let origin = [("Origin", "http://evil.example")]
            try await branch.send(.post, "/tickets", fields: origin, host: "evil.example").expect(421)
            let answer = try await branch.send(.post, "/tickets", fields: origin)
            #expect(answer.status == 403 && answer.code == "bad_origin")
        }
    }

    @Test(arguments: ["http://evil.example", "null", "http://localhost", "https://localhost:9999", ""])
    func aForeignOriginMayNotWrite(_ origin: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(
                .post, "/tickets", as: .kiosk, ["queue_id": 1], fields: [("Origin", origin)])
            #expect(answer.status == 403 && answer.code == "bad_origin")
            let read = try await branch.send(.get, "/queues", as: .kiosk, fields: [("Origin", origin)])
            #expect(read.status == 200)
        }
    }

    @Test(arguments: ["http://localhost:8080", "http://127.0.0.1:8080", "https://turn.example"])
    func aPageOfTheBoxMayWrite(_ origin: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(
                .post, "/tickets", as: .kiosk, ["queue_id": 1], fields: [("Origin", origin)])
            #expect(answer.status == 201)
        }
    }

    @Test func aBoxOnAllInterfacesAnswersToTheirAddresses() async throws {
        try await BranchFixture.run({ $0.listensAt = "0.0.0.0" }) { branch in
            try await branch.send(.get, "/livez", host: "127.0.0.1:8080").expect(200)
            try await branch.send(.get, "/livez", host: "203.0.113.9:8080").expect(421)
            // Later it looks at its interfaces again, and still doesn't believe a stranger's word.
            branch.clock.advance(seconds: 60)
            try await branch.send(.get, "/livez", host: "203.0.113.9:8080").expect(421)
        }
    }
}
