import NIOCore

/// The commands that were sent and not answered, oldest first: which reply belongs to whom, and how much may wait.
/// A value without I/O or clock. Redis answers in the order of the commands, so the order is all that is needed.
package struct OutstandingReplies<Caller> {
    /// What a reply leads to.
    package enum Step {
        /// The caller's other commands are not answered yet.
        case wait
        /// All commands of the caller are answered.
        case answer(Caller, [RedisValue])
        /// There is no command that this could answer, or too much has come.
        case violation(String)
    }

    private struct Batch {
        var caller: Caller
        var commands: Int
        var bytes: Int
        var values: [RedisValue] = []
        var replyBytes = 0
        var replyElements = 0
    }

    private var batches = CircularBuffer<Batch>()
    private var commands = 0
    private var bytes = 0

    package init() {}

    /// True when every command is answered.
    package var isEmpty: Bool { batches.isEmpty }

    /// Takes note of a caller's commands, which must be written next.
    /// - Returns: why they must not be written, nil when they may.
    package mutating func admit(_ caller: Caller, commands count: Int, bytes size: Int) -> RedisError? {
        precondition(count > 0, "A caller without commands waits for nothing.")
        guard commands + count <= RedisLimits.outstandingCommands else {
            return .notSent("\(commands) commands are not answered yet; \(RedisLimits.outstandingCommands) are allowed")
        }
        guard bytes + size <= RedisLimits.outstandingBytes else {
            return .notSent("\(bytes) bytes are not answered yet; \(RedisLimits.outstandingBytes) are allowed")
        }
        commands += count
        bytes += size
        batches.append(Batch(caller: caller, commands: count, bytes: size))
        return nil
    }

    /// Gives a reply to the oldest command that has none.
    /// - Parameters:
    ///   - size: its bytes.
    ///   - elements: its values, with arrays and what stands in them.
    package mutating func receive(_ value: RedisValue, bytes size: Int, elements: Int = 1) -> Step {
        guard !batches.isEmpty else {
            // A server says so before it closes, as when it has too many clients.
            if case .error(let error) = value { return .violation(error.message) }
            return .violation("a reply without a command")
        }
        let first = batches.startIndex
        batches[first].values.append(value)
        batches[first].replyBytes += size
        batches[first].replyElements += elements
        guard batches[first].replyBytes <= RedisLimits.replyBytes else {
            return .violation("replies of more than \(RedisLimits.replyBytes) bytes to one pipeline")
        }
        guard batches[first].replyElements <= RedisLimits.replyElements else {
            return .violation("replies of more than \(RedisLimits.replyElements) values to one pipeline")
        }
        guard batches[first].values.count == batches[first].commands else { return .wait }
        let batch = batches.removeFirst()
        commands -= batch.commands
        bytes -= batch.bytes
        return .answer(batch.caller, batch.values)
    }

    /// Gives up: everybody who still waits, oldest first.
    package mutating func removeAll() -> [Caller] {
        defer { self = OutstandingReplies() }
        return batches.map(\.caller)
    }
}
