import BranchStore
import Foundation
import QueueDomain
import Synchronization
import Testing

extension DispatchSuite {
    @Suite("Upkeep of the store", .timeLimit(.minutes(2)))
    struct UpkeepTests {
        private static let canary = "Canary-Wilhelmina"

        @Test("Names are purged after their day, and the log is emptied of them once")
        func personalData() async throws {
            try await DispatchSite.with { site in
                let command = Command(
                    actor: Actor(role: .kiosk, id: 1), request: .issue(IssueRequest(queueID: QueueID(1))))
                let texts = TextChange(customerName: .set(Self.canary))
                _ = try await site.store.writer.submit(WriteRequest(command, texts: texts))
                #expect(Self.holdsCanary(site.store.directory))
                site.time.advance(milliseconds: 86_400_000 + 61_000)
                try await site.until { try await site.store.ticket(TicketID(1))?.texts?.customerName == nil }
                // A reader in the way makes it try again two seconds later.
                try await site.until {
                    site.time.advance(milliseconds: 100)
                    return !Self.holdsCanary(site.store.directory)
                }
            }
        }

        @Test("Names that an earlier run purged are gone from the log soon after the start")
        func purgedBefore() async throws {
            try await DispatchSite.with(before: { site in
                try await Self.issue(named: Self.canary, 1, at: site)
                site.time.advance(milliseconds: 86_400_000 + 1)
                #expect(try await site.store.purge().personal == 1)
                #expect(Self.holdsCanary(site.store.directory))
            }) { site in
                try await Self.untilGone(at: site, step: 100)
            }
        }

        @Test("As many names as one purge step takes are purged, and the log is emptied of them")
        func exactlyOneStep() async throws {
            try await DispatchSite.with { site in
                try await Self.untilScrubbed(site)
                try await Self.issue(named: Self.canary, StoreLimits.purge, at: site)
                site.time.advance(milliseconds: 86_400_000 + 61_000)
                try await site.until { try await site.store.ticket(TicketID(1))?.texts?.customerName == nil }
                try await Self.untilGone(at: site, step: 1_000)
            }
        }

        @Test("A name that staff erase is gone from the log within the hour", arguments: [nil, "Somebody"])
        func erased(_ name: String?) async throws {
            try await DispatchSite.with { site in
                try await Self.untilScrubbed(site)
                try await Self.issue(named: Self.canary, 1, at: site)
                let patch = TicketAction.patch(priority: .keep, estimatedTime: .keep, language: .keep)
                let command = Command(actor: Actor(role: .agent, id: 1), request: .ticket(TicketID(1), patch))
                let texts = TextChange(customerName: .set(name))
                _ = try await site.store.writer.submit(WriteRequest(command, texts: texts))
                #expect(Self.holdsCanary(site.store.directory))
                try await Self.untilGone(at: site, step: 61_000)
            }
        }

        @Test("Two seconds after the last write the log is checkpointed, not while writes go on")
        func checkpoint() async throws {
            // Guards the count between the writer and the test.
            let count = Mutex(0)
            let failpoint: @Sendable (Failpoint) -> Void = { point in
                if point == .afterCheckpoint { count.withLock { $0 += 1 } }
            }
            try await DispatchSite.with({ $0.writer.failpoint = failpoint }) { site in
                let began = count.withLock { $0 }
                for _ in 0..<5 {
                    // A waiter that is woken shows that the dispatcher has seen this moment's event.
                    async let reply = site.reserve()
                    try await site.untilWaiting(1)
                    try await site.issue()
                    _ = try await reply
                    site.time.advance(milliseconds: 1_500)
                }
                #expect(count.withLock { $0 } == began)
                site.time.advance(milliseconds: 2_000)
                try await site.until { count.withLock { $0 } > began }
            }
        }

        private static func issue(named name: String, _ count: Int, at site: DispatchSite) async throws {
            let command = Command(
                actor: Actor(role: .kiosk, id: 1), request: .issue(IssueRequest(queueID: QueueID(1))))
            let request = WriteRequest(command, texts: TextChange(customerName: .set(name)), isInternal: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count { group.addTask { _ = try await site.store.writer.submit(request) } }
                try await group.waitForAll()
            }
        }

        /// The first emptying of the log after the start is over.
        private static func untilScrubbed(_ site: DispatchSite) async throws {
            let log = site.store.directory + "/turn.sqlite-wal"
            try await site.until {
                site.time.advance(milliseconds: 100)
                return FileManager.default.contents(atPath: log)?.isEmpty == true
            }
        }

        /// A reader in the way makes it try again two seconds later.
        private static func untilGone(at site: DispatchSite, step: Int64) async throws {
            try await site.until {
                site.time.advance(milliseconds: step)
                return !holdsCanary(site.store.directory)
            }
        }

        private static func holdsCanary(_ directory: String) -> Bool {
            ["turn.sqlite", "turn.sqlite-wal"].contains { name in
                let bytes = FileManager.default.contents(atPath: directory + "/" + name) ?? Data()
                return bytes.range(of: Data(canary.utf8)) != nil
            }
        }
    }
}
