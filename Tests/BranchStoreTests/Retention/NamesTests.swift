import BranchStore
import QueueDomain
import Testing

/// What an admin sets about personal data.
@Suite struct NamesTests {
    private func opened(_ change: (inout BranchProfile) -> Void) async throws -> StoreFixture {
        let fixture = try StoreFixture(inMemory: true)
        try await fixture.setUp()
        try await set(fixture, change)
        return fixture
    }

    private func set(_ fixture: StoreFixture, _ change: (inout BranchProfile) -> Void) async throws {
        var profile = try #require(try await fixture.store.branch()).profile
        change(&profile)
        try await fixture.run(.edit(.changeBranch(profile, expecting: nil)))
    }

    private func texts(_ id: TicketID, _ fixture: StoreFixture) async throws -> TicketTexts? {
        try await fixture.store.ticket(id)?.texts
    }

    @Test func `a branch that takes no names stores none, and other texts all the same`() async throws {
        let fixture = try await opened { $0.takesNames = false }
        let ticket = try await fixture.issue(name: "Ada")
        #expect(try await texts(ticket.id, fixture) == nil)
        let update = Command.Request.ticket(ticket.id, .update(estimatedTime: .keep, progress: .keep))
        try await fixture.run(update, texts: TextChange(customerName: .set("Ada"), note: "has a dog"))
        #expect(try await texts(ticket.id, fixture) == TicketTexts(note: "has a dog"))
    }

    @Test func `a name that is too long is refused as ever`() async throws {
        let fixture = try await opened { $0.takesNames = false }
        await #expect(throws: Rejection.self) {
            try await fixture.issue(name: String(repeating: "x", count: StoreLimits.customerName + 1))
        }
    }

    @Test func `names that are stored when it is switched off can be erased, and go with the next purge`() async throws
    {
        let fixture = try await opened { _ in }
        let noted = try await fixture.issue(name: "Ada")
        let other = try await fixture.issue(name: "Grace")
        let third = try await fixture.issue(name: "Edith")
        let update = Command.Request.ticket(noted.id, .update(estimatedTime: .keep, progress: .keep))
        try await fixture.run(update, texts: TextChange(note: "has a dog"))
        try await set(fixture) { $0.takesNames = false }
        try await fixture.run(
            .ticket(third.id, .update(estimatedTime: .keep, progress: .keep)),
            texts: TextChange(customerName: .set(nil)))
        #expect(try await texts(third.id, fixture)?.customerName == nil)
        let erasures = try fixture.store.writer.erasures
        #expect(try await fixture.store.purge().personal == 2)
        #expect(try fixture.store.writer.erasures > erasures)
        #expect(try await texts(noted.id, fixture) == TicketTexts(note: "has a dog"))
        #expect(try await texts(other.id, fixture)?.customerName == nil)
        #expect(try await fixture.store.purge().personal == 0)
    }

    @Test func `one step purges so many names and says that there are more`() async throws {
        let fixture = try await opened { _ in }
        for _ in 0...StoreLimits.purge { try await fixture.issue(name: "Ada") }
        try await set(fixture) { $0.takesNames = false }
        let first = try await fixture.store.purge()
        #expect(first.personal == StoreLimits.purge && first.isFull)
        #expect(try await fixture.store.purge().personal == 1)
    }

    @Test func `personal data are kept as long as the branch says, else as the program does`() async throws {
        let fixture = try await opened { $0.purgeHours = 2 }
        let ticket = try await fixture.issue(name: "Ada")
        fixture.clock.advance(2 * Span.hour)
        #expect(try await fixture.store.purge().personal == 0)
        try await set(fixture) { $0.purgeHours = nil }
        fixture.clock.advance(1)
        #expect(try await fixture.store.purge().personal == 0)
        try await set(fixture) { $0.purgeHours = 2 }
        #expect(try await fixture.store.purge().personal == 1)
        #expect(try await texts(ticket.id, fixture) == nil)
    }
}
