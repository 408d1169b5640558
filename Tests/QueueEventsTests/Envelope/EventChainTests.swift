import QueueEvents
import Testing

@Suite struct EventChainTests {
    private let uid = EventUID(text: "01JD4Z0000ABCDEFGHJKMNPQRS")

    /// Computed with another implementation of SHA-256 over the bytes that the formula names.
    @Test func `links are the first eight bytes of the hash that the formula names`() {
        let start = EventChain(lineage: 0x0123_4567_89AB_CDEF)
        #expect(HexText.text(start.value) == "a045673dc8d2e749")
        let next = start.next(uid: uid, body: Array("{}".utf8))
        #expect(HexText.text(next.value) == "bd95a1e8440d99f4")
    }

    @Test func `any change of lineage, uid, body or order changes every later link`() {
        let start = EventChain(lineage: 1)
        let one = start.next(uid: uid, body: [1])
        #expect(EventChain(lineage: 2).next(uid: uid, body: [1]) != one)
        #expect(start.next(uid: EventUID(text: "01JD4Z0000ABCDEFGHJKMNPQRT"), body: [1]) != one)
        #expect(start.next(uid: uid, body: [2]) != one)
        #expect(start.next(uid: uid, body: [1, 0]) != one)
        let two = one.next(uid: uid, body: [2])
        #expect(start.next(uid: uid, body: [2]).next(uid: uid, body: [1]) != two)
    }

    @Test func `the same history gives the same chain`() {
        func chain() -> EventChain {
            (0..<50).reduce(EventChain(lineage: 9)) { $0.next(uid: uid, body: [UInt8($1)]) }
        }
        #expect(chain() == chain())
    }

    @Test(
        arguments: [
            (0, "0000000000000000"), (1, "0000000000000001"), (0xABC, "0000000000000abc"), (.max, "ffffffffffffffff"),
        ] as [(UInt64, String)])
    func `64 bits are sixteen hex digits`(value: UInt64, text: String) {
        #expect(HexText.text(value) == text)
    }
}
