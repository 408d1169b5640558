import CHiredis
package import NIOCore

/// Turns bytes into replies with hiredis' parser, within the bounds of ``RedisLimits``. Confined to one task or loop.
package final class ReplyReader {
    /// One reply, and what it took.
    package struct Reply {
        package var value: RedisValue
        /// Bytes as they came.
        package var bytes: Int
        /// Values, with arrays and what stands in them.
        package var elements: Int
    }

    /// What a read brought: whole replies, and why there will be no more.
    package struct Outcome {
        /// In the order in which they came.
        package var replies: [Reply] = []
        /// Set when the bytes are no replies or go beyond a bound. The reader is of no use then.
        package var violation: String?

        /// Nothing so far.
        package init() {}
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let builder: ReplyBuilder
    private let byteBound: Int
    /// Bytes handed to the parser so far, and where the reply that is being read began among them.
    private var fed = 0
    private var start = 0
    private var violation: String?

    /// - Parameters:
    ///   - byteBound: bytes of one reply.
    ///   - elementBound: values of one reply.
    package init(byteBound: Int = RedisLimits.replyBytes, elementBound: Int = RedisLimits.replyElements) {
        self.byteBound = byteBound
        builder = ReplyBuilder(elementBound: elementBound)
        functions = .allocate(capacity: 1)
        functions.initialize(to: ReplyBuilder.makeFunctions())
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            preconditionFailure("There is no memory for a parser of a few hundred bytes.")
        }
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
        reader.pointee.maxbuf = RedisLimits.idleParserBytes
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        functions.deinitialize(count: 1)
        functions.deallocate()
    }

    /// Takes bytes as they arrive, in parts of any length. After a violation everything is refused.
    package func read(_ bytes: ByteBuffer) -> Outcome {
        var outcome = Outcome()
        var rest = bytes
        while violation == nil, let part = rest.readSlice(length: min(rest.readableBytes, RedisLimits.feedBytes)),
            part.readableBytes > 0
        {
            take(part, into: &outcome)
        }
        outcome.violation = violation
        return outcome
    }

    private func take(_ part: ByteBuffer, into outcome: inout Outcome) {
        let status = part.withUnsafeReadableBytes { bytes in
            redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard status == REDIS_OK else {
            violation = parserError
            return
        }
        fed += part.readableBytes
        while true {
            var made: UnsafeMutableRawPointer?
            guard redisReaderGetReply(reader, &made) == REDIS_OK else {
                violation = builder.refusal ?? parserError
                return
            }
            guard made != nil, let (value, elements) = builder.take() else { break }
            let end = fed - unread
            guard end - start <= byteBound else {
                violation = "a reply of more than \(byteBound) bytes"
                return
            }
            outcome.replies.append(Reply(value: value, bytes: end - start, elements: elements))
            start = end
        }
        violation = violationOfUnfinished()
    }

    /// Bytes that the parser holds and has not parsed.
    private var unread: Int { reader.pointee.len - reader.pointee.pos }

    private var parserError: String {
        withUnsafeBytes(of: reader.pointee.errstr) { raw in
            String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// hiredis waits for any length that a server announces; this looks at what it waits for.
    private func violationOfUnfinished() -> String? {
        guard fed - start <= byteBound else { return "a reply of more than \(byteBound) bytes" }
        let task = Int(reader.pointee.ridx)
        guard unread > 0, task >= 0, let buffer = reader.pointee.buf else { return nil }
        let type = withUnsafeBytes(of: reader.pointee.rstack) { raw in
            let tasks = raw.bindMemory(to: redisReadTask.self)
            return task < tasks.count ? tasks[task].type : -1
        }
        guard type == REDIS_REPLY_STRING else {
            return unread > RedisLimits.lineBytes ? "a line of more than \(RedisLimits.lineBytes) bytes" : nil
        }
        let item = UnsafeRawBufferPointer(start: buffer + reader.pointee.pos, count: unread)
        let length = item.prefix(RedisLimits.lengthBytes + 1).prefix { $0 != UInt8(ascii: "\r") }
        guard length.count <= RedisLimits.lengthBytes else { return "a string's length of many digits" }
        // Without the end of the line the number may go on.
        guard length.count < unread, let bytes = Int(String(decoding: length, as: UTF8.self)) else { return nil }
        return bytes > byteBound ? "a string of \(bytes) bytes; \(byteBound) are allowed" : nil
    }
}
