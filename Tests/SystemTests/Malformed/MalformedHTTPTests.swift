import NIOCore
import QueueTestSupport
import Testing

extension SystemSuite {
    /// Bytes that no honest client sends: each is refused with 4xx, 501 or 505, or the connection is closed, and
    /// the program goes on.
    @Suite struct MalformedHTTPTests {
        struct Case: Sendable, CustomTestStringConvertible {
            var name: String
            /// HOST and TOKEN are replaced.
            var text: String
            /// Statuses that are right; empty: any of 400...499, 501 and 505, or a close.
            var statuses: Set<Int> = []

            var testDescription: String { name }
        }

        @Test func everyMalformedRequestIsRefusedAndTheServerLives() async throws {
            try await withBranch { branch in
                for item in Self.cases {
                    let text = item.text
                        .replacing("HOST", with: "127.0.0.1:\(branch.server.port)")
                        .replacing("TOKEN", with: branch.worker)
                    let client = branch.server.client(timeout: .seconds(40))
                    let answer: HTTPAnswer?
                    do {
                        answer = try await client.raw(ByteBuffer(string: text))
                    } catch {
                        Issue.record("\(item.name): \(error)")
                        continue
                    }
                    let status = answer?.status ?? 0
                    let isRight =
                        item.statuses.isEmpty
                        ? answer == nil || (400..<500).contains(status) || [501, 505].contains(status)
                        : item.statuses.contains(status)
                    #expect(isRight, "\(item.name): \(status) \(answer?.text ?? "closed")")
                    if let answer, status >= 400 {
                        #expect(answer.field("Content-Type") == "application/problem+json", "\(item.name)")
                    }
                    #expect(await branch.server.isAlive(), "after \(item.name)")
                }
                let waiting = try await branch.waiting()
                #expect(waiting.isEmpty, "a malformed request issued a ticket")
            }
        }

        @Test func seventyThousandHeaderFieldsAreRefused() async throws {
            try await withBranch { branch in
                var request = ByteBuffer(string: "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:\(branch.server.port)\r\n")
                for number in 0..<70_000 { request.writeString("a\(number): b\r\n") }
                request.writeString("\r\n")
                let client = branch.server.client(timeout: .seconds(40))
                let answer = try await client.raw(request)
                #expect(answer == nil || answer?.status == 431)
                #expect(await branch.server.isAlive())
                #expect(branch.server.child.residentBytes() ?? 0 < 400_000_000)
            }
        }

        private static let get = "GET /livez HTTP/1.1\r\n"
        private static let post = "POST /tickets HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\n"
        private static let json = "Content-Type: application/json\r\n"

        private static let cases = lines + hosts + fields + bodies

