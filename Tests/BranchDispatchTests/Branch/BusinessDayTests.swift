import BranchStore
import QueueDomain
import Testing

extension DispatchSuite {
    @Suite("The business day", .timeLimit(.minutes(2)))
    struct BusinessDayTests {
        /// From noon to 04:00 of the next day, milliseconds.
        private let untilDayEnd: Int64 = 16 * 3_600_000

        @Test("The day rolls at its end, and those who still wait expire")
        func rolls() async throws {
            try await DispatchSite.with { site in
                let day = try await site.store.branch()?.day
                let waiting = try await site.issue()
                let called = try await site.issue(2)
                _ = try await site.reserve(2)
                site.time.advance(milliseconds: untilDayEnd - 1)
                site.time.wakeAll()
                #expect(try await site.store.branch()?.day == day)
                site.time.advance(milliseconds: 60_000)
                try await site.until { try await site.store.branch()?.day == day?.next }
                try await site.until(waiting.id, is: .expired)
                try await site.until { try await site.ticket(called.id).state != .called }
            }
        }

        @Test("Days that were missed are rolled one at a time")
        func missedDays() async throws {
            try await DispatchSite.with { site in
                let day = try #require(try await site.store.branch()?.day)
                site.time.advance(milliseconds: 3 * 86_400_000)
                try await site.until { try await site.store.branch()?.day.number == day.number + 3 }
                let closed = try await site.store.events(after: 0, limit: 1_000)?.filter {
                    String(decoding: $0.body, as: UTF8.self).contains("\"day.closed\"")
                }
                #expect(closed?.count == 3)
            }
        }

        @Test("A wall clock that steps ahead does not end the day")
        func stepAhead() async throws {
            try await DispatchSite.with { site in
                let day = try await site.store.branch()?.day
                site.time.stepWall(milliseconds: 30 * 3_600_000)
                site.time.wakeAll()
                let ticket = try await site.issue()
                site.time.advance(milliseconds: 120_000)
                #expect(try await site.reserve().ticket?.id == ticket.id)
                #expect(try await site.store.branch()?.day == day)
                #expect(site.store.writer.clockAlarm == .stepped)
            }
        }

        @Test("A service that goes on is left alone for its grace, then expires")
        func grace() async throws {
            try await DispatchSite.with({ $0.lease = nil }) { site in
                let ticket = try await site.issue()
                _ = try await site.reserve()
                _ = try await site.act(ticket, .start)
                let other = try await site.issue()
                site.time.advance(milliseconds: untilDayEnd + 1_000)
                try await site.until(other.id, is: .expired)
                #expect(try await site.ticket(ticket.id).state == .serving)
                site.time.advance(milliseconds: 4 * 3_600_000 + 60_000)
                try await site.until(ticket.id, is: .expired)
            }
        }

        @Test("Hundreds of tickets left over expire, and a queue that carries over keeps its own")
        func manyOverdue() async throws {
            try await DispatchSite.with(before: { site in
                try await site.edit(.createQueue(QueueSettings(name: "Kept", prefix: "K", carryOver: true)))
                for _ in 0..<450 { try await site.issue() }
                try await site.issue(3)
            }) { site in
                site.time.advance(milliseconds: untilDayEnd + 60_000)
                try await site.until { try await site.store.status()?.openTickets == 1 }
                #expect(try await site.ticket(TicketID(451)).state == .waiting)
            }
        }

        @Test("The timer never sleeps longer than a minute")
        func shortSleeps() async throws {
            try await DispatchSite.with { site in
                try await site.until { site.time.longestSleep > .zero }
                for _ in 0..<50 { site.time.advance(milliseconds: 30_000); await Task.yield() }
                #expect(site.time.longestSleep <= .seconds(60))
            }
        }
    }
}
