import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct VersionTests {
    @Test func answersCarryTheVersionAsETag() async throws {
        try await BranchFixture.run { branch in
            let issued = try await branch.post("/tickets", ["queue_id": 1])
            #expect(issued.etag == "\"1\"")
            let patched = try await branch.send(
                .patch, "/tickets/1", as: .agent, ["priority": 2], fields: [("If-Match", "\"1\"")])
            #expect(patched.status == 200 && patched.etag == "\"2\"")
            #expect(try await branch.get("/tickets/1").etag == "\"2\"")
            #expect(try await branch.post("/counters/1/pause").etag == "\"3\"")
        }
    }

    @Test func aStaleHeaderIs412AndAStaleBody409BothWithTheTicket() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue(name: "Ann")
            let stale = [("If-Match", "\"2\"")]
            let header = try await branch.send(.post, "/tickets/1/cancel", as: .agent, fields: stale)
            #expect(header.status == 412 && header.code == "version_conflict")
            #expect(header.json["ticket"]["version"] == 1 && header.json["ticket"]["customer_name"] == "Ann")
            let body = try await branch.post("/tickets/1/cancel", ["version": 2])
            #expect(body.status == 409 && body.code == "version_conflict" && body.json["ticket"]["id"] == 1)
            let both = try await branch.send(.post, "/tickets/1/cancel", as: .agent, ["version": 2], fields: stale)
            #expect(both.status == 412)
        }
    }

    @Test(arguments: [(1, 2, 412), (2, 1, 409), (1, 9, 412), (9, 1, 409)])
    func headerAndBodyThatContradictAreStaleWhereTheOlderOneStands(
        header: Int64, version: Int64, status: Int
    ) async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            let answer = try await branch.send(
                .post, "/tickets/1/cancel", as: .agent, ["version": .integer(version)],
                fields: [("If-Match", "\"\(header)\"")])
            #expect(answer.status == status && answer.json["ticket"]["version"] == 1)
            #expect(try await branch.get("/tickets/1").json["state"] == "waiting")
        }
    }

    @Test(arguments: ["W/\"1\"", "\"\"", "\"x\"", "\"+1\"", "\"01\"", "\"0\"", "\"-1\""])
    func aWeakOrForeignETagNeverMatches(_ tag: String) async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            let answer = try await branch.send(.post, "/tickets/1/cancel", as: .agent, fields: [("If-Match", tag)])
            #expect(answer.status == 412 && answer.json["ticket"]["version"] == 1)
            #expect(try await branch.get("/tickets/1").json["state"] == "waiting")
        }
    }

    @Test(arguments: ["1", "\"1\", \"2\"", "\"1\"x", "\"", "W/1", "w/\"1\"", "\"a b\""])
    func whatIsNotOneETagIs400(_ tag: String) async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            let answer = try await branch.send(.post, "/tickets/1/cancel", as: .agent, fields: [("If-Match", tag)])
            #expect(answer.status == 400 && answer.json["field"] == "If-Match")
        }
    }

    @Test func aStarMatchesEveryVersion() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            let answer = try await branch.send(.post, "/tickets/1/cancel", as: .agent, fields: [("If-Match", "*")])
            #expect(answer.status == 200)
        }
    }

    @Test func theOriginalStatusChangeTakesBoth() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue()
            var body: JSON = ["expected_status": "waiting", "status": "processing", "version": 2]
            try await branch.post("/tickets/1/status", as: .worker, body).expect(409)
            let header = try await branch.send(
                .post, "/tickets/1/status", as: .worker, body, fields: [("If-Match", "\"2\"")])
            #expect(header.status == 412)
            body = ["expected_status": "waiting", "status": "processing"]
            let missing = try await branch.post("/tickets/1/status", as: .worker, body)
            #expect(missing.status == 400 && missing.json["field"] == "version")
        }
    }

    @Test(arguments: ["/queues/1", "/counters/3", "/agents/1"])
    func configurationIsComparedToo(_ path: String) async throws {
        try await BranchFixture.run { branch in
            let stale = [("If-Match", "\"9\"")]
            for method in [HTTPRequest.Method.patch, .delete] {
                let answer = try await branch.send(
                    method, path, as: .admin, method == .patch ? ["name": "New"] : nil, fields: stale)
                #expect(answer.status == 412 && answer.code == "version_conflict" && answer.json["ticket"].isNull)
            }
            let body = try await branch.send(.patch, path, as: .admin, ["name": "New", "version": 9])
            #expect(body.status == 409)
            let patched = try await branch.send(
                .patch, path, as: .admin, ["name": "New"], fields: [("If-Match", "\"1\"")])
            #expect(patched.status == 200 && patched.json["name"] == "New" && patched.etag == "\"2\"")
            let deleted = try await branch.send(.delete, path, as: .admin, fields: [("If-Match", "\"2\"")])
            #expect(deleted.status == 204 && deleted.text.isEmpty)
            try await branch.send(.delete, path, as: .admin).expect(404)
        }
    }
}
