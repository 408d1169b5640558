import NIOCore
import RedisStreams
import Testing

@Suite("A reply is decoded")
struct RedisValueDecodingTests {
    private static func value(_ bytes: String) throws -> RedisValue {
        try #require(ReplyReader().read(ByteBuffer(string: bytes)).replies.first?.value)
    }

    @Test("TIME in milliseconds")
    func time() throws {
        let value = try Self.value("*2\r\n$10\r\n1700000000\r\n$6\r\n123999\r\n")
        #expect(try value.timeMilliseconds() == 1_700_000_000_123)
    }

    @Test("XADD to its id, or nil without a stream")
    func added() throws {
        #expect(try Self.value("$3\r\n5-1\r\n").addedID() == "5-1")
        #expect(try Self.value("$-1\r\n").addedID() == nil)
    }

    @Test("XGROUP CREATE to whether the group is new")
    func group() throws {
        #expect(try Self.value("+OK\r\n").groupCreated())
        #expect(try !Self.value("-BUSYGROUP Consumer Group name already exists\r\n").groupCreated())
    }

    @Test("XINFO STREAM to length and newest id, whatever stands around them")
    func info() throws {
        let value = try Self.value("*6\r\n+length\r\n:3\r\n+groups\r\n*0\r\n$17\r\nlast-generated-id\r\n$3\r\n9-8\r\n")
        #expect(try value.streamInfo() == StreamInfo(length: 3, lastGeneratedID: "9-8"))
        #expect(try Self.value("-ERR no such key\r\n").streamInfo() == nil)
    }

    @Test("HGETALL to a dictionary")
    func hash() throws {
        #expect(try Self.value("*4\r\n+a\r\n$1\r\n1\r\n+b\r\n$0\r\n\r\n").hash() == ["a": "1", "b": ""])
        #expect(try Self.value("*0\r\n").hash() == [:])
    }

    @Test("XREADGROUP to streams, entries and fields; an entry that is gone has no fields")
    func reads() throws {
        let value = try Self.value(
            "*2\r\n*2\r\n+a\r\n*2\r\n*2\r\n+1-1\r\n*4\r\n+h\r\n$1\r\nx\r\n+h\r\n$1\r\ny\r\n*2\r\n+1-2\r\n*-1\r\n"
                + "*2\r\n+b\r\n*0\r\n")
        let fields = [StreamField(name: "h", bytes: [120]), StreamField(name: "h", bytes: [121])]
        let reads = try value.streamReads()
        #expect(
            reads == [
                StreamRead(
                    key: "a",
                    entries: [StreamEntry(id: "1-1", fields: fields), StreamEntry(id: "1-2", fields: [])]),
                StreamRead(key: "b", entries: []),
            ])
        #expect(reads.first?.entries.first?["h"] == [120])
        #expect(try Self.value("*-1\r\n").streamReads().isEmpty)
    }

    @Test("XAUTOCLAIM of Redis 6.2 and 7")
    func claims() throws {
        let old = try Self.value("*2\r\n+0-0\r\n*2\r\n*-1\r\n*2\r\n+1-1\r\n*2\r\n+a\r\n$1\r\n1\r\n").claimedEntries()
        #expect(old.next == "0-0")
        #expect(old.entries.map(\.id) == ["1-1"])
        let new = try Self.value("*3\r\n+5-0\r\n*0\r\n*1\r\n+1-2\r\n").claimedEntries()
        #expect(new == ClaimedEntries(next: "5-0", entries: [], gone: ["1-2"]))
    }

    @Test("XPENDING with a range to the entries' ids")
    func pending() throws {
        let value = try Self.value("*2\r\n*4\r\n+1-1\r\n+hq\r\n:5\r\n:1\r\n*4\r\n+1-2\r\n+hq\r\n:0\r\n:3\r\n")
        #expect(try value.pendingIDs() == ["1-1", "1-2"])
        #expect(try Self.value("*0\r\n").pendingIDs().isEmpty)
    }

    @Test(
        "Another kind of reply is no answer",
        arguments: [
            ":1\r\n", "+OK\r\n", "*1\r\n+a\r\n", "*3\r\n+a\r\n+b\r\n+c\r\n", "*2\r\n:1\r\n:2\r\n", "$1\r\nx\r\n",
            "*2\r\n+a\r\n*1\r\n+b\r\n",
        ])
    func others(_ bytes: String) throws {
        let value = try Self.value(bytes)
        for decode in Self.decoders where !decode.takes.contains(bytes) {
            let error = #expect(throws: RedisError.self) { try decode.run(value) }
            guard case .unexpected = error else {
                Issue.record("\(decode.name) threw \(String(describing: error))")
                continue
            }
        }
    }

    @Test("An error of the server stays one")
    func errors() throws {
        let value = try Self.value("-NOAUTH Authentication required.\r\n")
        for decode in Self.decoders {
            let error = #expect(throws: RedisError.self) { try decode.run(value) }
            #expect(error?.serverKind == .noauth, "\(decode.name)")
        }
    }

    private struct Decoder {
        var name: String
        var takes: [String] = []
        var run: (RedisValue) throws -> Void
    }

    private static var decoders: [Decoder] {
        [
            Decoder(name: "TIME") { _ = try $0.timeMilliseconds() },
            Decoder(name: "XADD", takes: ["$1\r\nx\r\n"]) { _ = try $0.addedID() },
            Decoder(name: "XGROUP", takes: ["+OK\r\n"]) { _ = try $0.groupCreated() },
            Decoder(name: "XINFO") { _ = try $0.streamInfo() },
            Decoder(name: "HGETALL") { _ = try $0.hash() },
            Decoder(name: "XREADGROUP") { _ = try $0.streamReads() },
            Decoder(name: "XPENDING") { _ = try $0.pendingIDs() },
            Decoder(name: "XAUTOCLAIM") { _ = try $0.claimedEntries() },
            Decoder(name: "XLEN", takes: [":1\r\n"]) { _ = try $0.number() },
            Decoder(name: "OK", takes: ["+OK\r\n"]) { try $0.expectOK("SELECT") },
        ]
    }
}
