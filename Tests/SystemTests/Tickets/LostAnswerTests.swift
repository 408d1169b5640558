import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct LostAnswerTests {
        /// Where the answer is cut: before its first byte, in the status line, in the fields, in the body.
        @Test(arguments: [0, 5, 60, 400]) func aLostAnswerIsFetchedAgainByItsKey(_ bytes: Int) async throws {
            try await withBranch { branch in
                let proxy = try await FaultProxy.start(target: branch.server.port)
                let client = HTTPConnection(port: proxy.port, token: branch.worker, timeout: .seconds(20))
                let host = [("Host", "127.0.0.1:\(branch.server.port)")]
                proxy.set(.cutAnswers(afterBytes: bytes))
                await #expect(throws: ConnectionFailure.self) {
                    try await client.post("/tickets", ["queue_id": 1], key: "the-key", fields: host)
                }
                proxy.set(.pass)
                let first = try await client.post("/tickets", ["queue_id": 1], key: "the-key", fields: host)
                #expect(first.status == 201, "\(first.text)")
                let again = try await client.post("/tickets", ["queue_id": 1], key: "the-key", fields: host)
                #expect(again.field("Idempotency-Replayed") == "true")
                #expect(try again.json()["id"] == first.json()["id"])
                #expect(try again.json()["number"] == first.json()["number"])
                #expect(try again.json()["public_url"] == first.json()["public_url"])
                #expect(try await branch.waiting().count == 1)
                let other = try await client.post(
                    "/tickets", ["queue_id": 1, "priority": 2], key: "the-key", fields: host)
                #expect(other.status == 422)
                await client.close()
                await proxy.stop()
            }
        }

        @Test func aCallThatWasLostIsNotMadeTwice() async throws {
            try await withBranch { branch in
                for _ in 0..<3 { _ = try await branch.issue() }
                let proxy = try await FaultProxy.start(target: branch.server.port)
                let client = HTTPConnection(port: proxy.port, token: branch.agent, timeout: .seconds(20))
                let host = [("Host", "127.0.0.1:\(branch.server.port)")]
                proxy.set(.cutAnswers(afterBytes: 0))
                await #expect(throws: ConnectionFailure.self) {
                    try await client.post("/counters/1/call-next", ["completes": nil], key: "call-1", fields: host)
                }
                proxy.set(.pass)
                let again = try await client.post(
                    "/counters/1/call-next", ["completes": nil], key: "call-1", fields: host)
                #expect(again.status == 200, "\(again.text)")
                #expect(try again.json()["number"].text == "A001")
                let blind = try await client.post("/counters/1/call-next", ["completes": nil], fields: host)
                #expect(blind.status == 409)
                #expect(blind.problemCode == "counter_changed")
                #expect(try blind.json()["ticket"]["number"].text == "A001")
                await client.close()
                await proxy.stop()
            }
        }
    }
}
