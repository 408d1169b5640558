import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct MalformedJSONTests {
        @Test func everyMalformedBodyIsRefusedWithAProblem() async throws {
            try await withBranch { branch in
                let client = branch.server.client(branch.worker)
                for (name, body) in Self.bodies {
                    let answer = try await client.send(
                        "POST", "/tickets", fields: [], body: body)
                    #expect([400, 413, 422].contains(answer.status), "\(name): \(answer.status) \(answer.text)")
                    #expect(answer.problemCode != nil, "\(name): \(answer.text)")
                }
                #expect(try await branch.waiting().isEmpty, "a malformed body issued a ticket")
                #expect(await branch.server.isAlive())
                await client.close()
            }
        }

        @Test func aBodyWithUnknownFieldsIsTaken() async throws {
            try await withBranch { branch in
                let client = branch.server.client(branch.worker)
                let answer = try await client.post("/tickets", ["queue_id": 1, "colour": ["red", nil, 1.5]])
                #expect(answer.status == 201, "\(answer.text)")
                await client.close()
            }
        }

        private static let bodies = syntax.map { ($0, Array($1.utf8)) } + values.map { ($0, Array($1.utf8)) } + bytes

        private static let syntax = [
            ("empty", ""), ("spaces", "   "), ("half an object", "{\"queue_id\":1"), ("two objects", "{} {}"),
            ("trailing comma", "{\"queue_id\":1,}"), ("leading zero", "{\"queue_id\":01}"),
            ("plus sign", "{\"queue_id\":+1}"), ("single quotes", "{'queue_id':1}"),
            ("comment", "{\"queue_id\":1/**/}"),
            ("NaN", "{\"queue_id\":NaN}"), ("bare word", "queue"), ("lone minus", "{\"queue_id\":-}"),
            ("half a number", "{\"queue_id\":1e}"),
            ("raw line feed in text", "{\"customer_name\":\"a\nb\",\"queue_id\":1}"),
            ("bad escape", "{\"customer_name\":\"\\x\",\"queue_id\":1}"),
            ("half an escape", "{\"customer_name\":\"\\u12\",\"queue_id\":1}"),
            ("the same key twice", "{\"queue_id\":1,\"queue_id\":2}"),
            ("100,000 arrays", String(repeating: "[", count: 60_000)),
            ("deep objects", String(repeating: "{\"a\":", count: 10_000) + "1" + String(repeating: "}", count: 10_000)),
            (
                "deep in an unknown field",
                "{\"queue_id\":1,\"x\":" + String(repeating: "[", count: 5_000)
                    + String(repeating: "]", count: 5_000) + "}"
            ),
        ]

        private static let values = [
            ("an array", "[]"), ("a number", "1"), ("null", "null"), ("a string", "\"queue_id\""), ("no queue", "{}"),
            ("queue null", "{\"queue_id\":null}"), ("queue as text", "{\"queue_id\":\"1\"}"),
            ("queue as fraction", "{\"queue_id\":1.5}"), ("queue too large", "{\"queue_id\":9223372036854775808}"),
            ("queue 1e400", "{\"queue_id\":1e400}"), ("tiny queue", "{\"queue_id\":0.0000000000000000000001}"),
            ("queue true", "{\"queue_id\":true}"), ("name as number", "{\"queue_id\":1,\"customer_name\":5}"),
            ("name as array", "{\"queue_id\":1,\"customer_name\":[]}"),
            ("name too long", "{\"queue_id\":1,\"customer_name\":\"\(String(repeating: "n", count: 5_000))\"}"),
            ("name with NUL", "{\"queue_id\":1,\"customer_name\":\"a\\u0000b\"}"),
            ("lone surrogate", "{\"queue_id\":1,\"customer_name\":\"\\ud800\"}"),
            ("surrogates reversed", "{\"queue_id\":1,\"customer_name\":\"\\udc00\\ud800\"}"),
            ("priority 0", "{\"queue_id\":1,\"priority\":0}"), ("priority 11", "{\"queue_id\":1,\"priority\":11}"),
            ("priority as text", "{\"queue_id\":1,\"priority\":\"1\"}"),
            ("priority 2^63", "{\"queue_id\":1,\"priority\":9223372036854775808}"),
            ("estimated time negative", "{\"queue_id\":1,\"estimated_time\":-1}"),
            ("estimated time 2^63 - 1", "{\"queue_id\":1,\"estimated_time\":9223372036854775807}"),
        ]

        private static let bytes: [(String, [UInt8])] = [
            ("byte order mark", [0xEF, 0xBB, 0xBF] + Array("{\"queue_id\":1}".utf8)),
            ("UTF-16", Array("{\"queue_id\":1}".utf16.flatMap { [UInt8($0 & 0xFF), 0] })),
            ("invalid UTF-8", Array("{\"queue_id\":1,\"customer_name\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)),
            ("overlong UTF-8", Array("{\"queue_id\":1,\"customer_name\":\"".utf8) + [0xC0, 0xAF] + Array("\"}".utf8)),
            ("NUL bytes", [0, 0, 0, 0]),
        ]
    }
}
