import QueueEvents
import Testing

@Suite("Heads of events")
struct EventHeadTests {
    private static let members: [(name: String, value: String)] = [
        ("seq", "41"), ("uid", "\"01ARZ3NDEKTSV4RRFFQ69G5FAV\""), ("event", "\"ticket.created\""), ("tv", "1"),
        ("at", "\"2026-11-24T08:15:50.123Z\""),
    ]

    private static func body(_ changes: [String: String] = [:], rest: String = "\"details\":{}") -> [UInt8] {
        let members = members.map { name, value in "\"\(name)\":\(changes[name] ?? value)" }
        return Array(("{" + (members + [rest]).joined(separator: ",") + "}").utf8)
    }

    @Test("The five members are read wherever they stand, and what stands inside others is not them")
    func anyOrder() throws {
        let members = Self.members.reversed().map { "\"\($0.name)\" : \($0.value)" }.joined(separator: " ,\n")
        let text = "{ \"details\": {\"seq\": 7, \"list\": [{\"tv\": 9}, []]}, \"x\": null, \(members) , \"z\": [1e3] }"
        let head = try EventHead(Array(text.utf8))
        #expect(head.seq == 41 && head.type == "ticket.created" && head.shapeVersion == 1)
        #expect(head.uid.text == "01ARZ3NDEKTSV4RRFFQ69G5FAV" && head.at == 1_795_508_150_123)
    }

    @Test("The largest numbers are read")
    func largest() throws {
        let head = try EventHead(Self.body(["seq": "9223372036854775807", "tv": "32767"]))
        #expect(head.seq == .max && head.shapeVersion == 32_767)
    }

    @Test(
        "A member that is missing or wrong is named",
        arguments: [
            ("seq", "0"), ("seq", "-1"), ("seq", "1.5"), ("seq", "\"41\""), ("seq", "9223372036854775808"),
            ("seq", "null"), ("uid", "\"01ARZ3NDEKTSV4RRFFQ69G5FA\""), ("uid", "26"), ("event", "\"\""),
            ("event", "\"\(String(repeating: "a", count: 65))\""), ("event", "\"ticket\\u002ecreated\""),
            ("event", "{}"), ("tv", "0"), ("tv", "32768"), ("tv", "true"), ("at", "\"yesterday\""), ("at", "[]"),
        ])
    func wrong(member: String, value: String) {
        #expect {
            try EventHead(Self.body([member: value]))
        } throws: { error in
            (error as? FrameError)?.found.contains(": \(member) is missing") == true
        }
    }

    @Test("A member that comes twice is refused, for readers would differ about it", arguments: members.map(\.name))
    func twice(member: String) throws {
        let again = try #require(Self.members.first { $0.name == member })
        #expect(throws: FrameError("an event that can't be read: \(member) comes twice")) {
            try EventHead(Self.body(rest: "\"\(member)\":\(again.value)"))
        }
    }

    @Test(
        "A body that is no JSON object to its end is refused, so that whoever reads it later can",
        arguments: [
            "\"details\":{}} ", "\"details\":{},", "\"details\":", "\"details\":{", "\"details\":[1,]",
            "\"details\":01", "\"details\":tru", "\"name\":\"\\u0000\"", "\"name\":\"\\ud800\"", "\"name\":\"\\x\"",
            "\"name\":\"\u{1}\"", "\"name\":\"open", "\"n\":1e400", "\"d\":" + String(repeating: "[", count: 40),
            "details:1", "\"a\" 1",
        ])
    func broken(rest: String) {
        let body = rest.hasSuffix(" ") ? Self.body(rest: rest) + [0x7D] : Self.body(rest: rest)
        #expect(throws: FrameError.self) { try EventHead(body) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
    func notUTF8(bytes: [UInt8]) {
        let body = Array(Self.body(rest: "\"name\":\"").dropLast()) + bytes + Array("\"}".utf8)
        #expect(throws: FrameError.self) { try EventHead(body) }
    }

    @Test(
        "Of an event that can't be read the uid and its time are salvaged, so that it can be held as it is",
        arguments: [
            ["event": "\"\(String(repeating: "a", count: 65))\""], ["tv": "32768"], ["at": "\"yesterday\""],
            ["seq": "null"], ["at": String(repeating: "[", count: 40)],
        ])
    func salvaged(changes: [String: String]) throws {
        let body = Self.body(changes)
        #expect(throws: FrameError.self) { try EventHead(body) }
        let head = try #require(EventHead(salvaging: body, at: 41))
        #expect(head.seq == 41 && head.uid.text == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(head.type == EventHead.unreadableType && head.shapeVersion == 0 && head.at == 1_469_922_850_259)
    }

    @Test("Nothing is salvaged without one uid, or from an event of another number")
    func notSalvaged() {
        let uid = "\"uid\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\""
        for body in [Self.body(["uid": "7"]), Self.body(rest: uid), Array("no JSON".utf8), []] {
            #expect(EventHead(salvaging: body, at: 41) == nil)
        }
        #expect(EventHead(salvaging: Self.body(["tv": "0"]), at: 40) == nil)
        #expect(EventHead(salvaging: Self.body(["tv": "0"]), at: 41) != nil)
    }

    @Test("Whatever byte is damaged or lost, what is read whole is still JSON")
    func damaged() throws {
        let body = Self.body(rest: "\"details\":{\"reason\":\"caf\u{E9} \\u00e9\",\"n\":[1,-2.5e3,true,null]}")
        for index in body.indices {
            for value in [0x00, 0x22, 0x2C, 0x5C, 0x7D, 0x80, 0xFF] as [UInt8] {
                var changed = body
                changed[index] = value
                Self.expectSameMind(changed)
            }
            Self.expectSameMind(Array(body[..<index]))
        }
    }

    /// Whatever passes as an event's head passes the reader that builds the whole value, but for keys that come twice.
    private static func expectSameMind(_ body: [UInt8]) {
        // What is refused as a head needs no other opinion.
        guard (try? EventHead(body)) != nil else { return }
        #expect(throws: Never.self) { try JSONReader.parse(body) }
    }
}
