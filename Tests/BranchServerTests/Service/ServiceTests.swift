import HTTPTypes
import NIOCore
import QueueTestSupport
import Testing

@Suite struct ServiceTests {
    @Test func theServerSaysThatItLivesAndIsReady() async throws {
        try await BranchFixture.run { branch in
            let alive = try await branch.send(.get, "/livez")
            #expect(alive.status == 200 && alive.json == ["status": "alive"])
            let ready = try await branch.send(.get, "/readyz")
            #expect(ready.status == 200 && ready.json == ["status": "ready"])
        }
    }

    @Test func theDescriptionComesWithTheServer() async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.send(.get, "/openapi.yaml")
            #expect(answer.status == 200 && answer.header("Content-Type") == "application/yaml")
            #expect(answer.text.contains("openapi: 3.1"))
        }
    }

    @Test func headAnswersAsGetWithoutTheBody() async throws {
        try await BranchFixture.run { branch in
            let issued = try await branch.issue()
            for path in [
                "/livez", "/readyz", "/openapi.yaml", "/queues", "/counters", "/agents", "/tickets", "/tickets/1",
                "/tickets/waiting?queue_id=1", "/events", "/api/public/tickets/\(issued.linkToken)", "/tickets/9",
                "/tickets/waiting",
            ] {
                let get = try await branch.send(.get, path, as: .admin)
                let head = try await branch.send(.head, path, as: .admin)
                #expect(head.status == get.status && head.text.isEmpty, "\(path)")
                #expect(head.header("Content-Type") == get.header("Content-Type"), "\(path)")
                #expect(head.announcedLength == get.bytes.readableBytes, "\(path)")
                #expect(head.etag == get.etag)
            }
        }
    }
}
