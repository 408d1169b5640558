import HTTPTypes
import NIOHTTP1
import Testing
import WebSocketTransport

@Suite struct RequestHeadTests {
    private func head(
        _ method: HTTPMethod = .GET, _ uri: String = "/", version: HTTPVersion = .http1_1,
        _ headers: [(String, String)] = [("Host", "branch:8080")]
    ) throws(TransportProblem) -> RequestHead {
        try RequestHead(HTTPRequestHead(version: version, method: method, uri: uri, headers: HTTPHeaders(headers)))
    }

    private func problem(
        _ method: HTTPMethod = .GET, _ uri: String = "/", version: HTTPVersion = .http1_1,
        _ headers: [(String, String)] = [("Host", "branch:8080")]
    ) -> TransportProblem? {
        do throws(TransportProblem) {
            _ = try head(method, uri, version: version, headers)
            return nil
        } catch {
            return error
        }
    }

    @Test func theHostIsTheAuthorityAndNoField() throws {
        let request = try head().request
        #expect(request.authority == "branch:8080")
        #expect(request.headerFields.isEmpty)
        #expect(request.scheme == "http")
    }

    @Test(arguments: ["localhost", "LOCALHOST:80", "10.0.0.1:8080", "[::1]:8080", "a-b_c.local"])
    func ordinaryHostsPass(_ host: String) throws {
        #expect(try head(.GET, "/", [("host", host)]).request.authority == host)
    }

    @Test(arguments: ["", "a b", "a/b", "a@b", "a,b", "a\tb", "a?b", "ä", "a#b", String(repeating: "a", count: 261)])
    func strangeHostsAreRefused(_ host: String) {
        #expect(problem(.GET, "/", [("Host", host)]) == .badHost)
    }

    @Test func exactlyOneHostIsNeeded() {
        #expect(problem(.GET, "/", []) == .badHost)
        #expect(problem(.GET, "/", [("Host", "a"), ("host", "a")]) == .badHost)
        #expect(problem(.GET, "/", version: .http1_0, [("Host", "a"), ("host", "b")]) == .badHost)
    }

    @Test func olderClientsMayLeaveTheHostOut() throws {
        #expect(try head(.GET, "/", version: .http1_0, []).request.authority == nil)
    }

    @Test func bodiesAreFramedByLengthOrChunks() throws {
        #expect(try head().bodyLength == 0)
        #expect(try head(.POST, "/", [("Host", "a"), ("Content-Length", "17")]).bodyLength == 17)
        #expect(try head(.POST, "/", [("Host", "a"), ("Transfer-Encoding", "Chunked")]).bodyLength == nil)
        #expect(try head(.POST, "/", [("Host", "a"), ("Content-Length", "99999999999999999999")]).bodyLength == .max)
    }

    @Test(arguments: [
        [("Content-Length", "1"), ("Content-Length", "2")], [("Content-Length", "1"), ("Content-Length", "1")],
        [("Content-Length", "1"), ("Transfer-Encoding", "chunked")], [("Content-Length", "-1")],
        [("Content-Length", "+1")], [("Content-Length", "1, 1")], [("Content-Length", "0x1")],
        [("Content-Length", "")],
    ])
    func ambiguousFramingIsRefused(_ fields: [(String, String)]) {
        #expect(problem(.POST, "/", [("Host", "a")] + fields) == .badRequest)
    }

