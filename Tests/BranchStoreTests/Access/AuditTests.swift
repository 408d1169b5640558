import BranchStore
import GRDB
import QueueDomain
import Testing

@Suite struct AuditTests {
    private static func note(_ action: String) -> AuditNote { AuditNote(.console, action, after: #"{"a":1}"#) }

    @Test func linesAreNumberedNewestFirstAndTheChainHolds() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.store
        for index in 1...5 { try await store.record(Self.note("test.\(index)")) }
        let lines = try await store.auditLines(before: nil, limit: 3)
        #expect(lines.map(\.seq) == [5, 4, 3])
        #expect(try await store.auditLines(before: 3, limit: 9).map(\.note.action) == ["test.2", "test.1"])
        #expect(try await store.brokenAuditLine() == nil)
        await fixture.close()
    }

    @Test func nobodyChangesOrDeletesALine() async throws {
        let fixture = try StoreFixture()
        try await fixture.store.record(Self.note("test.one"))
        await fixture.close()
        for sql in ["UPDATE audit SET action = 'x'", "DELETE FROM audit"] {
            #expect(throws: DatabaseError.self) { try fixture.raw { try $0.execute(sql: sql) } }
        }
    }

    @Test(arguments: ["UPDATE audit SET after = '{}' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2"])
    func whoTakesTheLockAwayIsFoundByTheChain(_ sql: String) async throws {
        let fixture = try StoreFixture()
        for index in 1...3 { try await fixture.store.record(Self.note("test.\(index)")) }
        await fixture.close()
        try fixture.raw { db in
            try db.execute(sql: "DROP TRIGGER audit_is_append_only_1")
            try db.execute(sql: "DROP TRIGGER audit_is_append_only_2")
            try db.execute(sql: sql)
        }
        #expect(try await fixture.store.brokenAuditLine() == 2)
        await fixture.close()
    }

    @Test func aChangeOfTheConfigurationIsNotedWithBeforeAndAfter() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.store
        var request = WriteRequest(
            Command(
                actor: Actor(role: .admin, id: 1),
                request: .edit(.createQueue(QueueSettings(name: "Loans", prefix: "B")))))
        request.audit = AuditActor(role: "admin", id: 1_000_001)
        _ = try await store.writer.submit(request)
        let line = try #require(try await store.auditLines(before: nil, limit: 1).first)
        #expect(line.note.action == "queue.created" && line.note.target == "queue 1")
        #expect(line.note.before == nil && line.note.after?.contains("\"name\":\"Loans\"") == true)
        await fixture.close()
    }
}
