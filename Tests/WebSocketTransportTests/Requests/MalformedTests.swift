import NIOCore
import Testing
import WebSocketTransport

/// Bytes of clients that mean no good, and the answers they get.
@Suite(.serialized, .timeLimit(.minutes(2))) struct MalformedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: String
        var status: Int
        var code: String

        init(_ name: String, _ bytes: String, _ status: Int, _ code: String) {
            self.name = name
            self.bytes = bytes
            self.status = status
            self.code = code
        }

        var testDescription: String { "\(name): \(status) \(code)" }
    }

    @Test(arguments: heads + framing + sizes)
    func badRequestsAreAnsweredAsProblemsAndTheConnectionCloses(_ test: Case) async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let reply = try await client.ask(test.bytes)
            #expect(reply.status == test.status)
            #expect(reply.field("content-type") == "application/problem+json")
            #expect(reply.field("connection") == "close")
            #expect(reply.body.contains("\"type\":\"about:blank\""))
            #expect(reply.body.contains("\"status\":\(test.status),\"code\":\"\(test.code)\""))
            #expect(try await client.rest().isEmpty)
        }
    }

    @Test func whatFollowsABadRequestIsNotARequest() async throws {
        let asked = Turnstile()
        try await RunningServer.run(respond: { request, channel in
            asked.arrive()
            return await RunningServer.ok(request, channel)
        }) { server in
            let client = try await RawClient.connect(port: server.port)
            let smuggled = "0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled)
            #expect(try await client.reply().status == 400)
            #expect(try await client.rest().isEmpty)
            let other = try await RawClient.connect(port: server.port)
            _ = try await other.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await asked.arrivals(1)
            other.close()
        }
    }

    @Test func aGoodRequestBeforeABadOneIsAnswered() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET /good HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n")
            #expect(try await client.reply().body == "/good")
            #expect(try await client.reply().status == 400)
            #expect(try await client.rest().isEmpty)
        }
    }

    /// CVE-2026-28980: so many fields once trapped in the layer that counts them in 16 bits.
    @Test func seventyThousandFieldsAreRefusedAndTheServerLives() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 70_000) + "\r\n")
            #expect(try await client.reply().status == 431)
            let other = try await RawClient.connect(port: server.port)
            #expect(try await other.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            other.close()
        }
    }

    @Test func seventyThousandTrailersAreRefusedAndTheServerLives() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
            client.send(String(repeating: "a: b\r\n", count: 70_000) + "\r\n")
            #expect(try await client.reply().status == 431)
            let other = try await RawClient.connect(port: server.port)
            #expect(try await other.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            other.close()
        }
    }

    private static let heads: [Case] = [
        Case("no HTTP at all", "hello\r\n\r\n", 400, "bad_request"),
        Case("a TLS hello", "\u{16}\u{3}\u{1}\u{0}\u{5}abcde\r\n\r\n", 400, "bad_request"),
        Case("an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
        Case("no version", "GET /\r\nHost: a\r\n\r\n", 505, "version_not_supported"),
        Case("HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "bad_request"),
        Case("HTTP/3.0", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505, "version_not_supported"),
        Case("CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501, "not_implemented"),
        Case("no host", "GET / HTTP/1.1\r\n\r\n", 400, "bad_host"),
        Case("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_host"),
        Case("an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "bad_host"),
        Case("another host in the target", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_host"),
        Case("a target that is no path", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
        Case("a space in a field name", "GET / HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n", 400, "bad_request"),
        Case("an empty field name", "GET / HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n", 400, "bad_request"),
        Case("a folded field", "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n", 400, "bad_request"),
        Case("NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: b\u{0}c\r\n\r\n", 400, "bad_request"),
        Case("an unknown expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417, "expectation_failed"),
        Case(
            "a bad WebSocket key", RawClient.upgrade.replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"), 400,
            "bad_request"),
    ]

    private static let post = "POST / HTTP/1.1\r\nHost: a\r\n"

    private static let framing: [Case] = [
        Case("length and chunks", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "bad_request"),
        Case("chunks and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400, "bad_request"),
        Case("two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400, "bad_request"),
        Case("a negative length", post + "Content-Length: -3\r\n\r\n", 400, "bad_request"),
        Case(
            "a length of 30 digits", post + "Content-Length: \(String(repeating: "9", count: 30))\r\n\r\n", 400,
            "bad_request"),
        Case("a length with letters", post + "Content-Length: 3a\r\n\r\n", 400, "bad_request"),
        Case("another coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "not_implemented"),
        Case("a chunk size that is no number", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, "bad_request"),
        Case(
            "a chunk size beyond 64 bits", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400,
            "bad_request"),
        Case(
            "a too long chunk", post + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400, "bad_request"),
        Case(
            "chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "bad_request"),
    ]

    private static let sizes: [Case] = [
        Case("one byte too much", post + "Content-Length: 65537\r\n\r\n", 413, "body_too_large"),
        Case("one terabyte", post + "Content-Length: 1099511627776\r\n\r\n", 413, "body_too_large"),
        Case(
            "chunks beyond the bound",
            post + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + String(repeating: "x", count: 65537) + "\r\n", 413,
            "body_too_large"),
        Case(
            "a megabyte of chunk extension",
            post + "Transfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "x", count: 1_000_000), 413,
            "body_too_large"),
        Case(
            "a field beyond 8 KiB", "GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "x", count: 8200))\r\n\r\n",
            431,
            "headers_too_large"),
        Case(
            "a target beyond 8 KiB", "GET /\(String(repeating: "x", count: 8200)) HTTP/1.1\r\nHost: a\r\n\r\n", 431,
            "headers_too_large"),
        Case(
            "101 fields", "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "a: b\r\n", count: 100))\r\n", 431,
            "headers_too_large"),
        Case(
            "33 KiB of fields",
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + String(repeating: "a: \(String(repeating: "b", count: 1000))\r\n", count: 34) + "\r\n", 431,
            "headers_too_large"),
        Case(
            "a megabyte of spaces", "GET / HTTP/1.1\r\nHost: a\r\nA:" + String(repeating: " ", count: 1_000_000), 431,
            "headers_too_large"),
        Case("a megabyte of empty lines", String(repeating: "\r\n", count: 500_000), 431, "headers_too_large"),
    ]

    @Test func aHundredFieldsPass() async throws {
        try await RunningServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let fields = String(repeating: "a: b\r\n", count: 99)
            #expect(try await client.ask("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").status == 200)
            client.close()
        }
    }
}
