import BranchAccess
import Testing

struct AccessTokenTests {
    @Test(arguments: Role.allCases)
    func aNewTokenNamesItsRoleAndIsWellFormed(role: Role) {
        let token = AccessToken(role: role)
        #expect(token.text.hasPrefix("turn_\(role.rawValue)_"))
        #expect(token.text.utf8.count == "turn__".count + role.rawValue.count + 43)
        #expect(AccessToken.isWellFormed(token.text))
        #expect(token.hash == SecretHash(of: token.text))
    }

    @Test func noTwoTokensAreAlike() {
        #expect(Set((0..<1_000).map { _ in AccessToken(role: .kiosk).text }).count == 1_000)
    }

    @Test func itsDescriptionsHideTheSecret() {
        let token = AccessToken(role: .admin)
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains(token.text)) }
    }

    @Test(arguments: [
        "", "turn", "turn_admin_", "turn_admin_short", "admin_turn_" + String(repeating: "a", count: 43),
        "turn_king_" + String(repeating: "a", count: 43), "turn_admin_" + String(repeating: "a", count: 44),
        "turn_admin_" + String(repeating: "a", count: 42) + "=", "turn_admin_" + String(repeating: "é", count: 43),
        "TURN_admin_" + String(repeating: "a", count: 43), String(repeating: "turn_admin_a", count: 100_000),
    ])
    func whatIsNoTokenIsNotHashed(text: String) {
        #expect(!AccessToken.isWellFormed(text))
    }

    @Test func theHeaderIsBearerAndAToken() {
        let text = AccessToken(role: .agent).text
        #expect(AccessToken.bearer("Bearer \(text)") == text)
        #expect(AccessToken.bearer("bearer  \(text)") == text)
        for header in ["", text, "Basic \(text)", "Bearer", "Bearer ", "Bearer \(text) x", "Bearer \(text),x"] {
            #expect(AccessToken.bearer(header) == nil, "\(header)")
        }
    }

    @Test func aHashIsStoredAndReadBackAsItsBytes() throws {
        // SHA-256 of "abc", from FIPS 180-2, appendix B.1.
        let bytes: [UInt8] = [
            0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40, 0xDE, 0x5D, 0xAE, 0x22, 0x23, 0xB0, 0x03,
            0x61, 0xA3, 0x96, 0x17, 0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD,
        ]
        #expect(SecretHash(of: "abc").bytes == bytes)
        #expect(SecretHash(bytes: bytes) == SecretHash(of: "abc"))
        #expect(SecretHash(bytes: bytes.dropLast()) == nil)
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(SecretHash(bytes: other) != SecretHash(of: "abc"))
        }
    }

    @Test(arguments: ["a", "Kiosk 1", String(repeating: "x", count: 60), "1a"])
    func aNameIsPrintable(name: String) {
        #expect(TokenRow.isValidName(name))
    }

    @Test(arguments: ["", " a", "a ", "17", "-3", "é", "a\nb", String(repeating: "x", count: 65)])
    func whatIsNoNameOrReadsLikeAnIDIsRefused(name: String) {
        #expect(!TokenRow.isValidName(name))
    }
}
