extension JSONParser {
    /// Reads a number. It is an integer if its value is whole and its digits fit in 64 bits, however it is written.
    mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        var decimal = Decimal()
        if bytes[position] == UInt8(ascii: "-") {
            decimal.isNegative = true
            position += 1
        }
        let first = try byte()
        guard Self.isDigit(first) else { throw error(.malformedNumber, at: start) }
        takeDigits(into: &decimal)
        if first == UInt8(ascii: "0"), position - start > (decimal.isNegative ? 2 : 1) {
            throw error(.malformedNumber, at: start)
        }
        var isWrittenWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isWrittenWhole = false
            position += 1
            let fractionStart = position
            takeDigits(into: &decimal)
            guard position > fractionStart else { throw error(.malformedNumber, at: start) }
            decimal.exponent = fractionStart - position
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWrittenWhole = false
            decimal.exponent += try exponent(from: start)
        }
        guard position - start <= JSONLimits.numberBytes else { throw error(.numberOutOfRange, at: start) }
        if let integer = decimal.integer { return .integer(integer) }
        return .number(try double(from: start, isWrittenWhole: isWrittenWhole))
    }

    private mutating func takeDigits(into decimal: inout Decimal) {
        while position < bytes.count, Self.isDigit(bytes[position]) {
            decimal.append(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
    }

    private mutating func exponent(from start: Int) throws(JSONSyntaxError) -> Int {
        position += 1
        var sign = 1
        switch try byte() {
        case UInt8(ascii: "-"):
            sign = -1
            position += 1
        case UInt8(ascii: "+"):
            position += 1
        default:
            break
        }
        let digitsStart = position
        var magnitude = 0
        while position < bytes.count, Self.isDigit(bytes[position]) {
            // Beyond this the exponent decides alone, and it must not overflow.
            magnitude = min(magnitude * 10 + Int(bytes[position] - UInt8(ascii: "0")), 100_000)
            position += 1
        }
        guard position > digitsStart else {
            throw error(position < bytes.count ? .malformedNumber : .unexpectedEnd, at: start)
        }
        return sign * magnitude
    }

    /// The nearest double; an integer that no double holds exactly is refused rather than changed.
    private func double(from start: Int, isWrittenWhole: Bool) throws(JSONSyntaxError) -> Double {
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        if isWrittenWhole {
            guard let exact = Int128(text).flatMap({ Double(exactly: $0) }) else {
                throw error(.numberOutOfRange, at: start)
            }
            return exact
        }
        guard let double = Double(text), double.isFinite else { throw error(.numberOutOfRange, at: start) }
        return double
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}

/// A number as it is written: ±significand × 10^exponent.
private struct Decimal {
    var isNegative = false
    var exponent = 0
    private var significand: UInt64 = 0
    private var isTooLong = false

    mutating func append(_ digit: UInt8) {
        let (shifted, overflow) = significand.multipliedReportingOverflow(by: 10)
        let (sum, overflowSum) = shifted.addingReportingOverflow(UInt64(digit))
        if overflow || overflowSum { isTooLong = true }
        significand = sum
    }

    /// The value, if it is whole and fits.
    var integer: Int64? {
        guard !isTooLong else { return nil }
        if significand == 0 { return 0 }
        var magnitude = significand
        var exponent = exponent
        while exponent < 0 {
            guard magnitude.isMultiple(of: 10) else { return nil }
            magnitude /= 10
            exponent += 1
        }
        while exponent > 0 {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            magnitude = product
            exponent -= 1
        }
        if isNegative {
            let limit = Int64.min.magnitude
            return magnitude > limit ? nil : Int64(truncatingIfNeeded: 0 &- magnitude)
        }
        return Int64(exactly: magnitude)
    }
}
