import QueueEvents
import Testing

/// Reads a text, or gives what is wrong with it.
private func read(_ text: String) throws(JSONSyntaxError) -> JSONValue {
    try JSONReader.parse(Array(text.utf8))
}

private func fault(_ bytes: some Collection<UInt8>) -> JSONSyntaxError? {
    do throws(JSONSyntaxError) {
        _ = try JSONReader.parse(bytes)
        return nil
    } catch {
        return error
    }
}

struct JSONReaderTests {
    @Test func aTicketBodyIsReadInTheOrderOfItsText() throws {
        let value = try read(
            #" {"queue_id": 7, "customer_name":"Ada Lovelace","priority":null , "x":[true,false,{}]} "#)
        guard case .object(let object) = value else {
            Issue.record("\(value) is not an object")
            return
        }
        #expect(object.members.map(\.key) == ["queue_id", "customer_name", "priority", "x"])
        #expect(object["queue_id"] == .integer(7))
        #expect(object["customer_name"] == .string("Ada Lovelace"))
        #expect(object["priority"] == .null)
        #expect(object["x"] == .array([.bool(true), .bool(false), .object(JSONObject())]))
        #expect(object["y"] == nil)
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("1.0", 1), ("10e-1", 1), ("1E+2", 100), ("1.20e1", 12),
        ("0e99999999999999999999", 0), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
    ])
    func aWholeNumberThatFitsIsAnInteger(text: String, expected: Int64) throws {
        #expect(try read(text) == .integer(expected))
    }

    @Test(arguments: [
        ("0.5", 0.5), ("-1.25e2", -125), ("1.5", 1.5), ("1e-400", 0), ("1e300", 1e300),
        ("9223372036854775808", 9_223_372_036_854_775_808), ("-18446744073709551616", -18_446_744_073_709_551_616),
        ("0.1", 0.1), ("2.2250738585072014e-308", 2.2250738585072014e-308),
    ])
    func anotherNumberIsTheNearestDouble(text: String, expected: Double) throws {
        let value = try read(text)
        #expect(value == .number(expected) || value == .integer(Int64(expected)))
    }

    @Test(arguments: [
        "1e400", "-1e400", "9223372036854775809", "18446744073709551617", "1" + String(repeating: "0", count: 50),
        "0." + String(repeating: "1", count: 500),
    ])
    func aNumberThatWouldLoseItsValueIsOutOfRange(text: String) {
        #expect(fault(text.utf8) == JSONSyntaxError(code: .numberOutOfRange, offset: 0))
    }

    @Test func aNumberMayBeAsLongAsTheBound() throws {
        let digits = String(repeating: "1", count: JSONLimits.numberBytes - 2)
        #expect(throws: Never.self) { try read("0." + digits) }
        #expect(fault(("0." + digits + "1").utf8)?.code == .numberOutOfRange)
    }

    @Test(arguments: ["01", "-01", "00", "1.", "1.e2", "1e+a", "-a", "1.x"])
    func aNumberThatJSONDoesNotKnowIsRefused(text: String) {
        #expect(fault(text.utf8) == JSONSyntaxError(code: .malformedNumber, offset: 0))
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "[1", "{\"a\"", "{\"a\":", "{\"a\":1", "tru", "-", "1e", "\"\\", "\"\\u00", "[1,",
        "{\"a\":1,",
    ])
    func aTextThatEndsTooEarlyIsRefusedAtItsEnd(text: String) {
        #expect(fault(text.utf8)?.code == .unexpectedEnd)
    }

    @Test(arguments: [
        ("[1,]", UInt8(ascii: "]"), 3), ("{\"a\":1,}", UInt8(ascii: "}"), 7), ("{a:1}", UInt8(ascii: "a"), 1),
        ("+1", UInt8(ascii: "+"), 0), (".5", UInt8(ascii: "."), 0), ("'a'", UInt8(ascii: "'"), 0),
        ("[1 2]", UInt8(ascii: "2"), 3), ("{\"a\" 1}", UInt8(ascii: "1"), 5), ("NaN", UInt8(ascii: "N"), 0),
        ("nulL", UInt8(ascii: "L"), 3), ("True", UInt8(ascii: "T"), 0), ("{1:2}", UInt8(ascii: "1"), 1),
        ("[,1]", UInt8(ascii: ","), 1), ("/**/1", UInt8(ascii: "/"), 0), ("\u{0C}1", 0x0C, 0),
    ])
    func aByteOutOfPlaceIsNamedWithItsOffset(text: String, byte: UInt8, offset: Int) {
        #expect(fault(text.utf8) == JSONSyntaxError(code: .unexpectedByte(byte), offset: offset))
    }

    @Test(arguments: [("1 2", 2), ("{} x", 3), ("null,", 4), ("[]]", 2), ("1\u{0}", 1)])
    func nothingMayFollowTheValue(text: String, offset: Int) {
        #expect(fault(text.utf8) == JSONSyntaxError(code: .trailingBytes, offset: offset))
    }

    @Test func aByteOrderMarkAndOtherEncodingsAreRefused() {
        #expect(fault([0xEF, 0xBB, 0xBF, 0x31])?.code == .byteOrderMark)
        #expect(fault([0xFF, 0xFE, 0x31, 0x00])?.code == .unexpectedByte(0xFF))
        #expect(fault([0x00, 0x31])?.code == .unexpectedByte(0))
    }

    @Test func nestingEndsAtTheBound() throws {
        let depth = JSONLimits.depth
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inside = open == "[" ? "" : "1"
            let full = String(repeating: open, count: depth) + inside + String(repeating: close, count: depth)
            #expect(throws: Never.self) { try read(full) }
            #expect(fault((String(repeating: open, count: depth + 1) + "1").utf8)?.code == .tooDeep)
        }
        #expect(fault(String(repeating: "[", count: 100_000).utf8)?.code == .tooDeep)
    }

    @Test func aKeyThatOccursTwiceIsNamed() {
        #expect(fault(#"{"a":1,"b":2,"a":3}"#.utf8) == JSONSyntaxError(code: .duplicateKey("a"), offset: 13))
        #expect(fault(#"{"a":1,"\u0061":3}"#.utf8)?.code == .duplicateKey("a"))
    }

    @Test func aKeyThatOccursTwiceIsFoundInALargeObjectToo() throws {
        let members = (0..<5_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        guard case .object(let object) = try read("{\(members)}") else {
            Issue.record("not an object")
            return
        }
        #expect(object.members.count == 5_000)
        for key in ["k0", "k11", "k12", "k13", "k4999"] {
            #expect(fault("{\(members),\"\(key)\":0}".utf8)?.code == .duplicateKey(key))
        }
    }

    @Test func theSameKeyInDifferentObjectsIsNoDuplicate() {
        #expect(throws: Never.self) { try read(#"[{"a":{"a":1}},{"a":1}]"#) }
    }

    @Test func aCollectionInPiecesIsReadLikeOneInOnePiece() throws {
        let pieces = Array("[1, \"".utf8) + Array("é\"]".utf8)
        #expect(try JSONReader.parse(pieces.lazy.map { $0 }) == .array([.integer(1), .string("é")]))
        let raw = try pieces.withUnsafeBytes { try JSONReader.parse($0) }
        #expect(raw == .array([.integer(1), .string("é")]))
    }

    @Test func anErrorIsASentence() {
        #expect(fault("[1,]".utf8).map { "\($0)" } == "\"]\" may not stand here at byte 3")
        #expect(fault([0x0C]).map { "\($0)" } == "the byte 0x0C may not stand here at byte 0")
    }
}
