import BranchAccess
import BranchServer
import HTTPTypes
import NIOCore
import QueueTestSupport
import Testing

@Suite struct HandshakeTests {
    private static func refusal(_ open: () async throws -> WebSocketTestClient) async throws -> (Int, JSON) {
        do {
            _ = try await open()
            return (101, .null)
        } catch ConnectionFailure.refused(let status, let body) {
            return (status, try JSON(parsing: body.utf8))
        }
    }

    @Test func everyRoleMayFollowAndNobodyElse() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                for who in Who.roles {
                    let (socket, hello, _) = try await live.follow("", as: who)
                    #expect(hello["type"] == "hello", "\(who.rawValue)")
                    await socket.abort()
                }
                let (status, problem) = try await Self.refusal { try await live.open("", as: nil) }
                #expect(status == 401 && problem["code"] == "unauthorized")
                try branch.revoke(.display)
                #expect(try await Self.refusal { try await live.open("", as: .display) }.0 == 401)
            }
        }
    }

    @Test(arguments: [
        "?queue_id=x", "?queue_id=0", "?queue_id=1&queue_id=", "?since=1", "?since=0123456789abcdef",
        "?since=0123456789abcdeg.1", "?since=0123456789abcdef.-1", "?since=0123456789abcdef.1&since=0123456789abcdef.1",
        "?" + Array(repeating: "queue_id=1", count: 201).joined(separator: "&"),
    ])
    func aWrongParameterIs400(_ query: String) async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let (status, problem) = try await Self.refusal { try await live.open(query, as: .display) }
                #expect(status == 400 && problem["code"] == "bad_request")
            }
        }
    }

    @Test func aPageOfAnotherSiteMayNotOpenIt() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let foreign = [(name: "Origin", value: "http://evil.example")]
                let (status, problem) = try await Self.refusal {
                    try await live.open("", as: .display, fields: foreign)
                }
                #expect(status == 403 && problem["code"] == "bad_origin")
                let own = [(name: "Origin", value: "http://127.0.0.1:\(live.port)")]
                #expect(try await Self.refusal { try await live.open("", as: .display, fields: own) }.0 == 101)
            }
        }
    }

    @Test(arguments: [("/queues", 200), ("/livez", 200), ("/nothing", 404)])
    func anotherPathIgnoresTheOffer(_ path: String, _ status: Int) async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let token = branch.template.secrets[.display]?.text
                let answer = try await Self.refusal {
                    try await WebSocketTestClient.open(port: live.port, path: path, token: token)
                }
                #expect(answer.0 == status)
            }
        }
    }

    /// Host, Origin, token, then the handshake itself.
    @Test(arguments: [
        ([(name: "Sec-WebSocket-Version", value: "8"), (name: "Origin", value: "http://evil.example")], "bad_origin"),
        ([(name: "Sec-WebSocket-Key", value: "short"), (name: "Origin", value: "http://evil.example")], "bad_origin"),
    ])
    func aBrokenHandshakeIsJudgedAfterTheOrigin(
        _ fields: [(name: String, value: String)], _ code: String
    ) async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let (_, problem) = try await Self.refusal { try await live.open("", as: .display, fields: fields) }
                #expect(problem["code"].text == code)
                let (status, _) = try await Self.refusal { try await live.open("", as: nil, fields: [fields[0]]) }
                #expect(status == 401)
            }
        }
    }

    @Test func aForeignPageLearnsNothingAtThePathWithoutAnOffer() async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(
                .get, "/ws", as: .display, fields: [("Origin", "http://evil.example")])
            #expect(answer.status == 403 && answer.code == "bad_origin")
        }
    }

    @Test func beyondTheBoundIs503UntilSomebodyLeaves() async throws {
        try await BranchFixture.run({ $0.sockets = 2 }) { branch in
            try await LiveBranch.run(branch) { live in
                let first = try await live.follow("", as: .display).socket
                _ = try await live.follow("", as: .display)
                let (status, problem) = try await Self.refusal { try await live.open("", as: .display) }
                #expect(status == 503 && problem["code"] == "overloaded")
                await first.abort()
                let hasRoom = await eventually { branch.server.hub.hasRoom }
                #expect(hasRoom)
                _ = try await live.follow("", as: .display)
            }
        }
    }

    @Test func aClientThatSpeaksIsClosedWith1003() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let socket = try await live.follow("", as: .agent).socket
                try await socket.send(WebSocketFrame(.text, .init(string: "hello")))
                #expect(try await socket.closeCode() == 1003)
            }
        }
    }
}
