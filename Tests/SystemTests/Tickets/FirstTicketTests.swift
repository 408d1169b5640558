import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct FirstTicketTests {
        @Test func aTicketIsIssuedShownCalledAndCompleted() async throws {
            try await withBranch { branch in
                let display = try await branch.socket(branch.display, path: "/ws?queue_id=1")
                let hello = try await display.nextJSON()
                #expect(hello["type"].text == "hello")
                #expect(try await display.nextJSON()["type"].text == "snapshot")

                let kiosk = branch.server.client(branch.kiosk)
                let answer = try await kiosk.post("/tickets", ["queue_id": 1, "customer_name": "Ada Example"])
                #expect(answer.status == 201, "\(answer.text)")
                let ticket = try answer.json()
                #expect(ticket["number"].text == "A001")
                #expect(ticket["status"].text == "waiting")
                #expect(ticket["version"].int == 1)
                let id = try #require(ticket["id"].int)

                let created = try await display.waitFor { $0["event"].text == "ticket.created" }
                #expect(created["ticket_id"].int == id)
                #expect(created["ticket"]["number"].text == "A001")
                #expect(!created.description.contains("Ada"))

                let agent = branch.server.client(branch.agent)
                let called = try await agent.post("/counters/1/call-next", ["completes": nil])
                #expect(called.status == 200, "\(called.text)")
                let current = try called.json()
                #expect(current["id"].int == id)
                #expect(current["status"].text == "processing")
                let reserved = try await display.waitFor { $0["event"].text == "ticket.reserved" }
                #expect(reserved["ticket"]["counter_id"].int == 1)

                let done = try await agent.post(
                    "/counters/1/call-next", ["completes": ["id": .integer(id), "version": current["version"]]])
                #expect(done.status == 204, "\(done.text)")
                let ended = try await agent.get("/tickets/\(id)")
                #expect(try ended.json()["state"].text == "completed")
                #expect(try ended.json()["status"].text == "done")
                for client in [kiosk, agent] { await client.close() }
                await display.abort()
            }
        }

        @Test func whatWasIssuedIsThereAfterAnOrderlyRestart() async throws {
            try await withBranch { branch in
                let ticket = try await branch.issue()
                #expect(await branch.server.terminate() == .exited(code: 0), "\(branch.log)")
                var again = branch
                again.server = try await branch.site.serve()
                _ = try await again.server.ready()
                let waiting = try await again.waiting()
                #expect(waiting.map { $0["id"] } == [ticket["id"]])
                #expect(try await again.issue()["number"].text == "A002")
                await again.server.killNow()
            }
        }
    }
}
