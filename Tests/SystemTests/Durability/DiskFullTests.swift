import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct DiskFullTests {
        private static let megabyte = 1_024 * 1_024

        @Test(.enabled(if: SmallDisk.isPermitted, "this machine lets no test mount a file system"))
        func aFullDiskStopsIssuingButNotCalling() async throws {
            let disk = try SmallDisk(megabytes: 256)
            defer { disk.remove() }
            try await withBranch(dataFolder: disk.path + "/data") { branch in
                var promised: [Int64: String] = [:]
                for _ in 0..<200 {
                    let ticket = try await branch.issue()
                    promised[try #require(ticket["id"].int)] = ticket["number"].text
                }
                let display = try await branch.socket(branch.display)
                _ = try await display.nextJSON()

                // Below 64 MB free, tickets are no longer issued; calls and displays go on.
                #expect(disk.fill(leaving: 40 * Self.megabyte))
                try await Self.untilIssuing(branch, answers: 507, &promised)
                try await Self.callSome(branch, times: 20)
                _ = try await display.waitFor(timeout: Pace.patience) { $0["event"].text == "ticket.reserved" }

                // Without a single free block every write may fail, and the program must live on.
                _ = disk.fill(leaving: 0)
                for _ in 0..<20 {
                    let client = branch.server.client(branch.admin)
                    let answer = try await client.post("/counters/2/call-next", ["completes": nil])
                    #expect([200, 204, 409, 503, 507].contains(answer.status), "\(answer.status) \(answer.text)")
                    await client.close()
                }
                #expect(await branch.server.isAlive())

                disk.makeRoom()
                try await Self.untilIssuing(branch, answers: 201, &promised)
                try await Self.callSome(branch, times: 5)
                await display.abort()

                await branch.server.killNow()
                var again = branch
                again.server = try await branch.site.serve()
                _ = try await again.server.ready()
                let oracle = try DatabaseOracle(branch.site.database)
                let numbers = try oracle.numbers()
                #expect(promised.allSatisfy { numbers[$0.key] == $0.value }, "an acknowledged ticket was lost")
                #expect(try oracle.violations() == [])
                await again.server.killNow()

                // The disk fills up while nothing runs: the start itself makes room, and people are called.
                _ = disk.fill(leaving: 0)
                again.server = try await branch.site.serve()
                _ = try await again.server.ready()
                try await Self.callSome(again, times: 5)
                await again.server.killNow()
            }
        }

        /// Issues until the answer is the one that is expected; what is acknowledged meanwhile is kept.
        private static func untilIssuing(
            _ branch: TestBranch, answers expected: Int, _ promised: inout [Int64: String]
        ) async throws {
            let client = branch.server.client(branch.worker)
            let deadline = ContinuousClock.now.advanced(by: Pace.patience)
            var last = 0
            while ContinuousClock.now < deadline {
                let answer = try await client.post("/tickets", ["queue_id": 1])
                last = answer.status
                if answer.status == 201, let id = try answer.json()["id"].int {
                    promised[id] = try answer.json()["number"].text
                }
                if last == expected { break }
                #expect([201, 503, 507].contains(last), "\(answer.text)")
                try await Task.sleep(for: .milliseconds(50))
            }
            await client.close()
            #expect(last == expected)
        }

        private static func callSome(_ branch: TestBranch, times: Int) async throws {
            let client = branch.server.client(branch.admin)
            let counter = try await client.get("/counters").json().elements.first { $0["id"].int == 1 }
            var current = JSON.null
            if let id = counter?["ticket_id"].int {
                let ticket = try await client.get("/tickets/\(id)").json()
                current = ["id": ticket["id"], "version": ticket["version"]]
            }
            for _ in 0..<times {
                let answer = try await client.post("/counters/1/call-next", ["completes": current])
                #expect(answer.status == 200, "\(answer.status) \(answer.text)")
                let ticket = try answer.json()
                current = answer.status == 200 ? ["id": ticket["id"], "version": ticket["version"]] : current
            }
            await client.close()
        }
    }
}
