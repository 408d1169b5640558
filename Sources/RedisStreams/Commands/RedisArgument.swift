/// One argument of a command: text, bytes or a whole number. It is sent as a counted string, so every byte is allowed.
package struct RedisArgument: Sendable, Equatable {
    /// As it is sent.
    package let bytes: [UInt8]

    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init(_ number: some FixedWidthInteger) { bytes = Array(String(number).utf8) }
}

extension RedisArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self.init(value) }

    package init(integerLiteral value: Int64) { self.init(value) }
}
