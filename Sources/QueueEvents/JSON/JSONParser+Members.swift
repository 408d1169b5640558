/// Walking over an object without building it, for readers that want a few members of many objects.
extension JSONParser {
    /// Steps over the one value of the text, an object, and shows each of its own members.
    ///
    /// Everything is checked as in ``document()`` but that keys are not compared with each other: a reader sees for
    /// itself whether one that it wants comes twice.
    /// - Parameter visit: gets the bytes of a member's key between its quotes, escapes included, and the parser at its
    ///   value; takes the value and returns true, or leaves the parser where it is and returns false.
    mutating func members(
        _ visit: (_ key: UnsafeBufferPointer<UInt8>, inout JSONParser) throws(JSONSyntaxError) -> Bool
    ) throws(JSONSyntaxError) {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { throw error(.byteOrderMark) }
        skipSpace()
        guard try byte() == UInt8(ascii: "{") else { throw error(.unexpectedByte(try byte())) }
        try skipObject(depth: 1, visit)
        skipSpace()
        guard position == bytes.count else { throw error(.trailingBytes) }
    }

    /// Steps over a string and returns what stands between its quotes, nil when there are escapes in it.
    mutating func plainString() throws(JSONSyntaxError) -> UnsafeBufferPointer<UInt8>? {
        let start = position + 1
        let isPlain = try skipString()
        return isPlain ? UnsafeBufferPointer(rebasing: bytes[start..<position - 1]) : nil
    }

    private mutating func skipValue(depth: Int) throws(JSONSyntaxError) {
        switch try byte() {
        case UInt8(ascii: "\""): _ = try skipString()
        case UInt8(ascii: "{"): try skipObject(depth: depth + 1) { _, _ in false }
        case UInt8(ascii: "["): try skipArray(depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case let other: throw error(.unexpectedByte(other))
        }
    }

    private mutating func skipObject(
        depth: Int, _ visit: (UnsafeBufferPointer<UInt8>, inout JSONParser) throws(JSONSyntaxError) -> Bool
    ) throws(JSONSyntaxError) {
        guard depth <= JSONLimits.depth else { throw error(.tooDeep) }
        position += 1
        skipSpace()
        if try byte() == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            let start = position + 1
            _ = try skipString()
            let key = UnsafeBufferPointer(rebasing: bytes[start..<position - 1])
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            if try !visit(key, &self) { try skipValue(depth: depth) }
            skipSpace()
            if try byte() == UInt8(ascii: "}") {
                position += 1
                return
            }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    private mutating func skipArray(depth: Int) throws(JSONSyntaxError) {
        guard depth <= JSONLimits.depth else { throw error(.tooDeep) }
        position += 1
        skipSpace()
        if try byte() == UInt8(ascii: "]") {
            position += 1
            return
        }
        while true {
            try skipValue(depth: depth)
            skipSpace()
            if try byte() == UInt8(ascii: "]") {
                position += 1
                return
            }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    /// Returns whether the string had no escapes.
    private mutating func skipString() throws(JSONSyntaxError) -> Bool {
        try expect(UInt8(ascii: "\""))
        var isPlain = true
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return isPlain
            }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                var text: [UInt8] = []
                try escape(into: &text)
            } else {
                try skipScalar(byte)
            }
        }
        throw error(.unexpectedEnd)
    }
}
