/// A reply, or a part of one, in the second version of Redis' protocol.
package enum RedisValue: Sendable, Equatable {
    /// A status, as `OK`.
    case simple(String)
    case error(RedisServerError)
    case integer(Int64)
    /// A string of any bytes.
    case bulk([UInt8])
    /// No string or no array.
    case null
    case array([RedisValue])
}

extension RedisValue {
    /// The text of a status or a string; bytes that are no UTF-8 are replaced. nil for anything else.
    package var text: String? {
        switch self {
        case .simple(let text): text
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// What it is, for messages: never a value, which could be personal data.
    var kindName: String {
        switch self {
        case .simple: "a status"
        case .error: "an error"
        case .integer: "a number"
        case .bulk: "a string"
        case .null: "nothing"
        case .array(let values): "an array of \(values.count)"
        }
    }
}
