/// What head office reads of an event beside its number: the members it keeps in columns of their own.
///
/// The body stays opaque otherwise, so that a branch may be newer than head office. It is walked through once to its
/// end, so that only JSON text is taken, but nothing of it is built: head office does this for every event.
package struct EventHead: Equatable, Sendable {
    package let seq: Int64
    package let uid: EventUID
    /// The event's `event`.
    package let type: String
    /// The version of the type's shape.
    package let shapeVersion: Int
    /// Milliseconds since 1970, by the branch's clock.
    package let at: Int64

    /// Reads them from a stored body.
    /// - Throws: `FrameError` when the body is no JSON object or one of them is missing, twice, or wrong. They are
    ///   plain texts: one with an escape in it is wrong.
    package init(_ body: [UInt8]) throws(FrameError) {
        let read = body.withUnsafeBufferPointer { HeadReading($0) }
        if let flaw = read.flaw { throw flaw }
        guard let seq = read.seq, let uid = read.uid, let type = read.type, let version = read.shapeVersion,
            let at = read.at
        else { throw HeadReading.unreadable("\(read.missing) is missing or no plain value of its kind") }
        self.seq = seq
        self.uid = uid
        self.type = type
        shapeVersion = version
        self.at = at
    }

    /// The type under which an event is held that ``init(_:)`` refuses; no branch writes it.
    package static let unreadableType = "unreadable"

    /// What is still known of an event that ``init(_:)`` refuses, so that it can be held as the bytes that it is: the
    /// uid, without which there is no chain, and its time. The version is 0.
    /// - Parameter seq: its place in the frame.
    /// - Returns: nil without one plain uid before the fault, or when the body has another number.
    package init?(salvaging body: [UInt8], at seq: Int64) {
        let read = body.withUnsafeBufferPointer { HeadReading($0) }
        guard let uid = read.uid, !read.hasUIDTwice, read.seq ?? seq == seq else { return nil }
        self.seq = seq
        self.uid = uid
        type = Self.unreadableType
        shapeVersion = 0
        at = uid.milliseconds ?? 0
    }
}

/// The members as far as they have been found.
private struct HeadReading {
    var seq: Int64?
    var uid: EventUID?
    var type: String?
    var shapeVersion: Int?
    var at: Int64?
    /// Why the body is refused whatever else was found before; nil when it is JSON and no member comes twice.
    private(set) var flaw: FrameError?
    private(set) var hasUIDTwice = false
    /// One bit for each member whose key has come.
    private var seen: UInt8 = 0
    private var comesTwice: Member?

    private enum Member: UInt8 {
        case seq, uid, event, tv, at

        init?(_ key: UnsafeBufferPointer<UInt8>) {
            if key.elementsEqual("seq".utf8) {
                self = .seq
            } else if key.elementsEqual("uid".utf8) {
                self = .uid
            } else if key.elementsEqual("event".utf8) {
                self = .event
            } else if key.elementsEqual("tv".utf8) {
                self = .tv
            } else if key.elementsEqual("at".utf8) {
                self = .at
            } else {
                return nil
            }
        }
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var parser = JSONParser(bytes: bytes)
        do throws(JSONSyntaxError) {
            try parser.members { key, parser throws(JSONSyntaxError) in
                // No key that head office wants is longer, and most others are.
                guard key.count <= 5, let member = Member(key) else { return false }
                return try take(member, &parser)
            }
        } catch {
            flaw = Self.unreadable("\(error)")
        }
        if flaw == nil, let comesTwice { flaw = Self.unreadable("\(comesTwice) comes twice") }
    }

    static func unreadable(_ why: String) -> FrameError { FrameError("an event that can't be read: \(why)") }

    var missing: String {
        if seq == nil { return "seq" }
        if uid == nil { return "uid" }
        if type == nil { return "event" }
        return shapeVersion == nil ? "tv" : "at"
    }

    private mutating func take(_ member: Member, _ parser: inout JSONParser) throws(JSONSyntaxError) -> Bool {
        let bit: UInt8 = 1 << member.rawValue
        if seen & bit != 0 {
            comesTwice = member
            if member == .uid { hasUIDTwice = true }
        }
        seen |= bit
        switch member {
        case .seq, .tv: return try takeNumber(member, &parser)
        case .uid, .event, .at: return try takeText(member, &parser)
        }
    }

    private mutating func takeNumber(_ member: Member, _ parser: inout JSONParser) throws(JSONSyntaxError) -> Bool {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(try parser.byte()) else { return false }
        guard case .integer(let number) = try parser.number(), number > 0 else { return true }
        if member == .seq {
            seq = number
        } else if number <= Int64(Int16.max) {
            shapeVersion = Int(number)
        }
        return true
    }

    private mutating func takeText(_ member: Member, _ parser: inout JSONParser) throws(JSONSyntaxError) -> Bool {
        guard try parser.byte() == UInt8(ascii: "\"") else { return false }
        guard let bytes = try parser.plainString(), (1...64).contains(bytes.count) else { return true }
        let text = String(decoding: bytes, as: UTF8.self)
        switch member {
        case .uid: uid = bytes.count == 26 ? EventUID(text: text) : nil
        case .event: type = text
        default: at = UTCText.milliseconds(text)
        }
        return true
    }
}
