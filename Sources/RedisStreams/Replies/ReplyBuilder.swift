import CHiredis

/// Puts the values that hiredis finds together into a reply, and stops it where a bound is met.
///
/// hiredis' own objects would reserve a whole array as soon as its length is read, which lets a server that sends a
/// few bytes claim gigabytes. Here an array grows with what arrives.
final class ReplyBuilder {
    private struct OpenArray {
        var expected: Int
        var values: [RedisValue] = []
    }

    private let elementBound: Int
    private var open: [OpenArray] = []
    private var elements = 0
    private var whole: RedisValue?
    /// Why the reply was refused; hiredis itself only knows that it got no object.
    private(set) var refusal: String?

    init(elementBound: Int) { self.elementBound = elementBound }

    /// The reply that is whole now, and of how many values it is made.
    func take() -> (value: RedisValue, elements: Int)? {
        defer { elements = 0 }
        return whole.take().map { ($0, elements) }
    }

    /// The functions that hiredis calls while it parses. Each returns nil to stop it, and otherwise a pointer that
    /// only means "made": the values are kept here.
    static func makeFunctions() -> redisReplyObjectFunctions {
        redisReplyObjectFunctions(
            createString: { task, text, length in
                ReplyBuilder.make(task) { builder, type in builder.addString(type, text, length) }
            },
            createArray: { task, count in ReplyBuilder.make(task) { builder, _ in builder.openArray(Int(count)) } },
            createInteger: { task, number in
                ReplyBuilder.make(task) { builder, _ in builder.add(.integer(Int64(number))) }
            },
            createNil: { task in ReplyBuilder.make(task) { builder, _ in builder.add(.null) } },
            freeObject: { _ in })
    }

    private static func make(
        _ task: UnsafePointer<redisReadTask>?, _ body: (ReplyBuilder, Int32) -> Bool
    ) -> UnsafeMutableRawPointer? {
        guard let task, let place = task.pointee.privdata else { return nil }
        let builder = Unmanaged<ReplyBuilder>.fromOpaque(place).takeUnretainedValue()
        return body(builder, task.pointee.type) ? UnsafeMutableRawPointer(bitPattern: 1) : nil
    }

    private func addString(_ type: Int32, _ text: UnsafeMutablePointer<CChar>?, _ length: Int) -> Bool {
        let raw = UnsafeRawBufferPointer(start: text, count: length)
        switch type {
        case REDIS_REPLY_STATUS: return add(.simple(String(decoding: raw, as: UTF8.self)))
        case REDIS_REPLY_ERROR:
            let message = String(decoding: raw.prefix(RedisLimits.errorTextBytes), as: UTF8.self)
            return add(.error(RedisServerError(message: message)))
        default:
            // hiredis calls only when the two bytes behind the string are here, and does not look at them.
            guard let text, text[length] == 13, text[length + 1] == 10 else {
                return refuse("a string is longer than its length says")
            }
            return add(.bulk(Array(raw)))
        }
    }

    private func openArray(_ count: Int) -> Bool {
        guard count <= elementBound - elements else {
            return refuse("a reply of more than \(elementBound) values")
        }
        guard open.count < RedisLimits.replyDepth else {
            return refuse("arrays within each other, more than \(RedisLimits.replyDepth)")
        }
        if count == 0 { return add(.array([])) }
        elements += 1
        open.append(OpenArray(expected: count))
        return true
    }

    private func add(_ value: RedisValue) -> Bool {
        guard elements < elementBound else { return refuse("a reply of more than \(elementBound) values") }
        elements += 1
        var value = value
        while var array = open.popLast() {
            array.values.append(value)
            guard array.values.count == array.expected else {
                open.append(array)
                return true
            }
            value = .array(array.values)
        }
        whole = value
        return true
    }

    private func refuse(_ reason: String) -> Bool {
        refusal = reason
        return false
    }
}
