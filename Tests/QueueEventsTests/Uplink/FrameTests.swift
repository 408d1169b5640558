import Foundation
import QueueEvents
import Testing

@Suite("Uplink frames")
struct FrameTests {
    private static func body(_ seq: Int) -> [UInt8] {
        Array(
            """
            {"seq":\(seq),"uid":"01ARZ3NDEKTSV4RRFFQ69G5FAV","event":"ticket.created","tv":1,\
            "at":"2026-11-24T08:15:50.123Z","details":{}}
            """.utf8)
    }

    private static func header(
        _ codec: FrameHeader.Codec, _ range: ClosedRange<Int64>, parent: FrameHeader.Parent? = nil,
        isBaseline: Bool = false
    ) -> FrameHeader {
        FrameHeader(
            codec: codec, branch: 7, epoch: 3, lineage: 0xfeed_0000_0000_0001, firstSeq: range.lowerBound,
            lastSeq: range.upperBound, previousChain: EventChain(value: 0x0123_4567_89ab_cdef), parent: parent,
            isBaseline: isBaseline)
    }

    @Test("A header reads back as it was written", arguments: [true, false])
    func headerRoundTrip(isFirst: Bool) throws {
        let parent = FrameHeader.Parent(epoch: 2, chain: EventChain(value: .max))
        let header = Self.header(.deflate, 41...168, parent: isFirst ? parent : nil, isBaseline: isFirst)
        #expect(try FrameHeader(header.text) == header)
        #expect(header.count == 128)
    }

    @Test(
        "A header that isn't ours is refused",
        arguments: [
            ("\"v\":1", "\"v\":2"), ("\"codec\":\"plain\"", "\"codec\":\"zstd\""), ("\"epoch\":3", "\"epoch\":524288"),
            ("\"first\":5", "\"first\":7"), ("\"last\":6", "\"last\":133"), ("\"last\":6", "\"last\":17592186044416"),
            ("\"prev\":\"0123456789abcdef\"", "\"prev\":\"0123456789ABCDEF\""), ("\"branch\":7", "\"branch\":0"),
            ("{", "["), ("\"lineage\":\"feed0000", "\"lineage\":\"feed000"),
        ])
    func foreignHeader(part: String, instead: String) throws {
        let text = String(decoding: Self.header(.plain, 5...6).text, as: UTF8.self)
        let changed = try #require(text.range(of: part)).lowerBound
        let wrong = text[..<changed] + instead + text[changed...].dropFirst(part.count)
        #expect(throws: FrameError.self) { try FrameHeader(Array(wrong.utf8)) }
    }

    @Test("A header longer than its bound is refused unread")
    func longHeader() {
        let long = [UInt8](repeating: 0x20, count: UplinkLimits.headerBytes + 1)
        #expect(throws: FrameError.self) { try FrameHeader(long) }
    }

    @Test("Bodies come out byte by byte as they went in", arguments: [1, 7, 8, 128])
    func dataRoundTrip(count: Int) throws {
        let bodies = (1...count).map(Self.body)
        let (codec, bytes) = FrameData.encode(bodies)
        #expect(codec == (count < 8 ? .plain : .deflate))
        #expect(try FrameData.decode(bytes, Self.header(codec, 1...Int64(count))) == bodies)
    }

    @Test("Events that aren't as many as the header says are refused")
    func wrongCount() {
        let (codec, bytes) = FrameData.encode([Self.body(1), Self.body(2)])
        #expect(throws: FrameError.self) { try FrameData.decode(bytes, Self.header(codec, 1...3)) }
    }

    @Test("Damaged or endless deflated bytes are refused")
    func damaged() {
        var (codec, bytes) = FrameData.encode((1...20).map(Self.body))
        bytes[bytes.count / 2] ^= 0x40
        #expect(throws: FrameError.self) { try FrameData.decode(bytes, Self.header(codec, 1...20)) }
        let bomb = FrameData.encode(
            [[UInt8](repeating: 0x20, count: UplinkLimits.inflatedBytes + 1)] + (2...8).map(Self.body))
        #expect(throws: FrameError.self) { try FrameData.decode(bomb.bytes, Self.header(.deflate, 1...8)) }
    }

    @Test("An entry's id orders by generation, then epoch, then number")
    func order() throws {
        let ids = [
            FrameID.probe(gen: 4), FrameID(gen: 4, epoch: 1, lastSeq: 99), FrameID(gen: 4, epoch: 2, lastSeq: 5),
            FrameID(gen: 5, epoch: 1, lastSeq: 1),
        ]
        #expect(ids == ids.sorted())
        #expect(ids[2].epoch == 2 && ids[2].lastSeq == 5)
        #expect(FrameID(text: ids[2].text) == ids[2])
        let last = FrameID(gen: 1, epoch: UplinkLimits.epochs - 1, lastSeq: UplinkLimits.sequences - 1)
        #expect(last.low == Int64.max && FrameID(text: last.text) == last)
    }

    @Test(
        "An id that isn't ours is refused", arguments: ["", "1", "0-1", "1-", "-1-1", "1-2-3", "1-9223372036854775808"])
    func foreignID(text: String) {
        #expect(FrameID(text: text) == nil)
    }

    @Test("The head of an event is read, and the rest of it is not looked at")
    func eventHead() throws {
        let head = try EventHead(Self.body(41))
        #expect(head.seq == 41 && head.type == "ticket.created" && head.shapeVersion == 1)
        #expect(head.uid.text == "01ARZ3NDEKTSV4RRFFQ69G5FAV" && head.at == 1_795_508_150_123)
        #expect(throws: FrameError.self) { try EventHead(Array("{\"seq\":1}".utf8)) }
    }
}
