package import NIOCore

/// Cuts HTTP/1.1 answers out of a byte stream (RFC 9112). A value: it holds what it has seen of one answer, the caller
/// keeps the bytes. Strict where a server's mistake would hide: an answer must have a length, be chunked, or end with
/// the connection.
package struct HTTPAnswerParser: Sendable {
    private enum Stage {
        case head
        case length(Head, Int)
        case chunks(Head)
        case untilClose(Head)
    }

    private struct Head {
        var status: Int
        var bytes: ByteBuffer
        var closes: Bool
    }

    private var stage = Stage.head
    private var chunks = ByteBuffer()

    package init() {}

    /// The next whole answer, or nil when more bytes are needed. Interim answers (1xx but 101) are skipped.
    /// - Parameters:
    ///   - bodiless: true for the answer to HEAD.
    ///   - ended: true when the peer has closed, which completes an answer without a length.
    /// - Throws: ``ConnectionFailure/malformed(reason:)``.
    package mutating func next(
        _ buffer: inout ByteBuffer, bodiless: Bool = false, ended: Bool = false
    ) throws(ConnectionFailure) -> HTTPAnswer? {
        while true {
            switch stage {
            case .head:
                guard let (head, framing) = try Self.cutHead(&buffer) else { return nil }
                if (100..<200).contains(head.status), head.status != 101 { continue }
                stage = try Self.stage(after: head, framing: framing, bodiless: bodiless)
            case .length(let head, let length):
                guard let body = buffer.readSlice(length: length) else { return nil }
                stage = .head
                return HTTPAnswer(status: head.status, head: head.bytes, body: body, closes: head.closes)
            case .chunks(let head):
                guard try readChunk(&buffer) else { return nil }
                guard chunksEnded else { continue }
                defer {
                    chunks = ByteBuffer()
                    chunksEnded = false
                }
                stage = .head
                return HTTPAnswer(status: head.status, head: head.bytes, body: chunks, closes: head.closes)
            case .untilClose(let head):
                guard ended else { return nil }
                stage = .head
                let body = buffer.readSlice(length: buffer.readableBytes) ?? ByteBuffer()
                return HTTPAnswer(status: head.status, head: head.bytes, body: body, closes: true)
            }
        }
    }

    private var chunksEnded = false

    private enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    private static func stage(
        after head: Head, framing: Framing, bodiless: Bool
    ) throws(ConnectionFailure) -> Stage {
        if bodiless || head.status == 204 || head.status == 304 || head.status == 101 { return .length(head, 0) }
        switch framing {
        case .length(let length):
            guard length <= Limits.answerBodyBytes else { throw .malformed(reason: "a body of \(length) bytes") }
            return .length(head, length)
        case .chunked: return .chunks(head)
        case .none:
            guard head.closes else { throw .malformed(reason: "an answer with neither length nor close") }
            return .untilClose(head)
        }
    }

    /// Takes the bytes up to and with the empty line.
    private static func cutHead(_ buffer: inout ByteBuffer) throws(ConnectionFailure) -> (Head, Framing)? {
        guard let length = headLength(buffer) else {
            guard buffer.readableBytes <= Limits.answerHeadBytes else {
                throw .malformed(reason: "header fields without an end")
            }
            return nil
        }
        guard let bytes = buffer.readSlice(length: length) else { return nil }
        let scanned = bytes.withUnsafeReadableBytes { scan($0) }
        guard let scanned else {
            throw .malformed(reason: "no status line: \(String(buffer: bytes).prefix(80))")
        }
        return (Head(status: scanned.status, bytes: bytes, closes: scanned.closes), scanned.framing)
    }

    private static func headLength(_ buffer: ByteBuffer) -> Int? {
        buffer.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 4 else { return nil }
            var at = 3
            while at < bytes.count {
                // Looking at every byte's place in CR LF CR LF lets the scan leap where none of them stands.
                switch bytes[at] {
                case 0x0A:
                    if bytes[at - 1] == 0x0D, bytes[at - 2] == 0x0A, bytes[at - 3] == 0x0D { return at + 1 }
                    at += 1
                case 0x0D: at += 1
                default: at += 4
                }
            }
            return nil
        }
    }

    private static func scan(
        _ bytes: UnsafeRawBufferPointer
    ) -> (status: Int, framing: Framing, closes: Bool)? {
        guard bytes.count > 12, bytes.starts(with: "HTTP/1.".utf8), bytes[8] == 0x20 else { return nil }
        var status = 0
        for byte in bytes[9..<12] {
            guard (0x30...0x39).contains(byte) else { return nil }
            status = status * 10 + Int(byte - 0x30)
        }
        var framing = Framing.none
        var closes = bytes[7] == 0x30
        var start = 12
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = bytes[start..<end]
            start = end + 1
            guard let first = line.first else { continue }
            // Only three fields matter here, and they begin with C or T.
            switch first | 0x20 {
            case 0x63:
                if let value = value(of: "content-length", in: line) {
                    guard let length = Int(value), length >= 0 else { return nil }
                    framing = .length(length)
                } else if let value = value(of: "connection", in: line) {
                    closes = value.lowercased() == "close"
                }
            case 0x74:
                if value(of: "transfer-encoding", in: line)?.lowercased() == "chunked" { framing = .chunked }
            default: break
            }
        }
        return (status, framing, closes)
    }

    /// The trimmed value when the line is a field of that (lower case) name.
    private static func value(of name: StaticString, in line: Slice<UnsafeRawBufferPointer>) -> String? {
        let length = name.utf8CodeUnitCount
        guard line.count > length, line[line.startIndex + length] == 0x3A else { return nil }
        for offset in 0..<length where line[line.startIndex + offset] | 0x20 != name.utf8Start[offset] | 0x20 {
            return nil
        }
        let value = line[(line.startIndex + length + 1)...]
        let trimmed = value.drop { $0 == 0x20 || $0 == 0x09 }
        return String(decoding: trimmed, as: UTF8.self).trimmingSuffix { $0 == "\r" || $0 == " " }
    }

    /// Moves one chunk from the buffer; false when it is not whole yet. The last chunk sets `chunksEnded`.
    private mutating func readChunk(_ buffer: inout ByteBuffer) throws(ConnectionFailure) -> Bool {
        let view = buffer.readableBytesView
        guard let lineEnd = view.firstIndex(of: 0x0A) else { return false }
        let digits = view[..<lineEnd].prefix { $0 != 0x3B && $0 != 0x0D }
        guard let length = Int(String(decoding: digits, as: UTF8.self), radix: 16), length >= 0,
            length + chunks.readableBytes <= Limits.answerBodyBytes
        else { throw .malformed(reason: "a chunk without a valid length") }
        let lineLength = lineEnd - view.startIndex + 1
        guard buffer.readableBytes >= lineLength + length + 2 else { return false }
        buffer.moveReaderIndex(forwardBy: lineLength)
        if var part = buffer.readSlice(length: length) { chunks.writeBuffer(&part) }
        guard buffer.readString(length: 2) == "\r\n" else {
            throw .malformed(reason: "a chunk that does not end with CRLF")
        }
        chunksEnded = length == 0
        return true
    }
}

extension String {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        var end = endIndex
        while end > startIndex, matches(self[index(before: end)]) { end = index(before: end) }
        return String(self[..<end])
    }
}
