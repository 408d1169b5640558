import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct RaceTests {
        private static let tickets = 5_000
        private static let counters = 8

        @Test func eightCountersCallFiveThousandTicketsOnceEachAndInOrder() async throws {
            try await withBranch(.oneQueue(counters: Self.counters)) { branch in
                try await Self.issueAll(branch)
                let calls = try await withThrowingTaskGroup(of: [Int64].self) { group in
                    for counter in 1...Self.counters {
                        group.addTask { try await Self.callAll(branch, counter: counter) }
                    }
                    return try await group.reduce(into: [[Int64]]()) { $0.append($1) }
                }
                let all = calls.flatMap { $0 }
                #expect(all.count == Self.tickets)
                #expect(Set(all).count == Self.tickets)
                for own in calls { #expect(zip(own, own.dropFirst()).allSatisfy { $0 < $1 }) }
                let oracle = try DatabaseOracle(branch.site.database)
                let order = try oracle.ticketsOfEvents("ticket.reserved")
                #expect(order.count == Self.tickets)
                #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 }, "tickets were called out of order")
                #expect(try oracle.tickets(in: "completed").count == Self.tickets)
                #expect(try oracle.violations() == [])
            }
        }

        private static func issueAll(_ branch: TestBranch) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<counters {
                    group.addTask {
                        let client = branch.server.client(branch.worker)
                        for _ in 0..<(tickets / counters) {
                            let answer = try await client.post("/tickets", ["queue_id": 1])
                            try #require(answer.status == 201, "\(answer.text)")
                        }
                        await client.close()
                    }
                }
                try await group.waitForAll()
            }
        }

        /// Calls until nobody waits; the last ticket is completed too.
        private static func callAll(_ branch: TestBranch, counter: Int) async throws -> [Int64] {
            let client = branch.server.client(branch.admin)
            var called: [Int64] = []
            var current = JSON.null
            while true {
                let answer = try await client.post("/counters/\(counter)/call-next", ["completes": current])
                if answer.status == 204 { break }
                try #require(answer.status == 200, "\(answer.text)")
                let ticket = try answer.json()
                called.append(try #require(ticket["id"].int))
                current = ["id": ticket["id"], "version": ticket["version"]]
            }
            await client.close()
            return called
        }
    }
}
