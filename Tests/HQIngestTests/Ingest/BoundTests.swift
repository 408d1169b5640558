import HQIngest
import QueueEvents
import RedisStreams
import Testing

@Suite("The bounds of a frame fit those of its way")
struct BoundTests {
    /// What zlib may add to bytes that it can't make shorter, with the header and the entry's own.
    private static let overhead = 4 << 10

    @Test("A frame as a branch makes it can be sent, held by the window, read with its like, and inflated")
    func frame() {
        let longest = UplinkLimits.frameBytes + Self.overhead
        #expect(longest <= RedisLimits.commandBytes)
        #expect(HQIngestLimits.readEntries * longest <= RedisLimits.replyBytes)
        #expect(UplinkLimits.frameBytes + UplinkLimits.frameEvents <= UplinkLimits.inflatedBytes)
        #expect(UplinkLimits.frameBytes <= HQIngestLimits.deadLetterBytes)
    }

    @Test("128 events of 1 KB are one frame, and no reader finds it too long")
    func largest() throws {
        let text = """
            {"seq":1,"uid":"01ARZ3NDEKTSV4RRFFQ69G5FAV","event":"e","tv":1,"at":"2026-11-24T08:15:50.123Z","x":"
            """
        let bodies = (1...Int64(UplinkLimits.frameEvents)).map { seq in
            let start = Array(text.replacing("\"seq\":1", with: "\"seq\":\(seq)").utf8)
            let filling = (0..<1_022 - start.count).map { UInt8(ascii: "a") + UInt8(($0 * 7 + Int(seq)) % 26) }
            return start + filling + Array("\"}".utf8)
        }
        #expect(bodies.reduce(0) { $0 + $1.count } == UplinkLimits.frameBytes)
        let (codec, data) = FrameData.encode(bodies)
        let header = FrameHeader(
            codec: codec, branch: 7, epoch: 1, lineage: 1, firstSeq: 1, lastSeq: Int64(bodies.count),
            previousChain: EventChain(lineage: 1))
        #expect(try IngestFrame(header: header.text, data: data).events.map(\.body) == bodies)
    }
}
