import NIOCore
import RedisStreams
import Testing

@Suite("A command")
struct RedisCommandTests {
    @Test("is sent as counted strings, so that every byte is allowed")
    func encoding() {
        let command = RedisCommand("SET", ["ключ", RedisArgument([0, 13, 10, 255]), 42, -7, ""])
        var buffer = ByteBuffer()
        command.encode(into: &buffer)
        let expected =
            Array("*6\r\n$3\r\nSET\r\n$8\r\nключ\r\n$4\r\n".utf8) + [0, 13, 10, 255]
            + Array("\r\n$2\r\n42\r\n$2\r\n-7\r\n$0\r\n\r\n".utf8)
        #expect(Array(buffer.readableBytesView) == expected)
        #expect(command.encodedBytes == expected.count)
    }

    @Test("knows its size in bytes before it is encoded", arguments: [0, 1, 9, 10, 99, 100, 999, 1_000, 70_000])
    func size(_ bytes: Int) {
        let command = RedisCommand("X", Array(repeating: RedisArgument([UInt8](repeating: 7, count: bytes)), count: 11))
        var buffer = ByteBuffer()
        command.encode(into: &buffer)
        #expect(command.encodedBytes == buffer.readableBytes)
    }

    @Test(
        "has the words that Redis expects",
        arguments: [
            (.auth(user: nil, password: "p"), "AUTH p"),
            (.auth(user: "u", password: "p"), "AUTH u p"),
            (.select(3), "SELECT 3"),
            (.xadd("k", id: "1-2", fields: [StreamField(name: "h", bytes: [65])]), "XADD k NOMKSTREAM 1-2 h A"),
            (.xadd("k", id: "*", fields: [StreamField(name: "h", bytes: [65])], makesStream: true), "XADD k * h A"),
            (.xgroupCreate("k", group: "g"), "XGROUP CREATE k g 0 MKSTREAM"),
            (.hset("k", [("a", "1"), ("b", "2")]), "HSET k a 1 b 2"),
            (.expire("k", after: .seconds(120)), "EXPIRE k 120"),
            (
                .xreadgroup(group: "g", consumer: "c", count: 5, streams: [("a", ">"), ("b", "0")]),
                "XREADGROUP GROUP g c COUNT 5 STREAMS a b > 0"
            ),
            (
                .xreadgroup(group: "g", consumer: "c", count: 5, block: .microseconds(1), streams: [("a", ">")]),
                "XREADGROUP GROUP g c COUNT 5 BLOCK 1 STREAMS a >"
            ),
            (
                .xreadgroup(group: "g", consumer: "c", count: 5, block: .zero, streams: [("a", ">")]),
                "XREADGROUP GROUP g c COUNT 5 STREAMS a >"
            ),
            (
                .xreadgroup(group: "g", consumer: "c", count: 5, block: .seconds(1_000_000), streams: [("a", ">")]),
                "XREADGROUP GROUP g c COUNT 5 BLOCK 60000 STREAMS a >"
            ),
            (
                .xautoclaim("k", group: "g", consumer: "c", minIdle: .seconds(6), count: 100),
                "XAUTOCLAIM k g c 6000 0-0 COUNT 100"
            ),
            (.xack("k", group: "g", ids: ["1-1", "1-2"]), "XACK k g 1-1 1-2"),
            (.xpending("k", group: "g", above: "1-1", count: 9), "XPENDING k g (1-1 + 9"),
            (.hstrlen("k", "f"), "HSTRLEN k f"),
            (.hget("k", "f"), "HGET k f"),
            (.xtrim("k", below: "7-1"), "XTRIM k MINID = 7-1"),
        ] as [(RedisCommand, String)])
    func words(_ command: RedisCommand, _ text: String) {
        #expect(command.arguments.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: " ") == text)
    }
}
