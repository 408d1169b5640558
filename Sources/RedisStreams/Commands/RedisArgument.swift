/// One argument of a command: text, bytes or a whole number. It is sent as a counted string, so every byte is allowed.
package struct RedisArgument: Sendable, Equatable {
    /// As it is sent.
    package let bytes: [UInt8]

    /// Text as UTF-8.
    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// Bytes as they are.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A whole number in decimal digits.
    package init(_ number: some FixedWidthInteger) { bytes = Array(String(number).utf8) }
}

extension RedisArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    /// Text that stands in the code, with what it interpolates.
    package init(stringLiteral value: String) { self.init(value) }

    /// A number that stands in the code.
    package init(integerLiteral value: Int64) { self.init(value) }
}
