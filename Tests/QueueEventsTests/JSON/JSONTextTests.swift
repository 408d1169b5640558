import Foundation
import QueueEvents
import Testing

@Suite struct JSONTextTests {
    private func string(_ value: String) -> String {
        var text = JSONText()
        text.string(value)
        return text.string
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#), ("a/b", #""a/b""#),
        ("\n\r\t", #""\n\r\t""#), ("\u{0}\u{1}\u{8}\u{c}\u{1f}", #""\u0000\u0001\u0008\u000c\u001f""#),
        ("\u{7f}", "\"\u{7f}\""), ("\u{2028}\u{2029}", "\"\u{2028}\u{2029}\""), ("Zoë 日本 🎟", "\"Zoë 日本 🎟\""),
        ("</script>", #""</script>""#),
    ])
    func `a string is escaped as RFC 8259 asks and no further`(value: String, text: String) throws {
        #expect(string(value) == text)
        let read = try JSONSerialization.jsonObject(with: Data(string(value).utf8), options: .fragmentsAllowed)
        #expect(read as? String == value)
    }

    @Test func `every scalar below 0x20 is escaped and read back`() throws {
        for value in 0..<UInt32(0x20) {
            let scalar = try #require(UnicodeScalar(value))
            let text = string("a\(String(scalar))b")
            #expect(text.utf8.allSatisfy { $0 >= 0x20 })
            let read = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            #expect(read as? String == "a\(String(scalar))b")
        }
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (-1, "-1"), (1_000, "1000"), (.max, "9223372036854775807"),
            (.min, "-9223372036854775808"),
        ] as [(Int64, String)])
    func `an integer is written whole`(value: Int64, text: String) {
        var json = JSONText()
        json.integer(value)
        #expect(json.string == text)
    }

    @Test func `commas stand between members and elements, and nowhere else`() {
        var text = JSONText(capacity: 0)
        text.beginObject()
        text.key("empty")
        text.beginArray()
        text.endArray()
        text.key("list")
        text.beginArray()
        text.integer(1)
        text.string("two")
        text.null()
        text.boolean(true)
        text.boolean(false)
        text.beginObject()
        text.endObject()
        text.beginArray()
        text.integer(3)
        text.endArray()
        text.raw(Array("4.5".utf8))
        text.endArray()
        text.member("name", "x")
        text.member("none", String?.none)
        text.member("count", 3)
        text.member("large", Int64.max)
        text.member("absent", Int?.none)
        text.member("flag", false)
        text.member("raw", raw: Array("{}".utf8))
        text.instant("at", 0)
        text.instant("never", nil)
        text.endObject()
        #expect(
            text.string == #"{"empty":[],"list":[1,"two",null,true,false,{},[3],4.5],"name":"x","none":null,"#
                + #""count":3,"large":9223372036854775807,"absent":null,"flag":false,"raw":{},"#
                + #""at":"1970-01-01T00:00:00.000Z","never":null}"#)
    }
}