    @Test(arguments: [
        [("Transfer-Encoding", "gzip")], [("Transfer-Encoding", "gzip, chunked")], [("Transfer-Encoding", "identity")],
        [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
    ])
    func otherTransferCodingsAreNotImplemented(_ fields: [(String, String)]) {
        #expect(problem(.POST, "/", [("Host", "a")] + fields) == .notImplemented)
    }

    @Test func chunksAreNoPartOfTheOlderProtocol() {
        #expect(problem(.POST, "/", version: .http1_0, [("Transfer-Encoding", "chunked")]) == .badRequest)
    }

    @Test func targetsComeInOriginAndAbsoluteForm() throws {
        #expect(try head(.GET, "/a?b=c").request.path == "/a?b=c")
        let absolute = try head(.GET, "HTTP://Branch:8080/a?b=c").request
        #expect(absolute.path == "/a?b=c")
        #expect(absolute.authority == "Branch:8080")
        #expect(try head(.GET, "http://branch:8080").request.path == "/")
        #expect(try head(.GET, "http://branch:8080?x").request.path == "/?x")
        #expect(try head(.OPTIONS, "*").request.path == "*")
    }

    @Test(arguments: ["a", "*", "", "https://branch:8080/", "ftp://x/", "//", "http://"])
    func otherTargetsAreRefusedUnlessTheyArePaths(_ target: String) {
        #expect((problem(.GET, target) == nil) == target.hasPrefix("/"))
    }

    @Test func aTargetThatNamesAnotherHostIsRefused() {
        #expect(problem(.GET, "http://evil/") == .badHost)
        #expect(problem(.GET, "http://branch:8080@evil/") == .badHost)
    }

    @Test func connectIsNotImplemented() {
        #expect(problem(.CONNECT, "a:1") == .notImplemented)
    }

    @Test func onlyContinueCanBeExpected() throws {
        #expect(try head(.POST, "/", [("Host", "a"), ("Expect", "100-Continue")]).expectsContinue)
        #expect(problem(.POST, "/", [("Host", "a"), ("Expect", "tea")]) == .expectationFailed)
        #expect(try !head(.POST, "/", version: .http1_0, [("Expect", "100-continue")]).expectsContinue)
    }

    private static let handshake = [
        ("Host", "a"), ("Upgrade", "websocket"), ("Connection", "keep-alive, Upgrade"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    @Test func theHandshakeIsAnsweredAsTheRFCShows() throws {
        let head = try head(.GET, "/ws", Self.handshake)
        #expect(head.handshake == .webSocket(accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        #expect(head.offersUpgrade)
    }

    @Test func otherVersionsAreAnsweredWithTheOneSpoken() throws {
        for version in ["12", "14", "13, 8", ""] {
            let fields = Self.handshake.map { $0.0 == "Sec-WebSocket-Version" ? ($0.0, version) : $0 }
            #expect(try head(.GET, "/ws", fields).handshake == .malformed(.upgradeRequired))
        }
        let without = Self.handshake.filter { $0.0 != "Sec-WebSocket-Version" }
        #expect(try head(.GET, "/ws", without).handshake == .malformed(.upgradeRequired))
    }

    @Test(arguments: ["", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ!=", "dGhlIHNhbXBsZSBub25jZQAA"])
    func malformedKeysAreRefused(_ key: String) throws {
        let fields = Self.handshake.map { $0.0 == "Sec-WebSocket-Key" ? ($0.0, key) : $0 }
        #expect(try head(.GET, "/ws", fields).handshake == .malformed(.badHandshake))
    }

    @Test func aHandshakeNeedsGetAndTheConnectionTokenAndNoBody() throws {
        #expect(try head(.POST, "/ws", Self.handshake).handshake == .none)
        let bare = Self.handshake.filter { $0.0 != "Connection" }
        #expect(try head(.GET, "/ws", bare).handshake == .malformed(.badHandshake))
        let withBody = Self.handshake + [("Content-Length", "5")]
        #expect(try head(.GET, "/ws", withBody).handshake == .malformed(.badHandshake))
    }

    @Test func otherUpgradesAreOrdinaryRequests() throws {
        let head = try head(.GET, "/", [("Host", "a"), ("Upgrade", "h2c"), ("Connection", "Upgrade")])
        #expect(head.handshake == .none)
        #expect(head.offersUpgrade)
    }

    @Test func datesAreWrittenAsTheRFCShows() {
        #expect(HTTPDate.format(secondsSince1970: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.format(secondsSince1970: 0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
