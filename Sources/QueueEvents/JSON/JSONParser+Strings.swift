extension JSONParser {
    /// Reads a string from behind its opening quote to behind its closing one.
    ///
    /// Text without escapes, which is nearly all, becomes a `String` in one copy.
    mutating func string() throws(JSONSyntaxError) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            try skipScalar(byte)
        }
        throw error(.unexpectedEnd)
    }

    /// Goes on with a string at its first backslash; the text before it begins at `start`.
    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var text: [UInt8] = []
        var runStart = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                text.append(contentsOf: bytes[runStart..<position])
                position += 1
                return String(decoding: text, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: bytes[runStart..<position])
                try escape(into: &text)
                runStart = position
            } else {
                try skipScalar(byte)
            }
        }
        throw error(.unexpectedEnd)
    }

    mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        let start = position
        position += 1
        let letter = try byte()
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar(from: start)
            guard scalar.value != 0 else { throw error(.nullCharacter, at: start) }
            text.append(contentsOf: scalar.utf8)
        default: throw error(.invalidEscape, at: start)
        }
    }

    /// Reads the four digits behind `\u`, and the second half of a surrogate pair.
    private mutating func escapedScalar(from start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try fourDigits(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw error(.loneSurrogate, at: start) }
        position += 2
        let low = try fourDigits(from: start)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF))
        else { throw error(.loneSurrogate, at: start) }
        return scalar
    }

    private mutating func fourDigits(from start: Int) throws(JSONSyntaxError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let digit = try byte()
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            default: throw error(.invalidEscape, at: start)
            }
            unit = unit << 4 | UInt32(value)
            position += 1
        }
        return unit
    }

    /// Steps over one character that stands for itself, `first` being its first byte.
    ///
    /// The allowed ranges are table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing beyond
    /// U+10FFFF.
    mutating func skipScalar(_ first: UInt8) throws(JSONSyntaxError) {
        switch first {
        case 0x20...0x7F:
            position += 1
        case 0x00..<0x20:
            throw error(.controlCharacter(first))
        case 0xC2...0xDF:
            try skipTrail(0x80...0xBF, more: 0)
        case 0xE0:
            try skipTrail(0xA0...0xBF, more: 1)
        case 0xE1...0xEC, 0xEE...0xEF:
            try skipTrail(0x80...0xBF, more: 1)
        case 0xED:
            try skipTrail(0x80...0x9F, more: 1)
        case 0xF0:
            try skipTrail(0x90...0xBF, more: 2)
        case 0xF1...0xF3:
            try skipTrail(0x80...0xBF, more: 2)
        case 0xF4:
            try skipTrail(0x80...0x8F, more: 2)
        default:
            throw error(.invalidUTF8)
        }
    }

    private mutating func skipTrail(_ second: ClosedRange<UInt8>, more: Int) throws(JSONSyntaxError) {
        guard position + 1 + more < bytes.count else { throw error(.invalidUTF8) }
        guard second.contains(bytes[position + 1]) else { throw error(.invalidUTF8) }
        for index in 0..<more where bytes[position + 2 + index] & 0xC0 != 0x80 { throw error(.invalidUTF8) }
        position += 2 + more
    }
}
