import BranchStore
import QueueDomain
import Testing

extension DispatchSuite {
    @Suite("Parked and leased tickets", .timeLimit(.minutes(2)))
    struct DueTicketTests {
        @Test("A parked ticket comes back when its time is over, not before")
        func park() async throws {
            try await DispatchSite.with { site in
                let ticket = try await site.issue()
                _ = try await site.reserve()
                let until = site.time.wall.adding(milliseconds: 600_000)
                _ = try await site.act(ticket, .park(until: until))
                site.time.advance(milliseconds: 599_000)
                async let other = site.reserve(2, waiting: .seconds(1))
                try await site.untilWaiting(1, at: 2)
                site.time.advance(milliseconds: 999)
                #expect(try await site.ticket(ticket.id).state == .parked)
                site.time.advance(milliseconds: 1)
                try await site.until(ticket.id, is: .waiting)
                _ = try await other
            }
        }

        @Test("A ticket parked before the start comes back")
        func parkBeforeStart() async throws {
            try await DispatchSite.with(before: { site in
                let ticket = try await site.issue()
                _ = try await site.submit(
                    .reserve(QueueID(1), Holding(token: TokenID(1), isWorker: false)), by: Actor(role: .agent, id: 1))
                _ = try await site.act(ticket, .park(until: site.time.wall.adding(milliseconds: 60_000)))
            }) { site in
                site.time.advance(milliseconds: 60_000)
                try await site.until(TicketID(1), is: .waiting)
            }
        }

        @Test("A worker's ticket without an update goes back when the lease ends; an update renews it")
        func lease() async throws {
            try await DispatchSite.with({ $0.lease = 60_000 }) { site in
                let ticket = try await site.issue()
                let held = try #require(try await site.reserve().ticket)
                #expect(held.leaseTick != nil)
                site.time.advance(milliseconds: 50_000)
                _ = try await site.act(held, .update(estimatedTime: .keep, progress: .set(10)))
                site.time.advance(milliseconds: 50_000)
                // Somebody waits for it, so whatever became of it is seen.
                async let next = site.reserve(token: 2, waiting: .seconds(30))
                try await site.untilWaiting(1)
                #expect(try await site.ticket(ticket.id).holder == TokenID(1))
                site.time.advance(milliseconds: 10_000)
                try await site.until { try await site.ticket(ticket.id).holder == TokenID(2) }
                #expect(try await next.ticket?.id == ticket.id)
            }
        }
    }
}
