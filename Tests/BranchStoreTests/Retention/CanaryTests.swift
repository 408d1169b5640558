import BranchStore
import Foundation
import GRDB
import QueueDomain
import Testing

/// Personal data must be gone from the disk once purged: not only from the rows, but from free pages and the log.
@Suite struct CanaryTests {
    static let canary = "CANARY-Zyxwvu-8842"

    private func files(holding text: String, in fixture: StoreFixture) throws -> [String] {
        let pattern = Data(text.utf8)
        return try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path).filter { name in
            let path = fixture.directory.path + "/" + name
            return try Data(contentsOf: URL(fileURLWithPath: path)).range(of: pattern) != nil
        }.sorted()
    }

    private func filled() async throws -> StoreFixture {
        let fixture = try StoreFixture()
        try await fixture.setUp()
        let key = IdempotencyRequest(
            scope: Array(repeating: 1, count: 32), requestHash: Array(repeating: 2, count: 32)
        ) { _, _ in 201 }
        let texts = TextChange(
            customerName: .set(Self.canary), note: "note \(Self.canary)", reason: "reason \(Self.canary)")
        let issue = Command(actor: .system, request: .issue(IssueRequest(queueID: QueueID(1))))
        for index in 0..<200 {
            _ = try await fixture.submit(
                WriteRequest(issue, texts: texts, idempotency: index == 0 ? key : nil, wantsTexts: true))
        }
        try await fixture.act(TicketID(1), .call(CounterID(1)))
        try await fixture.act(TicketID(1), .complete)
        return fixture
    }

    @Test func `before the purge the name is on the disk, after purge and scrubbing nowhere`() async throws {
        let fixture = try await filled()
        #expect(try files(holding: Self.canary, in: fixture).contains("turn.sqlite-wal"))
        fixture.clock.advance(Span.day + 1)
        #expect(try await fixture.store.purge().personal == 200)
        #expect(try await fixture.store.scrubLog())
        #expect(try files(holding: Self.canary, in: fixture) == [])
        #expect(try await fixture.store.status()?.openTickets == 199)
    }

    @Test func `the same after a checkpoint and a new start in between`() async throws {
        let fixture = try await filled()
        await fixture.close()
        #expect(try files(holding: Self.canary, in: fixture).contains("turn.sqlite"))
        fixture.clock.advance(Span.day + 1)
        #expect(try await fixture.store.purge().personal == 200)
        #expect(try await fixture.store.scrubLog())
        #expect(try files(holding: Self.canary, in: fixture) == [])
        await fixture.close()
        #expect(try files(holding: Self.canary, in: fixture) == [])
    }

    @Test func `only the table of personal data ever holds it`() async throws {
        let fixture = try await filled()
        try fixture.raw(readOnly: true) { (db: Database) throws in
            let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
            for table in tables where table != "ticket_person" {
                for row in try Row.fetchAll(db, sql: "SELECT * FROM \(table)") {
                    for (column, value) in row {
                        let bytes = Data.fromDatabaseValue(value) ?? Data((String.fromDatabaseValue(value) ?? "").utf8)
                        #expect(bytes.range(of: Data("CANARY".utf8)) == nil, "\(table).\(column)")
                    }
                }
            }
        }
    }

    @Test func `a name that is erased at once is gone from the rows`() async throws {
        let fixture = try await filled()
        let patch = Command.Request.ticket(
            TicketID(2), .patch(priority: .keep, estimatedTime: .keep, language: .keep))
        let result = try await fixture.run(patch, texts: TextChange(customerName: .set(nil)))
        #expect(result.ticket?.version == 2)
        let texts = try await fixture.store.ticket(TicketID(2))?.texts
        #expect(texts?.customerName == nil)
        #expect(texts?.note == "note \(Self.canary)")
    }
}
