import NIOCore
import RedisStreams
import Testing

/// Bytes of a server, and what they mean.
struct Script: Sendable, CustomTestStringConvertible {
    var bytes: String
    var values: [RedisValue]

    init(_ bytes: String, _ values: RedisValue...) {
        self.bytes = bytes
        self.values = values
    }

    var testDescription: String { String(bytes.prefix(40)).debugDescription }

    static let all: [Script] = [
        Script("+OK\r\n", .simple("OK")),
        Script("+\r\n", .simple("")),
        Script(":0\r\n:-9223372036854775808\r\n:9223372036854775807\r\n", .integer(0), .integer(.min), .integer(.max)),
        Script("-ERR no\r\n", .error(RedisServerError(message: "ERR no"))),
        Script("$0\r\n\r\n", .bulk([])),
        Script("$5\r\na\r\n\r\n\r\n", .bulk([97, 13, 10, 13, 10])),
        Script("$-1\r\n", .null),
        Script("*-1\r\n", .null),
        Script("*0\r\n", .array([])),
        Script("*2\r\n*0\r\n*-1\r\n", .array([.array([]), .null])),
        Script(
            "*3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n-OOM full\r\n+next\r\n",
            .array([.integer(1), .array([.simple("a"), .null]), .error(RedisServerError(message: "OOM full"))]),
            .simple("next")),
        Script(
            "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:7\r\n",
            .array([.array([.array([.array([.array([.array([.array([.integer(7)])])])])])])])),
        Script(
            "$20000\r\n" + String(repeating: "x", count: 20_000) + "\r\n+OK\r\n",
            .bulk([UInt8](repeating: 120, count: 20_000)), .simple("OK")),
    ]
}

extension ReplyReader {
    /// Reads text in parts of so many bytes.
    func read(_ bytes: [UInt8], inPartsOf size: Int) -> Outcome {
        var all = Outcome()
        for start in stride(from: 0, to: bytes.count, by: size) {
            let part = read(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            all.replies += part.replies
            all.violation = part.violation
            if all.violation != nil { break }
        }
        return all
    }
}