        private static let lines = [
            Case(name: "binary", text: "\u{1}\u{2}\u{3}\u{4}\r\n\r\n"),
            Case(name: "TLS hello", text: "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\r\n\r\n"),
            Case(name: "HTTP/2 preface", text: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            Case(name: "no method", text: " /livez HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(name: "method with control", text: "G\u{7}T /livez HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(name: "unknown method", text: "BREW /livez HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(name: "version 9.9", text: "GET /livez HTTP/9.9\r\nHost: HOST\r\n\r\n"),
            Case(name: "no version", text: "GET /livez\r\n\r\n"),
            Case(name: "space in target", text: "GET /li vez HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(
                name: "target of 60 KiB",
                text: "GET /\(String(repeating: "a", count: 60 * 1_024)) HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(name: "path upwards", text: "GET /../../etc/passwd HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(name: "path with NUL", text: "GET /%00 HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(name: "path half escaped", text: "GET /tickets/% HTTP/1.1\r\nHost: HOST\r\n\r\n"),
            Case(
                name: "id beyond 64 bits",
                text: "GET /tickets/99999999999999999999 HTTP/1.1\r\nHost: HOST\r\n"
                    + "Authorization: Bearer TOKEN\r\n\r\n"),
        ]

        private static let hosts = [
            Case(name: "no Host", text: get + "\r\n", statuses: [400]),
            Case(name: "two Hosts", text: get + "Host: HOST\r\nHost: HOST\r\n\r\n", statuses: [400]),
            Case(name: "foreign Host", text: get + "Host: evil.example\r\n\r\n", statuses: [421]),
            Case(name: "empty Host", text: get + "Host:\r\n\r\n", statuses: [400, 421]),
            Case(
                name: "foreign Origin",
                text: post + "Origin: http://evil.example\r\n" + json + "Content-Length: 14\r\n\r\n{\"queue_id\":1}",
                statuses: [403]),
        ]

        private static let fields = [
            Case(name: "space before colon", text: get + "Host: HOST\r\nX : y\r\n\r\n"),
            Case(name: "no colon", text: get + "Host: HOST\r\nnonsense\r\n\r\n"),
            Case(name: "empty name", text: get + "Host: HOST\r\n: y\r\n\r\n"),
            Case(name: "NUL in value", text: get + "Host: HOST\r\nX: a\u{0}b\r\n\r\n"),
            Case(name: "folded field", text: get + "Host: HOST\r\nX: a\r\n b\r\n\r\n"),
            Case(
                name: "field of 16 KiB",
                text: get + "Host: HOST\r\nX: \(String(repeating: "y", count: 16 * 1_024))\r\n\r\n", statuses: [431]),
            Case(
                name: "101 fields",
                text: get + "Host: HOST\r\n" + (0...100).map { "X\($0): y\r\n" }.joined() + "\r\n", statuses: [431]),
            Case(
                name: "1 MB of spaces in a value",
                text: get + "Host: HOST\r\nX: \(String(repeating: " ", count: 1_000_000))y\r\n\r\n"),
        ]

        private static let bodies = [
            Case(
                name: "length and chunks",
                text: post + json + "Content-Length: 14\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "0\r\n\r\n{\"queue_id\":1}"),
            Case(
                name: "two lengths",
                text: post + json + "Content-Length: 14\r\nContent-Length: 15\r\n\r\n{\"queue_id\":1} "),
            Case(name: "negative length", text: post + json + "Content-Length: -1\r\n\r\n"),
            Case(name: "length with letters", text: post + json + "Content-Length: 1a\r\n\r\nx"),
            Case(name: "length beyond 64 bits", text: post + json + "Content-Length: 99999999999999999999999\r\n\r\n"),
            Case(name: "a terabyte", text: post + json + "Content-Length: 1000000000000\r\n\r\n", statuses: [413]),
            Case(
                name: "65 KiB",
                text: post + json + "Content-Length: 66560\r\n\r\n" + String(repeating: " ", count: 66_560),
                statuses: [413]),
            Case(name: "unknown coding", text: post + json + "Transfer-Encoding: gzip\r\n\r\nxx"),
            Case(name: "chunk without number", text: post + json + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"),
            Case(
                name: "chunk beyond 64 bits",
                text: post + json + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n"),
            Case(
                name: "chunk too long for its number",
                text: post + json + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"),
            Case(
                name: "form body",
                text: post + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nqueue_id=1",
                statuses: [415]),
            Case(
                name: "text body",
                text: post + "Content-Type: text/plain\r\nContent-Length: 14\r\n\r\n{\"queue_id\":1}",
                statuses: [415]),
            Case(name: "no media type", text: post + "Content-Length: 14\r\n\r\n{\"queue_id\":1}", statuses: [415]),
            Case(
                name: "no token",
                text: "POST /tickets HTTP/1.1\r\nHost: HOST\r\n" + json + "Content-Length: 14\r\n\r\n{\"queue_id\":1}",
                statuses: [401]),
            Case(
                name: "token in the path",
                text: "GET /tickets/waiting?queue_id=1&token=TOKEN HTTP/1.1\r\nHost: HOST\r\n\r\n", statuses: [401]),
        ]
    }
}
