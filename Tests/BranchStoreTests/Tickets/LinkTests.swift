import BranchStore
import Foundation
import QueueDomain
import Testing

@Suite struct LinkTests {
    private func uid(_ fixture: StoreFixture) async throws -> (Ticket, String) {
        let result = try await fixture.run(.issue(IssueRequest(queueID: QueueID(1))))
        return (try #require(result.ticket), try #require(result.uid))
    }

    @Test func `a token is 128 bits of an HMAC over the uid, in base 64 for URLs`() throws {
        let key = try LinkKey(stored: Array(0..<32))
        // Computed with another implementation of HMAC-SHA256.
        #expect(key.token(uid: "01JD4Z0000ABCDEFGHJKMNPQRS") == "LkJZwCSmw4e-klvJrc4szA")
        #expect(key.token(uid: "x").count == LinkKey.tokenLength)
    }

    @Test func `a link stays the same over starts and finds its ticket open and ended`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let (ticket, uid) = try await uid(fixture)
        let token = try fixture.store.linkKey.token(uid: uid)
        let hash = LinkKey.hash(ofToken: token)
        #expect(try await fixture.store.ticket(linkHash: hash)?.id == ticket.id)
        await fixture.close()
        #expect(try fixture.store.linkKey.token(uid: uid) == token)
        try await fixture.act(ticket.id, .abandon)
        #expect(try await fixture.store.ticket(linkHash: hash)?.state == .abandoned)
        try await fixture.act(ticket.id, .undo)
        #expect(try await fixture.store.ticket(linkHash: hash)?.state == .waiting)
    }

    @Test func `another token finds nobody`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let (_, uid) = try await uid(fixture)
        let stranger = try LinkKey(stored: Array(repeating: 9, count: 32)).token(uid: uid)
        #expect(try await fixture.store.ticket(linkHash: LinkKey.hash(ofToken: stranger)) == nil)
    }

    @Test func `neither token nor uid of a link can be read back from its hash column`() async throws {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        let (_, uid) = try await uid(fixture)
        let token = Data(try fixture.store.linkKey.token(uid: uid).utf8)
        await fixture.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)).range(of: token) == nil)
    }
}
