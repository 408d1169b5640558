import BranchDispatch
import BranchStore
import QueueDomain
import Testing

extension DispatchSuite {
    @Suite("Automatic counters", .timeLimit(.minutes(2)))
    struct AutomaticCallTests {
        private let alpha = ServedQueue(queueID: QueueID(1))

        @Test("A free automatic counter gets the next customer by itself, and the next one when it is free again")
        func callsByItself() async throws {
            try await DispatchSite.with { site in
                let counter = try await site.openCounter("One", serves: [alpha])
                let first = try await site.issue()
                try await site.until(first.id, is: .called)
                #expect(try await site.ticket(first.id).counterID == counter)
                let second = try await site.issue()
                #expect(try await site.ticket(second.id).state == .waiting)
                _ = try await site.act(first, .complete)
                try await site.until(second.id, is: .called)
            }
        }

        @Test("Those who waited before the dispatcher started are called at its start")
        func atStart() async throws {
            try await DispatchSite.with(before: { site in
                _ = try await site.openCounter("One", serves: [ServedQueue(queueID: QueueID(1))])
                try await site.issue()
            }) { site in
                try await site.until(TicketID(1), is: .called)
            }
        }

        @Test("A paused counter gets nobody; once it is open again it does")
        func pause() async throws {
            try await DispatchSite.with { site in
                let counter = try await site.openCounter("One", serves: [alpha])
                try await site.submit(.counter(counter, .pause))
                let ticket = try await site.issue()
                async let reply = site.reserve(2)
                try await site.untilWaiting(1, at: 2)
                try await site.issue(2)
                _ = try await reply
                #expect(try await site.ticket(ticket.id).state == .waiting)
                try await site.submit(.counter(counter, .open(nil)))
                try await site.until(ticket.id, is: .called)
            }
        }

        @Test("Counters are served longest free first, callers among them")
        func turns() async throws {
            try await DispatchSite.with { site in
                let first = try await site.openCounter("One", serves: [alpha])
                try await site.until { site.service.freeCounters == [first] }
                async let caller = site.reserve(token: 4)
                try await site.untilWaiting(1)
                let second = try await site.openCounter("Two", serves: [alpha])
                try await site.until { site.service.freeCounters == [first, second] }
                var places: [CounterID?] = []
                for _ in 1...3 {
                    let ticket = try await site.issue()
                    try await site.until(ticket.id, is: .called)
                    places.append(try await site.ticket(ticket.id).counterID)
                }
                #expect(places == [first, nil, second])
                #expect(try await caller.ticket?.id == TicketID(2))
            }
        }

        @Test("A customer sent to an automatic counter's own line is called there")
        func ownLine() async throws {
            try await DispatchSite.with { site in
                let counter = try await site.openCounter("One", serves: [])
                let ticket = try await site.issue()
                let held = try #require(try await site.reserve().ticket)
                _ = try await site.act(held, .transfer(.counter(counter), .arrival))
                try await site.until { try await site.ticket(ticket.id).counterID == counter }
            }
        }

        @Test("A counter helps another queue only once its head has waited long enough")
        func helps() async throws {
            try await DispatchSite.with { site in
                let counter = try await site.openCounter(
                    "One", serves: [alpha, ServedQueue(queueID: QueueID(2), tier: 2, helpAfter: 300)])
                let ticket = try await site.issue(2)
                site.time.advance(milliseconds: 299_000)
                // A customer of its own queue is called meanwhile, so the counter has looked.
                let own = try await site.issue(1)
                try await site.until(own.id, is: .called)
                #expect(try await site.ticket(ticket.id).state == .waiting)
                _ = try await site.act(own, .complete)
                site.time.advance(milliseconds: 1_100)
                // A counter that looked just before the time was over looks again a moment later.
                try await site.until {
                    site.time.advance(milliseconds: 100)
                    return try await site.ticket(ticket.id).state == .called
                }
                #expect(try await site.ticket(ticket.id).counterID == counter)
            }
        }
    }
}
