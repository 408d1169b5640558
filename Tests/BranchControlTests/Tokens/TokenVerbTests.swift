import BranchAccess
import BranchControl
import BranchStore
import Logging
import QueueDomain
import Synchronization
import Testing

@Suite("Token verbs")
struct TokenVerbTests {
    private func create(
        _ site: ControlSite, _ role: String, _ name: String, agent: Int64? = nil, counter: Int64? = nil
    ) async throws -> TokenReport {
        let order = ControlRequest.TokenOrder(role: role, name: name, agent: agent, counter: counter)
        guard case .token(let token) = try await site.desk().answer(.createToken(order)) else {
            throw ControlFailure.broken("no token")
        }
        return token
    }

    @Test("A token is told once; the store has its hash only")
    func create() async throws {
        try await ControlSite.with { site in
            let token = try await create(site, "kiosk", "entrance")
            let text = try #require(token.token)
            #expect(AccessToken.isWellFormed(text))
            let row = try #require(try await site.store.tokens().first)
            #expect(row.hash == SecretHash(of: text).bytes)
            guard case .tokens(let listed) = try await site.desk().answer(.listTokens) else { return }
            #expect(listed.map(\.name) == ["entrance"])
            #expect(listed.first?.token == nil)
        }
    }

    @Test("A token of an agent may be bound to an agent and a counter that exist")
    func bound() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("agents: [{name: Ada}]\ncounters: [{name: One}]")
            let token = try await create(site, "agent", "ada", agent: 1, counter: 1)
            #expect(token.agentId == 1)
            #expect(token.counterId == 1)
            await #expect(throws: ControlRefusal(.refused, "there is no agent 9")) {
                try await create(site, "agent", "other", agent: 9)
            }
            await #expect(throws: ControlRefusal(.refused, "there is no counter 9")) {
                try await create(site, "agent", "other", counter: 9)
            }
        }
    }

    @Test(
        "What can't be a token is refused with what can",
        arguments: [
            ("boss", "x", "no role boss; known are admin"), ("kiosk", "", "the name must be"),
            ("kiosk", "17", "the name must be"), ("kiosk", "a\u{7}", "the name must be"),
        ])
    func refused(_ role: String, _ name: String, _ expected: String) async throws {
        try await ControlSite.with { site in
            do throws(ControlRefusal) {
                _ = try await site.desk().answer(.createToken(.init(role: role, name: name)))
                Issue.record("it was made")
            } catch {
                #expect(error.code == .invalidRequest)
                #expect(error.message.contains(expected))
            }
        }
    }

    @Test("A binding of another role is refused")
    func boundKiosk() async throws {
        try await ControlSite.with { site in
            await #expect(throws: ControlRefusal.self) { try await create(site, "kiosk", "x", counter: 1) }
        }
    }

    @Test("A name of 60 characters is a token's, one of 61 is nobody's", arguments: [60, 61])
    func nameLength(_ length: Int) async throws {
        #expect(BranchAccess.Limits.tokenNameLength == BranchName.lengths.upperBound)
        try await ControlSite.with { site in
            do throws(ControlRefusal) {
                let order = ControlRequest.TokenOrder(role: "kiosk", name: String(repeating: "n", count: length))
                _ = try await site.desk().answer(.createToken(order))
                #expect(length == 60)
            } catch {
                #expect(length == 61 && error.message.contains("1 to 60"))
            }
        }
    }

    @Test("A name is used once, even after it was revoked; revoking works by name and id")
    func revoke() async throws {
        try await ControlSite.with { site in
            _ = try await create(site, "kiosk", "one")
            _ = try await create(site, "kiosk", "two")
            guard case .token(let revoked) = try await site.desk().answer(.revokeToken("one")) else { return }
            #expect(revoked.revokedAt != nil)
            _ = try await site.desk().answer(.revokeToken("2"))
            await #expect(throws: ControlRefusal.self) { try await site.desk().answer(.revokeToken("one")) }
            await #expect(throws: ControlRefusal.self) { try await create(site, "kiosk", "one") }
        }
    }

    @Test("Who answers requests is told of every change before the verb is answered")
    func changesAreTold() async throws {
        try await ControlSite.with { site in
            // Guards the rows between the desk and the test.
            let rows = Mutex<[StoredToken]>([])
            let desk = site.desk { row throws(StoreError) in rows.withLock { $0.append(row) } }
            _ = try await desk.answer(.createToken(.init(role: "worker", name: "w")))
            #expect(rows.withLock { $0 } == (try await site.store.tokens()))
            _ = try await desk.answer(.listTokens)
            _ = try await desk.answer(.revokeToken("w"))
            #expect(rows.withLock { $0.count } == 2)
            #expect(rows.withLock { $0.last } == (try await site.store.tokens().last))
            #expect(rows.withLock { $0.last?.revokedAt } != nil)
        }
    }

    @Test("What answers requests and can't take a token makes the verb fail")
    func untakenChange() async throws {
        try await ControlSite.with { site in
            let desk = site.desk { _ throws(StoreError) in throw .readFailed("no room") }
            await #expect(throws: ControlRefusal(.unavailable, "reading failed: no room")) {
                try await desk.answer(.createToken(.init(role: "worker", name: "w")))
            }
        }
    }

    @Test("Upkeep brings new tokens to the directory, takes revoked ones away, and notes when they were used")
    func upkeep() async throws {
        try await ControlSite.with { site in
            let directory = TokenDirectory()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let upkeep = TokenUpkeep(directory: directory, store: site.store, logger: logger)
            let desk = site.desk { row throws(StoreError) in try upkeep.take(row) }
            guard case .token(let made) = try await desk.answer(.createToken(.init(role: "kiosk", name: "one"))) else {
                return
            }
            let text = try #require(made.token)
            #expect(directory.principal(for: text, nowMilliseconds: 5_000)?.role == .kiosk)
            await upkeep.noteSeen()
            #expect(try await site.store.tokens().first?.lastSeenAt == Timestamp(milliseconds: 5_000))
            _ = try await desk.answer(.revokeToken("one"))
            #expect(directory.principal(for: text, nowMilliseconds: 6_000) == nil)
        }
    }
}
