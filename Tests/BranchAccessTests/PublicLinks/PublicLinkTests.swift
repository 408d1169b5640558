import BranchAccess
import Testing

struct PublicLinkTests {
    private let uid = "01JGFJJZ00ABCDEFGHJKMNPQRS"

    private func key(_ byte: UInt8) throws -> PublicLinkKey {
        try #require(PublicLinkKey(bytes: [UInt8](repeating: byte, count: 32)))
    }

    @Test func aLinkIsTheSameForTheSameTicketAndAnotherForAnother() throws {
        let key = try key(1)
        #expect(key.link(uid: uid) == key.link(uid: uid))
        #expect(key.link(uid: uid) != key.link(uid: uid + "1"))
        #expect(try self.key(2).link(uid: uid) != key.link(uid: uid))
    }

    /// `printf %s 01JGFJJZ00ABCDEFGHJKMNPQRS | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101… -binary`
    /// cut to 16 bytes, in base64url.
    @Test func aLinkIsTheCutHMACOfTheUID() throws {
        #expect(try key(1).link(uid: uid).token == "pgP0wGz_KrD2ndDHfTcFKw")
    }

    @Test func aLinkHas22CharactersAndIsFoundByTheHashOfThem() throws {
        let link = try key(1).link(uid: uid)
        #expect(link.token.utf8.count == 22)
        #expect(PublicLink(link.token) == link)
        #expect(link.hash == SecretHash(of: link.token))
    }

    @Test(arguments: [
        "", "a", String(repeating: "a", count: 21), String(repeating: "a", count: 23), "aaaaaaaaaaaaaaaaaaaaa/",
    ])
    func whatCanNotBeALinkIsRefusedBeforeItIsHashed(text: String) {
        #expect(PublicLink(text) == nil)
    }

    @Test func aKeyHas32BytesAndIsNeverShown() throws {
        #expect(PublicLinkKey(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(PublicLinkKey(bytes: PublicLinkKey.randomKeyBytes()) != nil)
        #expect(PublicLinkKey.randomKeyBytes() != PublicLinkKey.randomKeyBytes())
        let link = try key(1).link(uid: uid)
        #expect(!"\(link)".contains(link.token))
        #expect(try "\(key(1))" == "PublicLinkKey(hidden)")
    }
}
