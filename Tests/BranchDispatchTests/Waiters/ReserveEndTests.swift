import BranchDispatch
import BranchStore
import Logging
import QueueDomain
import Testing

extension DispatchSuite {
    @Suite("How a wait ends", .timeLimit(.minutes(2)))
    struct ReserveEndTests {
        @Test("When the time is over nobody is given, and the place is free")
        func timeOver() async throws {
            try await DispatchSite.with { site in
                async let reply = site.reserve(waiting: .seconds(20))
                try await site.untilWaiting(1)
                site.time.advance(milliseconds: 19_999)
                await Task.yield()
                #expect(site.service.waiterCount(at: QueueID(1)) == 1)
                site.time.advance(milliseconds: 1)
                try await site.untilWaiting(0)
                #expect(try await reply.isEmpty)
            }
        }

        @Test("The final empty answer is kept under the key, none before it")
        func finalAnswerIsKept() async throws {
            try await DispatchSite.with { site in
                async let reply = site.reserve(key: 7, waiting: .seconds(5))
                try await site.untilWaiting(1)
                site.time.advance(milliseconds: 5_000)
                try await site.untilWaiting(0)
                #expect(try await reply.isEmpty)
                try await site.issue()
                guard case .replayed(let answer) = try await site.reserve(key: 7) else {
                    Issue.record("the key's answer is kept")
                    return
                }
                #expect(answer.status == 204)
            }
        }

        @Test("A waiter whose client closes loses its place; the next customer goes to the next waiter")
        func cancelled() async throws {
            try await DispatchSite.with { site in
                // The test ends one waiter from outside, as a closing connection does.
                let first = Task { try await site.reserve(token: 1) }
                try await site.untilWaiting(1)
                async let second = site.reserve(token: 2)
                try await site.untilWaiting(2)
                first.cancel()
                #expect(try await first.value.isEmpty)
                try await site.untilWaiting(1)
                let ticket = try await site.issue()
                #expect(try await second.ticket?.holder == TokenID(2))
                #expect(try await site.ticket(ticket.id).state == .called)
            }
        }

        @Test("A repeated reserve takes over the place; the first is answered empty")
        func takeover() async throws {
            try await DispatchSite.with { site in
                async let first = site.reserve(key: 3)
                try await site.untilWaiting(1)
                async let second = site.reserve(key: 3)
                #expect(try await first.isEmpty)
                let ticket = try await site.issue()
                #expect(try await second.ticket?.id == ticket.id)
            }
        }

        @Test("An answer that got lost is given again at once, while others wait")
        func lostAnswer() async throws {
            try await DispatchSite.with { site in
                let ticket = try await site.issue()
                _ = try await site.reserve(key: 5)
                async let other = site.reserve(token: 2)
                try await site.untilWaiting(1)
                guard case .replayed(let answer) = try await site.reserve(key: 5) else {
                    Issue.record("the key's answer is replayed")
                    return
                }
                #expect(answer.ticket?.id == ticket.id)
                try await site.issue()
                #expect(try await other.ticket != nil)
            }
        }

        @Test("The end of the dispatcher answers everybody empty, and after it nobody waits")
        func shutdown() async throws {
            try await DispatchSite.with { site in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let service = DispatchService(store: site.store, logger: logger, timing: site.time.timing)
                let holding = Holding(token: TokenID(1), isWorker: true)
                let request = WriteRequest(
                    Command(actor: Actor(role: .worker, id: 1), request: .reserve(QueueID(1), holding)))
                // A dispatcher that the test ends while a caller waits.
                let running = Task { try await service.run() }
                async let reply = service.reserve(queue: QueueID(1), request: request, waiting: .seconds(60))
                try await site.until { service.waiterCount(at: QueueID(1)) == 1 }
                running.cancel()
                #expect(try await reply.isEmpty)
                try await running.value
                let later = try await service.reserve(queue: QueueID(1), request: request, waiting: .seconds(60))
                #expect(later.isEmpty)
            }
        }
    }
}
