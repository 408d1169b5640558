package import NIOCore

/// One HTTP answer as it came over the wire. Header fields are cut out only when somebody asks, because the load
/// generator reads thousands a second and asks for none.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// The status line and the header fields, each with its CRLF.
    package let head: ByteBuffer
    package let body: ByteBuffer
    /// True when the server said that it closes the connection after this answer.
    package let closes: Bool

    /// The header fields in the order in which they came, names as sent.
    package var fields: [(name: String, value: String)] {
        String(buffer: head).split(separator: "\r\n").dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return (String(line[..<colon]), String(value))
        }
    }

    /// The first field of that name, compared without regard to case.
    package func field(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// The body as text.
    package var text: String { String(buffer: body) }

    /// The body as JSON; null when the body is empty.
    /// - Throws: ``ConnectionFailure/malformed(reason:)``.
    package func json() throws(ConnectionFailure) -> JSON {
        guard body.readableBytes > 0 else { return .null }
        return try JSON(parsing: body.readableBytesView)
    }

    /// The stable `code` of a problem+json body, nil for any other body.
    package var problemCode: String? {
        guard field("Content-Type")?.hasPrefix("application/problem+json") == true else { return nil }
        // A body that is no JSON has no code, which is what nil says.
        return try? json()["code"].text
    }
}
