import BranchStore
import GRDB
import QueueDomain
import Testing

@Suite struct TokenStoreTests {
    private func opened() async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        try await fixture.run(.edit(.createAgent(name: "Kim", isActive: true)))
        return fixture
    }

    private func token(_ name: String, hash: UInt8 = 1, agent: Int64? = nil, counter: Int64? = nil) -> NewToken {
        NewToken(
            role: "agent", name: name, hash: Array(repeating: hash, count: 32), agentID: agent, counterID: counter)
    }

    @Test func `a token is stored by its hash and found after a start`() async throws {
        let fixture = try await opened()
        let stored = try await fixture.store.create(token("Desk", agent: 1, counter: 2)).get()
        #expect(stored.id == 1)
        await fixture.close()
        #expect(try await fixture.store.tokens() == [stored])
    }

    @Test func `names are unique, also those of revoked tokens, and ids rise`() async throws {
        let fixture = try await opened()
        let store = try fixture.store
        _ = try await store.create(token("Desk")).get()
        #expect(try await store.create(token("Desk", hash: 2)) == .failure(.nameTaken))
        let revoked = try await store.revokeToken("Desk")
        #expect(revoked?.revokedAt != nil)
        #expect(try await store.create(token("Desk", hash: 2)) == .failure(.nameTaken))
        #expect(try await store.create(token("Other", hash: 2)).get().id == 2)
    }

    @Test func `unknown agents and counters and bad names are refused`() async throws {
        let store = try await opened().store
        #expect(try await store.create(token("Desk", agent: 9)) == .failure(.agentUnknown))
        #expect(try await store.create(token("Desk", counter: 9)) == .failure(.counterUnknown))
        #expect(try await store.create(token("")) == .failure(.nameInvalid))
        #expect(try await store.create(token(String(repeating: "n", count: 61))) == .failure(.nameInvalid))
    }

    @Test func `a token is revoked once, by name or id, and the name goes first`() async throws {
        let store = try await opened().store
        _ = try await store.create(token("2")).get()
        _ = try await store.create(token("Other", hash: 2)).get()
        #expect(try await store.revokeToken("2")?.name == "2")
        #expect(try await store.revokeToken("2")?.name == "Other")
        #expect(try await store.revokeToken("2") == nil)
        #expect(try await store.revokeToken("nobody") == nil)
    }

    @Test func `when it was last seen is noted`() async throws {
        let store = try await opened().store
        _ = try await store.create(token("Desk")).get()
        try await store.noteTokensSeen([1: 1_234, 99: 5])
        #expect(try await store.tokens().map(\.lastSeenAt) == [Timestamp(milliseconds: 1_234)])
    }

    @Test func `as many tokens are kept as their bound, revoked ones included, and no more`() async throws {
        let fixture = try await opened()
        _ = try await fixture.store.create(token("First")).get()
        _ = try await fixture.store.revokeToken("First")
        try fixture.raw { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < \(StoreLimits.tokens - 1))
                    INSERT INTO tokens (id, role, name, hash, created_at)
                    SELECT i, 'kiosk', 't' || i, CAST(printf('%032d', i) AS BLOB), 0 FROM n
                    """)
        }
        _ = try await fixture.store.create(token("Last", hash: 7)).get()
        #expect(try await fixture.store.create(token("More", hash: 8)) == .failure(.tooMany))
        #expect(try await fixture.store.tokens().count == StoreLimits.tokens)
    }
}
