import BranchDispatch
import BranchStore
import QueueDomain
import Testing

extension DispatchSuite {
    @Suite("Reserve", .timeLimit(.minutes(2)))
    struct ReserveTests {
        @Test("A customer who waits is given at once")
        func atOnce() async throws {
            try await DispatchSite.with { site in
                let ticket = try await site.issue()
                let reply = try await site.reserve()
                #expect(reply.ticket?.id == ticket.id)
                #expect(reply.ticket?.state == .called)
            }
        }

        @Test("Without waiting an empty line is answered at once")
        func withoutWaiting() async throws {
            try await DispatchSite.with { site in
                let reply = try await site.reserve(waiting: .zero)
                #expect(reply.isEmpty)
            }
        }

        @Test("Waiters are served in the order in which they came, one for each customer")
        func inOrder() async throws {
            try await DispatchSite.with { site in
                try await withThrowingTaskGroup(of: (Int64, TicketID?).self) { group in
                    for token in Int64(1)...3 {
                        group.addTask { (token, try await site.reserve(token: token).ticket?.id) }
                        try await site.untilWaiting(Int(token))
                    }
                    var given: [Int64] = []
                    for count in 1...3 {
                        let ticket = try await site.issue()
                        let (token, id) = try #require(try await group.next())
                        #expect(id == ticket.id)
                        given.append(token)
                        try await site.untilWaiting(3 - count)
                    }
                    #expect(given == [1, 2, 3])
                }
            }
        }

        @Test("Every kind of coming back to the line wakes a waiter")
        func comingBack() async throws {
            try await DispatchSite.with { site in
                let called = try await site.issue()
                _ = try await site.reserve(token: 9)
                async let reply = site.reserve(token: 1)
                try await site.untilWaiting(1)
                _ = try await site.act(called, .requeue)
                #expect(try await reply.ticket?.id == called.id)
            }
        }

        @Test("A waiter that may hold no more is refused, and the customer goes to the next one")
        func heldLimit() async throws {
            try await DispatchSite.with({ $0.maxHeld = 1 }) { site in
                try await site.issue()
                #expect(try await site.reserve(token: 1).ticket != nil)
                async let next = site.reserve(token: 2)
                try await site.untilWaiting(1)
                guard case .rejected(let refusal, _) = try await site.reserve(token: 1, waiting: .zero) else {
                    Issue.record("the limit holds")
                    return
                }
                #expect(refusal.code == .heldLimit)
                let ticket = try await site.issue()
                #expect(try await next.ticket?.id == ticket.id)
            }
        }

        @Test("An unknown queue is refused, a deleted one too")
        func unknownQueue() async throws {
            try await DispatchSite.with { site in
                guard case .rejected(let refusal, _) = try await site.reserve(99) else {
                    Issue.record("no such queue")
                    return
                }
                #expect(refusal.code == .queueNotFound)
                async let waiting = site.reserve(2)
                try await site.untilWaiting(1, at: 2)
                try await site.edit(.deleteQueue(QueueID(2), expecting: nil))
                guard case .rejected(let later, _) = try await waiting else {
                    Issue.record("the queue is gone")
                    return
                }
                #expect(later.code == .queueNotFound)
            }
        }

        @Test("Many waiters and many customers: each customer goes to exactly one, nobody is left")
        func crowd() async throws {
            try await DispatchSite.with { site in
                var given: [TicketID] = []
                try await withThrowingTaskGroup(of: TicketID?.self) { group in
                    for token in Int64(1)...60 { group.addTask { try await site.reserve(token: token).ticket?.id } }
                    for _ in 1...60 {
                        group.addTask {
                            try await site.issue()
                            return nil
                        }
                    }
                    for try await id in group { if let id { given.append(id) } }
                }
                #expect(Set(given).count == 60)
                #expect(site.service.waiterCount(at: QueueID(1)) == 0)
            }
        }
    }
}
