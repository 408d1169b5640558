import NIOCore
import QueueTestSupport
import RedisStreams
import Testing

@Suite("Bytes become replies")
struct ReplyReaderTests {
    @Test("in whatever parts they arrive", arguments: Script.all, [1, 2, 3, 7, 1_000_000])
    func parts(_ script: Script, _ size: Int) {
        let outcome = ReplyReader().read(Array(script.bytes.utf8), inPartsOf: size)
        #expect(outcome.replies.map(\.value) == script.values)
        #expect(outcome.replies.reduce(0) { $0 + $1.bytes } == script.bytes.utf8.count)
        #expect(outcome.violation == nil)
    }

    @Test("one after the other with the same reader, and each knows its bytes")
    func sequence() {
        let bytes = Script.all.map(\.bytes).joined()
        let outcome = ReplyReader().read(Array(bytes.utf8), inPartsOf: 1_000)
        #expect(outcome.replies.map(\.value) == Script.all.flatMap(\.values))
        #expect(outcome.replies.first?.bytes == 5)
        #expect(outcome.replies.map(\.elements).suffix(5) == [6, 1, 8, 1, 1])
    }

    @Test("A status that is no UTF-8 is repaired, a string keeps its bytes")
    func foreignBytes() {
        let bytes = Array("+a".utf8) + [0xFF] + Array("\r\n$1\r\n".utf8) + [0xFF] + Array("\r\n".utf8)
        let outcome = ReplyReader().read(ByteBuffer(bytes: bytes))
        #expect(outcome.replies.map(\.value) == [.simple("a\u{FFFD}"), .bulk([0xFF])])
    }

    @Test("An error's text is cut")
    func longError() {
        let outcome = ReplyReader().read(ByteBuffer(string: "-OOM " + String(repeating: "x", count: 2_000) + "\r\n"))
        guard case .error(let error) = outcome.replies.first?.value else {
            Issue.record("no error was read")
            return
        }
        #expect(error.message.utf8.count == RedisLimits.errorTextBytes)
        #expect(error.kind == .oom)
    }
}

@Suite("Hostile replies are refused")
struct HostileReplyTests {
    @Test(
        "as soon as they show, whole and byte by byte",
        arguments: [
            "?", "HTTP/1.1 400 Bad Request\r\n", "\r\n", "\0", "!5\r\nabcde\r\n", "_\r\n", "%1\r\n+a\r\n+b\r\n",
            "$1099511627776\r\n", "$9223372036854775807\r\n", "$33554433\r\n", "$99999999999999999999999",
            "$-2\r\n", "$x\r\n", "$\r\n", "$ 1\r\na\r\n", "$1e3\r\n", "$3\r\nabcde\r\n", "$3\r\nab\r\n\r\n\r\n",
            "*1073741824\r\n", "*262145\r\n", "*-2\r\n", "*x\r\n", "*9223372036854775808\r\n",
            ":\r\n", ":1x\r\n", ":9223372036854775808\r\n", ":1.5\r\n",
            "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:7\r\n",
            "*2\r\n*200000\r\n" + String(repeating: ":1\r\n", count: 200_000) + "*100000\r\n",
            "+" + String(repeating: "x", count: 2 * RedisLimits.lineBytes + RedisLimits.feedBytes),
        ], [1, 1_000_000])
    func refusals(_ bytes: String, _ size: Int) {
        let reader = ReplyReader()
        let outcome = reader.read(Array(bytes.utf8), inPartsOf: size)
        #expect(outcome.violation != nil)
        #expect(outcome.replies.isEmpty)
        #expect(reader.read(ByteBuffer(string: "+OK\r\n")).replies.isEmpty, "A refused reader reads on.")
    }

    @Test("and the replies before them still count")
    func earlierReplies() {
        let outcome = ReplyReader().read(ByteBuffer(string: "+OK\r\n:1\r\n$x\r\n"))
        #expect(outcome.replies.map(\.value) == [.simple("OK"), .integer(1)])
        #expect(outcome.violation != nil)
    }

    @Test("at the bound of bytes: one more is too much", arguments: [(1_000, true), (1_001, false)])
    func byteBound(_ length: Int, _ fits: Bool) {
        let bytes = "$\(length)\r\n" + String(repeating: "x", count: length) + "\r\n"
        let outcome = ReplyReader(byteBound: 1_000 + 9).read(Array(bytes.utf8), inPartsOf: 1)
        #expect((outcome.violation == nil) == fits)
    }

    @Test("when an array of small values grows beyond the bound of bytes")
    func growingArray() {
        let bytes = "*5000\r\n" + String(repeating: "$1\r\nx\r\n", count: 5_000)
        let outcome = ReplyReader(byteBound: 10_000).read(Array(bytes.utf8), inPartsOf: 1_000)
        #expect(outcome.violation?.contains("10000") == true)
    }

    @Test("at the bound of values: one more is too much", arguments: [(9, true), (10, false)])
    func elementBound(_ count: Int, _ fits: Bool) {
        let bytes = "*\(count)\r\n" + String(repeating: ":1\r\n", count: count)
        let outcome = ReplyReader(elementBound: 10).read(ByteBuffer(string: bytes))
        #expect((outcome.violation == nil) == fits)
    }

    @Test("at the bound of depth: one more is too much")
    func depth() {
        func nested(_ depth: Int) -> ByteBuffer {
            ByteBuffer(string: String(repeating: "*1\r\n", count: depth) + ":7\r\n")
        }
        #expect(ReplyReader().read(nested(RedisLimits.replyDepth)).replies.count == 1)
        #expect(ReplyReader().read(nested(RedisLimits.replyDepth + 1)).violation != nil)
    }

    @Test("Damaged replies read the same whole and byte by byte", arguments: 0..<20)
    func damage(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let scripts = Script.all.filter { $0.bytes.utf8.count < 200 }
        for _ in 0..<500 {
            var bytes: [UInt8] = []
            for _ in 0..<3 { bytes += Array((random.pick(scripts)?.bytes ?? "").utf8) }
            for _ in 0..<random.within(1...4) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(random.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(random.pick(Array("$*:+-\r\n019".utf8)) ?? 0, at: place)
                }
            }
            let whole = ReplyReader().read(ByteBuffer(bytes: bytes))
            let slow = ReplyReader().read(bytes, inPartsOf: 1)
            #expect(whole.replies.map(\.value) == slow.replies.map(\.value), "\(bytes)")
            #expect((whole.violation == nil) == (slow.violation == nil), "\(bytes)")
        }
    }
}
