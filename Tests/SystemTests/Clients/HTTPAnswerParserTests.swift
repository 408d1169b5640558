import NIOCore
import QueueTestSupport
import Testing

@Suite struct HTTPAnswerParserTests {
    private func answers(_ text: String, ended: Bool = false, bodiless: Bool = false) throws -> [HTTPAnswer] {
        var buffer = ByteBuffer(string: text)
        var parser = HTTPAnswerParser()
        var found: [HTTPAnswer] = []
        while let answer = try parser.next(&buffer, bodiless: bodiless, ended: ended) { found.append(answer) }
        return found
    }

    @Test func readsABodyByItsLength() throws {
        let found = try answers("HTTP/1.1 201 Created\r\nETag: \"1\"\r\ncontent-length: 2\r\n\r\n{}")
        #expect(found.map(\.status) == [201])
        #expect(found.first?.text == "{}")
        #expect(found.first?.field("etag") == "\"1\"")
        #expect(found.first?.closes == false)
    }

    @Test func readsAChunkedBody() throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
        #expect(try answers(text + text).map(\.text) == ["abcde", "abcde"])
    }

    @Test(arguments: [204, 304]) func takesNoBodyWhereNoneIsAllowed(_ status: Int) throws {
        let found = try answers("HTTP/1.1 \(status) X\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(found.map(\.status) == [status, 200])
    }

    @Test func takesNoBodyAfterHead() throws {
        #expect(try answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", bodiless: true).count == 1)
    }

    @Test func skipsAnInterimAnswer() throws {
        let found = try answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 C\r\nContent-Length: 0\r\n\r\n")
        #expect(found.map(\.status) == [201])
    }

    @Test func waitsForTheRestByteByByte() throws {
        var buffer = ByteBuffer()
        var parser = HTTPAnswerParser()
        var found: [HTTPAnswer] = []
        for byte in "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 204 N\r\n\r\n".utf8 {
            buffer.writeInteger(byte)
            if let answer = try parser.next(&buffer) { found.append(answer) }
        }
        #expect(found.map(\.status) == [200, 204])
    }

    @Test func readsABodyThatEndsWithTheConnection() throws {
        let text = "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\nsorry"
        #expect(try answers(text).isEmpty)
        #expect(try answers(text, ended: true).map(\.text) == ["sorry"])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n\r\n", "HTTX/1.1 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func refusesAnAnswerThatNobodyCouldFrame(_ text: String) {
        #expect(throws: ConnectionFailure.self) { try answers(text) }
    }
}
