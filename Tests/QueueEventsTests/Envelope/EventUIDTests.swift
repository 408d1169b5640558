import QueueEvents
import Testing

@Suite struct EventUIDTests {
    @Test func `a ULID is time and chance in 26 characters of Crockford's alphabet`() {
        // The example of the ULID specification: 1469918176385 is 01ARYZ6S41.
        let uid = EventUID(milliseconds: 1_469_918_176_385, random: (0, 0))
        #expect(uid.text == "01ARYZ6S410000000000000000")
        #expect(EventUID(milliseconds: 0, random: (0, 0)).text == String(repeating: "0", count: 26))
    }

    @Test func `the largest time and chance fill all 128 bits`() {
        let uid = EventUID(milliseconds: 0xFFFF_FFFF_FFFF, random: (.max, .max))
        #expect(uid.text == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
    }

    @Test(
        arguments: [
            ((0, 1), "0000000001"), ((0, 31), "000000000Z"), ((0, 32), "0000000010"), ((1, 0), "0000G000000000000"),
        ] as [((UInt16, UInt64), String)])
    func `chance is written from its lowest bits`(random: (UInt16, UInt64), tail: String) {
        let text = EventUID(milliseconds: 0, random: (high: random.0, low: random.1)).text
        #expect(text.hasSuffix(tail))
        #expect(text.dropLast(tail.count).allSatisfy { $0 == "0" })
    }

    @Test(arguments: [0, 1, 1_469_918_176_385, 1_795_508_150_123, 0xFFFF_FFFF_FFFF] as [Int64])
    func `the time is read back`(milliseconds: Int64) {
        #expect(EventUID(milliseconds: milliseconds, random: (.max, .max)).milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            "", "01ARYZ6S41", "8000000000ZZZZZZZZZZZZZZZZ", "01arYZ6S410000000000000000", "é1ARYZ6S4100000000000000 ",
        ])
    func `what is no ULID has no time`(text: String) {
        #expect(EventUID(text: text).milliseconds == nil)
    }

    @Test func `text order is time order`() {
        let times: [Int64] = [0, 1, 31, 32, 1_000, 1_795_508_150_123, 1_795_508_150_124, 0xFFFF_FFFF_FFFF]
        let texts = times.map { EventUID(milliseconds: $0, random: (.max, 7)).text }
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == texts.count)
    }

    @Test(arguments: [Int64.min, -1, .max])
    func `a time out of 48 bits is cut, not trapped`(milliseconds: Int64) {
        let text = EventUID(milliseconds: milliseconds, random: (1, 2)).text
        #expect(text.utf8.count == 26)
        #expect(text.first.map { "01234567".contains($0) } == true)
    }
}
