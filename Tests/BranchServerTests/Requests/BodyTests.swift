import BranchAccess
import BranchStore
import HTTPTypes
import NIOCore
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct BodyTests {
    @Test(arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/merge-patch+json",
    ])
    func aBodyThatIsNotCalledJSONIs415(_ type: String?) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(
                .post, "/tickets", as: .kiosk, bytes: ByteBuffer(string: "{\"queue_id\":1}"),
                fields: [("Content-Type", type ?? "")])
            #expect(answer.status == 415 && answer.code == "unsupported_media_type")
        }
    }

    @Test(arguments: ["application/json", "Application/JSON", "application/json; charset=utf-8", " application/json "])
    func aBodyThatIsCalledJSONIsRead(_ type: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(
                .post, "/tickets", as: .kiosk, bytes: ByteBuffer(string: "{\"queue_id\":1}"),
                fields: [("Content-Type", type)])
            #expect(answer.status == 201)
        }
    }

    @Test func theMediaTypeIsCheckedBeforeTheBodyAndAfterTheRole() async throws {
        try await BranchFixture.run { branch in
            let text = [("Content-Type", "text/plain")]
            let broken = ByteBuffer(string: "{")
            try await branch.send(.post, "/tickets", as: .kiosk, bytes: broken, fields: text).expect(415)
            try await branch.send(.post, "/tickets", as: .display, bytes: broken, fields: text).expect(403)
            try await branch.send(.post, "/tickets", bytes: broken, fields: text).expect(401)
        }
    }

    @Test(arguments: [
        "", "{", "[]", "1", "null", "{\"queue_id\":1,}", "{\"queue_id\":01}", "{\"queue_id\":1} x",
        "{\"queue_id\":1,\"queue_id\":2}", "{\"queue_id\":1e400}", "{\"queue_id\":9223372036854775808}",
        "{\"queue_id\":1,\"customer_name\":\"a\\u0000b\"}", "{\"queue_id\":1,\"customer_name\":\"\\ud800\"}",
        "\u{FEFF}{\"queue_id\":1}",
    ])
    func whatIsNoJSONObjectIs400(_ text: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.post, "/tickets", as: .kiosk, bytes: ByteBuffer(string: text))
            #expect(answer.status == 400)
            #expect(answer.json.has("detail"))
            #expect(try await branch.store.queues()[0].waiting == 0)
        }
    }

    @Test(arguments: [
        ("queue_id", JSON.string("1")), ("queue_id", .null), ("queue_id", .integer(0)), ("queue_id", .number(1.5)),
        ("customer_name", .integer(7)), ("customer_name", .array([])),
        ("priority", .integer(0)), ("priority", .integer(11)), ("priority", .string("2")), ("priority", .bool(true)),
        ("estimated_time", .integer(-1)), ("estimated_time", .integer(86_401)),
        ("language", .string("")), ("language", .string("en GB")),
        ("language", .string(String(repeating: "a", count: 36))),
        ("customer_name", .string(String(repeating: "a", count: 201))),
    ])
    func aWrongFieldIsNamed(_ field: String, _ value: JSON) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.post(
                "/tickets", as: .kiosk, .object(["queue_id": 1].merging([field: value]) { $1 }))
            #expect(answer.status == 400 && answer.code == "bad_request")
            #expect(answer.json["field"].text == field)
        }
    }

    @Test func valuesAtTheirBoundsAreTaken() async throws {
        try await BranchFixture.run { branch in
            let name = String(repeating: "\u{1F600}", count: 200)
            let answer = try await branch.post(
                "/tickets", as: .agent,
                [
                    "queue_id": 1, "customer_name": .string(name), "priority": 10, "estimated_time": 86_400,
                    "language": .string(String(repeating: "a", count: 35)), "unknown": ["a": [1, 2]],
                ])
            #expect(answer.status == 201)
            #expect(answer.json["customer_name"].text == name)
            #expect(answer.json["priority"] == 10 && answer.json["estimated_time"] == 86_400)
        }
    }

    @Test func aBodyBeyond64KiBIs413() async throws {
        try await BranchFixture.run { branch in
            func body(_ size: Int) -> ByteBuffer {
                let start = "{\"queue_id\":1,\"x\":\""
                return ByteBuffer(string: start + String(repeating: "a", count: size - start.count - 2) + "\"}")
            }
            try await branch.send(.post, "/tickets", as: .kiosk, bytes: body(65_536)).expect(201)
            let answer = try await branch.send(.post, "/tickets", as: .kiosk, bytes: body(65_537))
            #expect(answer.status == 413 && answer.code == "body_too_large")
        }
    }

    @Test func actionsWithOptionalFieldsNeedNoBody() async throws {
        try await BranchFixture.run { branch in
            let ticket = try await branch.issue()
            try await branch.act("cancel", on: ticket).expect(200)
            try await branch.post("/counters/1/call-next").expect(204)
        }
    }
}
