/// Why there is no reply.
package enum RedisError: Error, Sendable, Equatable {
    /// No connection could be made: name, network, TLS, certificate.
    case cannotConnect(String)
    /// A reply did not come in time. The connection is closed, and the command may have been carried out.
    case timedOut
    /// The connection was closed before the reply. The command may have been carried out.
    case closed(String)
    /// The server refused the command. The connection stays usable.
    case server(RedisServerError)
    /// The server sent what is no reply or goes beyond a bound. The connection is closed.
    case protocolViolation(String)
    /// The reply is well-formed and not of the command's kind. The connection stays usable.
    case unexpected(String)
    /// The command is beyond a bound of ``RedisLimits`` and was not sent. The connection stays usable.
    case notSent(String)
    /// The caller's task was cancelled. The command may have been carried out; the connection stays usable.
    case cancelled
}

extension RedisError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotConnect(let why): "no connection to Redis: \(why)"
        case .timedOut: "Redis did not answer in time"
        case .closed(let why): "the connection to Redis is closed: \(why)"
        case .server(let error): "Redis refused: \(error.message)"
        case .protocolViolation(let what): "Redis broke its protocol: \(what)"
        case .unexpected(let what): "Redis answered something else: \(what)"
        case .notSent(let why): "not sent to Redis: \(why)"
        case .cancelled: "cancelled while waiting for Redis"
        }
    }

    /// The kind of the server's error; nil for every other reason.
    package var serverKind: RedisServerError.Kind? {
        if case .server(let error) = self { error.kind } else { nil }
    }
}
