import QueueEvents
import Testing

struct JSONStringTests {
    private func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> String? {
        if case .string(let text) = try JSONReader.parse(bytes) { text } else { nil }
    }

    private func fault(_ bytes: [UInt8]) -> JSONSyntaxError? {
        do throws(JSONSyntaxError) {
            _ = try read(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (#""""#, ""), (#""a""#, "a"), (#""a long text that is on the heap""#, "a long text that is on the heap"),
        (#""é€😀""#, "é€😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"),
        (#""\uD83D\uDE00""#, "😀"), (#""a\u0041b""#, "aAb"), (#""x\ny€\tz""#, "x\ny€\tz"), ("\"\u{7F}\"", "\u{7F}"),
        (#""\uFFFF""#, "\u{FFFF}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
    ])
    func aTextIsReadWithItsEscapes(json: String, expected: String) throws {
        #expect(try read(Array(json.utf8)) == expected)
    }

    @Test(arguments: [
        (#""\uD83D""#, 1), (#""\uDE00""#, 1), (#""ab\uD83Dx""#, 3), (#""\uD83D\n""#, 1), (#""\uD83D\u0041""#, 1),
        (#""\uD83D\uD83D""#, 1), (#""\uDE00\uD83D""#, 1),
    ])
    func halfASurrogatePairIsRefused(json: String, offset: Int) {
        #expect(fault(Array(json.utf8)) == JSONSyntaxError(code: .loneSurrogate, offset: offset))
    }

    @Test(arguments: [#""\x""#, #""\U0041""#, #""\u004""#, #""\u00G0""#, #""\'""#, "\"\\\n\""])
    func anEscapeThatJSONDoesNotKnowIsRefused(json: String) {
        #expect(fault(Array(json.utf8)) == JSONSyntaxError(code: .invalidEscape, offset: 1))
    }

    @Test func theNullCharacterIsRefusedByItsOwnCodeInTextsAndKeys() {
        #expect(fault(Array(#""before\u0000after""#.utf8)) == JSONSyntaxError(code: .nullCharacter, offset: 7))
        #expect(fault(Array(#"{"\u0000":1}"#.utf8))?.code == .nullCharacter)
    }

    @Test(arguments: UInt8(0)..<0x20)
    func aControlCharacterMustBeEscaped(byte: UInt8) {
        #expect(fault([0x22, 0x61, byte, 0x22]) == JSONSyntaxError(code: .controlCharacter(byte), offset: 2))
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x41, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98], [0xE2, 0x82, 0x41],
        ] as [[UInt8]])
    func bytesThatAreNotUTF8AreRefusedWhereTheyBegin(bytes: [UInt8]) {
        #expect(fault([0x22, 0x61] + bytes + [0x22]) == JSONSyntaxError(code: .invalidUTF8, offset: 2))
        // The same behind an escape, where another path reads on.
        #expect(fault([0x22, 0x5C, 0x6E] + bytes + [0x22]) == JSONSyntaxError(code: .invalidUTF8, offset: 3))
    }

    @Test func everyScalarSurvives() throws {
        for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 37) {
            guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
            let text = String(Character(scalar))
            #expect(try read(Array("\"\(text)\"".utf8)) == text)
        }
    }
}
