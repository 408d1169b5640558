package import NIOCore

/// One command, its name first. Building it checks nothing; sending it checks the bounds of ``RedisLimits``.
package struct RedisCommand: Sendable, Equatable {
    /// The name and what follows it; never empty.
    package private(set) var arguments: [RedisArgument]

    /// - Parameter arguments: what follows the name; none by default.
    package init(_ name: String, _ arguments: [RedisArgument] = []) {
        self.arguments = [RedisArgument(name)] + arguments
    }

    /// Adds an argument at the end.
    package mutating func append(_ argument: RedisArgument) { arguments.append(argument) }

    /// The command's name, for messages.
    package var name: String { String(decoding: arguments[0].bytes, as: UTF8.self) }

    /// Bytes of the command as it is sent: an array of bulk strings.
    package var encodedBytes: Int {
        arguments.reduce(Self.headBytes(arguments.count)) { sum, argument in
            sum + Self.headBytes(argument.bytes.count) + argument.bytes.count + 2
        }
    }

    /// Writes the command as the server reads it.
    package func encode(into buffer: inout ByteBuffer) {
        Self.writeHead(UInt8(ascii: "*"), arguments.count, into: &buffer)
        for argument in arguments {
            Self.writeHead(UInt8(ascii: "$"), argument.bytes.count, into: &buffer)
            buffer.writeBytes(argument.bytes)
            buffer.writeStaticString("\r\n")
        }
    }

    /// Bytes of a marker, a count and the end of the line.
    private static func headBytes(_ count: Int) -> Int {
        var digits = 1
        var rest = count / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        return digits + 3
    }

    private static func writeHead(_ marker: UInt8, _ count: Int, into buffer: inout ByteBuffer) {
        buffer.writeInteger(marker)
        buffer.writeString(String(count))
        buffer.writeStaticString("\r\n")
    }
}

extension RedisCommand {
    /// Encodes commands into one buffer, so that they go out in one write.
    /// - Throws: ``RedisError/notSent(_:)`` when one of them or their number is beyond its bound.
    static func encode(_ commands: [RedisCommand]) throws(RedisError) -> ByteBuffer {
        guard commands.count <= RedisLimits.pipeline else {
            throw .notSent("\(commands.count) commands in one pipeline; \(RedisLimits.pipeline) are allowed")
        }
        var bytes = 0
        for command in commands {
            guard command.arguments.count <= RedisLimits.commandArguments else {
                throw .notSent(
                    "\(command.name) has \(command.arguments.count) arguments; "
                        + "\(RedisLimits.commandArguments) are allowed")
            }
            let size = command.encodedBytes
            guard size <= RedisLimits.commandBytes else {
                throw .notSent("\(command.name) has \(size) bytes; \(RedisLimits.commandBytes) are allowed")
            }
            bytes += size
        }
        guard bytes <= RedisLimits.outstandingBytes else {
            throw .notSent("\(bytes) bytes in one pipeline; \(RedisLimits.outstandingBytes) are allowed")
        }
        var buffer = ByteBufferAllocator().buffer(capacity: bytes)
        for command in commands { command.encode(into: &buffer) }
        return buffer
    }
}
