import BranchAccess
import Testing

struct TokenDirectoryTests {
    private func row(
        _ id: Int64, _ token: AccessToken, role: Role = .kiosk, revokedAt: Int64? = nil
    ) -> TokenRow {
        TokenRow(
            id: id, role: role, name: "t\(id)", hash: token.hash, agentID: 4, counterID: 5, createdAt: 0,
            revokedAt: revokedAt)
    }

    @Test func aTokenIsFoundByItsTextWithEverythingItIsBoundTo() throws {
        let token = AccessToken(role: .agent)
        let directory = TokenDirectory()
        try directory.replace(with: [row(1, token, role: .agent)])
        #expect(
            directory.principal(for: token.text, nowMilliseconds: 1)
                == Principal(tokenID: 1, role: .agent, name: "t1", agentID: 4, counterID: 5))
    }

    @Test func theRoleOfTheRowCountsNotThatOfTheText() throws {
        let token = AccessToken(role: .admin)
        let directory = TokenDirectory()
        try directory.put(row(1, token, role: .display))
        #expect(directory.principal(for: token.text, nowMilliseconds: 1)?.role == .display)
    }

    @Test func strangersAreNobody() throws {
        let token = AccessToken(role: .kiosk)
        let directory = TokenDirectory()
        #expect(directory.principal(for: token.text, nowMilliseconds: 1) == nil)
        try directory.put(row(1, token))
        let last = token.text.hasSuffix("A") ? "E" : "A"
        #expect(directory.principal(for: token.text.dropLast() + last, nowMilliseconds: 1) == nil)
        #expect(directory.principal(for: "", nowMilliseconds: 1) == nil)
    }

    @Test func aRevokedTokenIsNobodyAtOnce() throws {
        let token = AccessToken(role: .kiosk)
        let directory = TokenDirectory()
        try directory.put(row(1, token))
        #expect(directory.isLive(tokenID: 1))
        try directory.put(row(1, token, revokedAt: 5))
        #expect(directory.principal(for: token.text, nowMilliseconds: 6) == nil)
        #expect(!directory.isLive(tokenID: 1))
        #expect(directory.count == 0)
    }

    @Test func everyChangeIsToldToThoseWhoFollow() async throws {
        let directory = TokenDirectory()
        var changes = directory.changes().makeAsyncIterator()
        let token = AccessToken(role: .kiosk)
        try directory.put(row(1, token))
        #expect(await changes.next() != nil)
        try directory.put(row(1, token, revokedAt: 5))
        #expect(await changes.next() != nil)
        try directory.replace(with: [])
        #expect(await changes.next() != nil)
    }

    @Test func replacingLeavesOutRevokedRowsAndThoseThatAreGone() throws {
        let tokens = (0..<3).map { _ in AccessToken(role: .kiosk) }
        let directory = TokenDirectory()
        try directory.put(row(1, tokens[0]))
        try directory.replace(with: [row(2, tokens[1]), row(3, tokens[2], revokedAt: 1)])
        #expect(tokens.map { directory.principal(for: $0.text, nowMilliseconds: 1)?.tokenID } == [nil, 2, nil])
        #expect(directory.count == 1)
    }

    @Test func aRowThatArrivesAfterItsTokenWasRevokedBringsNothingBack() throws {
        let token = AccessToken(role: .kiosk)
        let directory = TokenDirectory()
        try directory.put(row(1, token, revokedAt: 5))
        try directory.put(row(1, token))
        #expect(directory.principal(for: token.text, nowMilliseconds: 6) == nil && !directory.isLive(tokenID: 1))
        try directory.replace(with: [row(1, token)])
        #expect(directory.principal(for: token.text, nowMilliseconds: 7) == nil && directory.count == 0)
    }

    @Test func lastSeenIsHandedOutOnceAndHoldsTheNewestTime() throws {
        let tokens = (0..<2).map { _ in AccessToken(role: .kiosk) }
        let directory = TokenDirectory()
        try directory.replace(with: [row(1, tokens[0]), row(2, tokens[1])])
        _ = directory.principal(for: tokens[0].text, nowMilliseconds: 10)
        _ = directory.principal(for: tokens[0].text, nowMilliseconds: 20)
        #expect(directory.takeLastSeen() == [1: 20])
        #expect(directory.takeLastSeen().isEmpty)
    }

    @Test func aRevokedTokenLeavesNoLastSeenBehind() throws {
        let token = AccessToken(role: .kiosk)
        let directory = TokenDirectory()
        try directory.put(row(1, token))
        _ = directory.principal(for: token.text, nowMilliseconds: 10)
        try directory.put(row(1, token, revokedAt: 5))
        #expect(directory.takeLastSeen().isEmpty)
    }

    @Test func theNumberOfLiveTokensIsBounded() throws {
        let directory = TokenDirectory()
        let rows = (0..<Limits.tokens).map { index in
            TokenRow(id: Int64(index), role: .kiosk, name: "t\(index)", hash: SecretHash(of: "\(index)"), createdAt: 0)
        }
        try directory.replace(with: rows)
        let token = AccessToken(role: .kiosk)
        #expect(throws: TooManyTokens.self) { try directory.put(row(99_999, token)) }
        #expect(throws: TooManyTokens.self) { try directory.replace(with: rows + [row(99_999, token)]) }
        #expect(directory.count == Limits.tokens)
        // A revoked one makes room, and one that is known may change.
        try directory.put(row(0, AccessToken(role: .kiosk)))
        try directory.put(row(1, token, revokedAt: 1))
        try directory.put(row(99_999, token))
        #expect(directory.principal(for: token.text, nowMilliseconds: 1)?.tokenID == 99_999)
    }

    @Test func manyTasksMayAskWhileTokensChange() async throws {
        let directory = TokenDirectory()
        let token = AccessToken(role: .kiosk)
        try directory.put(row(1, token))
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 { #expect(directory.principal(for: token.text, nowMilliseconds: 1) != nil) }
                }
            }
            group.addTask {
                for id in Int64(2)..<200 {
                    // The bound is far away.
                    try? directory.put(
                        TokenRow(id: id, role: .kiosk, name: "x", hash: SecretHash(of: "\(id)"), createdAt: 0))
                }
            }
        }
        #expect(directory.count == 199)
    }
}
