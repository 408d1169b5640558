import BranchAccess
import BranchStore
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct QueryTests {
    @Test(arguments: [
        "/tickets/waiting", "/tickets/waiting?queue_id=", "/tickets/waiting?queue_id=0", "/tickets/waiting?queue_id=x",
        "/tickets/waiting?queue_id=+1", "/tickets/waiting?queue_id=1&queue_id=1", "/tickets/waiting?queue_id=1&limit=0",
        "/tickets/waiting?queue_id=1&limit=201", "/tickets/waiting?queue_id=1&limit=1&limit=1",
        "/tickets/waiting?queue_id=1&cursor=x", "/tickets/waiting?queue_id=1&cursor=1", "/tickets?cursor=-1",
        "/tickets?state=open", "/tickets?number=1", "/tickets?from=yesterday", "/tickets?to=2026-02-30T00:00:00Z",
        "/tickets?counter_id=-1", "/queues?limit=201", "/counters?cursor=x", "/events?after=1", "/events?limit=1.5",
        "/events?after=00000000000000000.1", "/events?wait=61", "/events?wait=-1", "/events?wait=1&wait=1",
    ])
    func aWrongParameterIs400AndNamed(_ path: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.get(path, as: .agent)
            #expect(answer.status == 400 && answer.code == "bad_request")
            #expect(answer.json["field"].text.map { path.contains($0) || $0 == "queue_id" } == true)
        }
    }

    @Test func unknownParametersAreIgnoredEvenRepeated() async throws {
        try await BranchFixture.run { branch in
            try await branch.get("/tickets/waiting?x=1&queue_id=1&x=2&=&%&y").expect(200)
        }
    }

    @Test func aWaitingLineIsReadPageByPageInCallingOrder() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(300)
            try await branch.issueMany(150, priority: 5)
            let whole = try await branch.store.waiting(in: .init(1), after: nil, limit: 1_000, wantsTexts: false)
            var seen: [Int64] = []
            var sizes: [Int] = []
            var path: String? = "/tickets/waiting?queue_id=1&caf%C3%A9=%3E"
            while let next = path {
                let page = try await branch.get(next, as: .display)
                #expect(page.status == 200)
                sizes.append(page.json.elements.count)
                seen += page.json.elements.compactMap { $0["id"].int }
                path = page.next
            }
            #expect(sizes == [200, 200, 50])
            #expect(seen == whole.map { $0.ticket.id.rawValue })
        }
    }

    @Test func aPageThatEndsWithTheLineHasNoNext() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(4)
            let page = try await branch.get("/tickets/waiting?queue_id=1&limit=4")
            #expect(page.json.elements.count == 4 && page.next == nil)
            #expect(try await branch.get("/tickets/waiting?queue_id=1&limit=3").next != nil)
        }
    }

    @Test(arguments: ["/tickets", "/queues", "/counters", "/agents"])
    func listsHavePagesByRisingID(_ path: String) async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(3)
            let whole = try await branch.get(path, as: .admin).json.elements
            var seen: [JSON] = []
            var next: String? = path + "?limit=1"
            while let path = next {
                let page = try await branch.get(path, as: .admin)
                #expect(page.json.elements.count == 1)
                seen += page.json.elements
                next = page.next
            }
            #expect(seen == whole && seen.count >= 2)
        }
    }

    @Test func ticketsAreFiltered() async throws {
        try await BranchFixture.run { branch in
            let first = try await branch.issue(queue: 1)
            branch.clock.advance(seconds: 60)
            let second = try await branch.issue(queue: 2)
            try await branch.act("call", on: first, ["counter_id": 1])
            try await branch.act("complete", on: first)
            try await branch.act("call", on: second, ["counter_id": 2])
            func ids(_ query: String) async throws -> [Int64?] {
                try await branch.get("/tickets?\(query)").json.elements.map { $0["id"].int }
            }
            #expect(try await ids("") == [2])
            #expect(try await ids("queue_id=1") == [])
            #expect(try await ids("state=completed") == [1])
            #expect(try await ids("state=called&counter_id=2") == [2])
            #expect(try await ids("number=a001") == [1])
            #expect(try await ids("state=completed&from=2026-03-03T10:00:01Z") == [])
            #expect(try await ids("from=2026-03-03T11:01:00%2B01:00&to=2026-03-03T10:01:01Z") == [2])
        }
    }
}
