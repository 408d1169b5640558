/// An error that the server answered.
package struct RedisServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What callers tell apart.
    package enum Kind: Sendable, Equatable, CaseIterable {
        /// The server's memory is used up and its policy keeps what it has.
        case oom
        /// It can't write to its disk and is configured to take nothing then.
        case misconf
        /// A replica, as after a fail-over.
        case readonly
        /// It reads its data from disk after a start.
        case loading
        /// Nobody has logged in.
        case noauth
        /// User or password are wrong, or the user is disabled.
        case wrongpass
        /// The user may not use this command or key.
        case noperm
        /// The stream or its consumer group does not exist.
        case nogroup
        /// The consumer group exists already.
        case busygroup
        /// The key lies on another node of the cluster.
        case moved
        /// A replica that has lost its primary.
        case masterdown
        /// XADD with an id that is not above the stream's newest.
        case idNotAbove
        case other
    }

    package let kind: Kind
    /// The server's own words, cut to ``RedisLimits/errorTextBytes``.
    package let message: String

    /// Reads an error as the server sends it, without the leading minus.
    package init(message: String) {
        self.message = message
        kind = Self.kind(of: message)
    }

    package var description: String { message }

    private static func kind(of message: String) -> Kind {
        switch message.prefix(while: { $0 != " " }) {
        case "OOM": .oom
        case "MISCONF": .misconf
        case "READONLY": .readonly
        case "LOADING": .loading
        case "NOAUTH": .noauth
        case "WRONGPASS": .wrongpass
        case "NOPERM": .noperm
        case "NOGROUP": .nogroup
        case "BUSYGROUP": .busygroup
        case "MOVED": .moved
        case "MASTERDOWN": .masterdown
        // The only one of them without a code of its own; the words are the same from Redis 5 to Valkey 8.
        case "ERR" where message.contains("ID specified in XADD is equal or smaller"): .idNotAbove
        default: .other
        }
    }
}
