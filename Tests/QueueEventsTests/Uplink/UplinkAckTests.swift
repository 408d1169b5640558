import QueueEvents
import Testing

@Suite("Head office's answer")
struct UplinkAckTests {
    private static let place = UplinkPosition(epoch: 2, seq: 9, chain: EventChain(value: 0xabc))

    private static func dictionary(_ ack: UplinkAck) -> [String: String] {
        Dictionary(uniqueKeysWithValues: ack.fields.map { ($0.name, $0.value) })
    }

    @Test(
        "It reads back as it was written",
        arguments: [
            nil, .gap, .fork, .reject("a header that can't be read"), .ancestor(place), .ancestor(nil),
        ] as [UplinkAck.Refusal?])
    func roundTrip(refusal: UplinkAck.Refusal?) {
        let ack = UplinkAck(
            incarnation: "7412-3", cursor: Self.place, beat: 4, hqTime: 1_795_508_150_123, refusal: refusal,
            refusedGen: refusal == nil ? 0 : 12)
        #expect(UplinkAck(fields: Self.dictionary(ack)) == ack)
    }

    @Test(
        "A hash with a field missing or wrong is as good as none", arguments: ["incarnation", "epoch", "chain", "beat"])
    func incomplete(field: String) {
        var fields = Self.dictionary(UplinkAck(incarnation: "1-1", cursor: .none, beat: 1, hqTime: 1))
        fields[field] = nil
        #expect(UplinkAck(fields: fields) == nil)
        fields[field] = ""
        #expect(UplinkAck(fields: fields) == nil)
    }

    @Test("Keys of a branch share its shard's tag")
    func keys() {
        let keys = UplinkKeys(branch: 7)
        #expect((0..<64).contains(keys.shard))
        #expect(keys.up.hasPrefix("turn:up:{s") && keys.up.hasSuffix("}:7"))
        #expect(keys.up.dropFirst(8) == keys.ack.dropFirst(9) && keys.up.dropFirst(8) == keys.heartbeat.dropFirst(8))
        #expect(UplinkKeys.shard(of: 123_456_789) == Int(0xCBF4_3926 as UInt32) % 64)
    }

    @Test("A probe asks in doubling steps, and never more often than its bound", arguments: [1, 2, 3, 1_000, 1 << 43])
    func probe(head: Int64) throws {
        let asked = UplinkProbe.sequences(head: head, oldest: 1)
        #expect(asked.first == head && asked.last == 1 && asked.count <= UplinkLimits.probePoints)
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $0 > $1 })
        let points = asked.map { UplinkPosition(epoch: 1, seq: $0, chain: EventChain(value: UInt64($0))) }
        let probe = UplinkProbe(branch: 7, points: points)
        #expect(try UplinkProbe(probe.text) == probe)
    }

    @Test(
        "A probe that can't be read is refused",
        arguments: ["", "x", "7\n1:2", "7\n1:2:zz", "7\n-1:2:0000000000000000"])
    func foreignProbe(text: String) {
        #expect(throws: FrameError.self) { try UplinkProbe(Array(text.utf8)) }
    }
}
