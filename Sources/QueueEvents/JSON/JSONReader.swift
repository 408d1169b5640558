/// Reads JSON strictly by RFC 8259 over UTF-8.
///
/// Refused, where other readers differ: a byte order mark, trailing commas, leading zeros, a key twice in an object,
/// invalid UTF-8, lone surrogates, U+0000 in text, numbers that would lose their value, nesting beyond
/// ``JSONLimits/depth``. What is accepted means the same to every other reader.
package enum JSONReader {
    /// Reads the one value of the text.
    ///
    /// - Throws: ``JSONSyntaxError`` with the offset of the fault.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }

    /// Reads the one value of the text.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> JSONValue {
        try parse(bytes.assumingMemoryBound(to: UInt8.self))
    }

    /// Reads the one value of the text, without a copy where the collection lies in one piece.
    package static func parse(_ bytes: some Collection<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        let inPlace = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(JSONSyntaxError) in try parse(buffer) }
        }
        if let inPlace { return try inPlace.get() }
        return try Array(bytes).withUnsafeBufferPointer { buffer throws(JSONSyntaxError) in try parse(buffer) }
    }
}

/// Walks over the bytes once. Every access to `bytes` is behind a comparison with `bytes.count`.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { throw error(.byteOrderMark) }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        switch try byte() {
        case UInt8(ascii: "\""):
            position += 1
            return .string(try string())
        case UInt8(ascii: "{"):
            return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["):
            return .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number()
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case let other:
            throw error(.unexpectedByte(other))
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        guard depth <= JSONLimits.depth else { throw error(.tooDeep) }
        position += 1
        var object = JSONObject()
        var keys: Set<String> = []
        skipSpace()
        if try byte() == UInt8(ascii: "}") {
            position += 1
            return object
        }
        while true {
            let start = position
            try expect(UInt8(ascii: "\""))
            let key = try string()
            guard isNew(key, in: object, &keys) else { throw error(.duplicateKey(key), at: start) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            object.append(key, try value(depth: depth))
            skipSpace()
            if try byte() == UInt8(ascii: "}") {
                position += 1
                return object
            }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    /// Small objects compare their keys. Large ones hash them, so that a body full of keys isn't quadratic.
    private func isNew(_ key: String, in object: JSONObject, _ keys: inout Set<String>) -> Bool {
        guard object.members.count >= JSONLimits.comparedKeys else { return object[key] == nil }
        if keys.isEmpty { keys = Set(object.members.map(\.key)) }
        return keys.insert(key).inserted
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        guard depth <= JSONLimits.depth else { throw error(.tooDeep) }
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if try byte() == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if try byte() == UInt8(ascii: "]") {
                position += 1
                return elements
            }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    mutating func word(_ word: StaticString) throws(JSONSyntaxError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count else { throw error(.unexpectedEnd) }
            guard bytes[position] == word.utf8Start[index] else { throw error(.unexpectedByte(bytes[position])) }
            position += 1
        }
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func expect(_ wanted: UInt8) throws(JSONSyntaxError) {
        let found = try byte()
        guard found == wanted else { throw error(.unexpectedByte(found)) }
        position += 1
    }

    /// The byte at the position, which stays.
    func byte() throws(JSONSyntaxError) -> UInt8 {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[position]
    }

    func error(_ code: JSONSyntaxError.Code, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(code: code, offset: offset ?? position)
    }
}
