import BranchAccess
import Testing

struct HostRuleTests {
    private static let allowed = AllowedHosts(
        bound: ["127.0.0.1", "192.168.1.20", "::1", "fe80::a%eth0"], hostName: "Box.lan",
        configured: ["queue.example.com", "turn.example.com:8443", "[fd00::5]:9000", "fd00::6", "not a host"],
        port: 8080)
    private let rule = HostRule(allowed: Self.allowed)

    @Test(arguments: [
        "127.0.0.1:8080", "127.0.0.1", "192.168.1.20:8080", "localhost:8080", "LOCALHOST", "localhost.:8080",
        "box.lan:8080", "box:8080", "BOX.local:8080", "[::1]:8080", "[::1]", "[FE80::A]:8080", "queue.example.com",
        "queue.example.com:8080", "queue.example.com:443", "queue.example.com:80", "turn.example.com:8443",
        "[fd00::5]:9000", "[fd00::6]:8080",
    ])
    func theNamesOfThisBoxAreAllowed(host: String) {
        #expect(rule.verdict([host]) == .allowed)
    }

    @Test(arguments: [
        "evil.example", "evil.example:8080", "localhost:8081", "127.0.0.2:8080", "queue.example.com.evil.example",
        "turn.example.com", "turn.example.com:8080", "[::2]:8080", "[fd00::5]:8080", "lan", "local", "xbox:8080",
        "2130706433", "127.1",
    ])
    func otherNamesAreForeign(host: String) {
        #expect(rule.verdict([host]) == .foreign)
    }

    @Test(arguments: [
        "", ":8080", "user@localhost", "localhost/", "local host", "localhost:", "localhost:x", "localhost:99999",
        "localhost:8080:1", "::1", "[::1", "[::1]x", "[localhost]:8080", "localhost,evil", "lo\u{0}calhost", "größe",
        "localhost:+80", "localhost:000080", String(repeating: "a", count: 301),
    ])
    func whatIsNoHostIsMalformed(host: String) {
        #expect(rule.verdict([host]) == .malformed)
    }

    @Test func noHostIsMissingAndSeveralAreMalformed() {
        #expect(rule.verdict([]) == .missing)
        #expect(rule.verdict(["localhost", "localhost"]) == .malformed)
        #expect(rule.verdict(["localhost", "evil.example"]) == .malformed)
    }
}

struct OriginRuleTests {
    private func rule(port: Int) -> OriginRule {
        OriginRule(
            allowed: AllowedHosts(
                bound: ["127.0.0.1", "::1"], hostName: "box",
                configured: ["queue.example.com", "turn.example.com:8443"], port: port))
    }

    @Test(arguments: [
        "http://127.0.0.1:8080", "http://localhost:8080", "http://box.local:8080", "http://[::1]:8080",
        "https://queue.example.com", "http://queue.example.com", "http://queue.example.com:8080",
        "https://turn.example.com:8443", "HTTP://BOX:8080",
    ])
    func pagesOfThisBoxMayWrite(origin: String) {
        #expect(rule(port: 8080).allows(origin))
    }

    @Test(arguments: [
        "", "null", "http://evil.example", "http://localhost", "http://localhost:8081", "http://127.0.0.1",
        "localhost:8080", "ftp://localhost:8080", "http://localhost:8080/", "http://localhost:8080.evil.example",
        "http://u@localhost:8080", "https://turn.example.com", "http://localhost:8080 http://evil.example",
        "file://", "http://evil.example:8080",
    ])
    func pagesOfOthersMayNot(origin: String) {
        #expect(!rule(port: 8080).allows(origin))
    }

    @Test func aServerAtTheDefaultPortHasOriginsWithoutOne() {
        #expect(rule(port: 80).allows("http://box"))
        #expect(!rule(port: 80).allows("http://box:80"))
        #expect(!rule(port: 80).allows("https://box"))
        #expect(rule(port: 443).allows("https://box"))
    }
}
