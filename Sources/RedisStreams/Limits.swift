/// Bounds of RedisStreams, each with its unit.
package enum RedisLimits {
    // MARK: Addresses

    /// Bytes of a URL as it is read.
    package static let urlBytes = 4_096
    /// Databases that a server may have; it has 16 unless its configuration says otherwise.
    package static let databases = 16_384

    // MARK: Commands

    /// Commands of one pipeline.
    package static let pipeline = 1_024
    /// Arguments of one command with its name; XREADGROUP names a key and an id for each stream.
    package static let commandArguments = 16_384
    /// Bytes of one command as it is sent.
    package static let commandBytes = 2 << 20
    /// Commands of one connection that were sent and are not answered.
    package static let outstandingCommands = 4_096
    /// Bytes of these commands, sent or waiting in the socket.
    package static let outstandingBytes = 8 << 20

    // MARK: Replies

    /// Bytes of one reply, and of all replies of one pipeline. Up to ``feedBytes`` more are held before it is seen.
    package static let replyBytes = 32 << 20
    /// Values of one reply, arrays and what stands in them, and of all replies of one pipeline.
    package static let replyElements = 1 << 18
    /// Arrays within each other, one less than hiredis takes.
    package static let replyDepth = 7
    /// Bytes of a reply's line: a status, an error, a number or a length.
    package static let lineBytes = 16 << 10
    /// Bytes of a bulk string's length.
    package static let lengthBytes = 20
    /// Bytes handed to the parser at once.
    package static let feedBytes = 64 << 10
    /// Bytes that the parser may keep allocated while it has nothing to parse.
    package static let idleParserBytes = 64 << 10
    /// Bytes of a server's error that are kept.
    package static let errorTextBytes = 512

    // MARK: Times

    /// From the name's look-up to the last reply of the login, unless the options say otherwise.
    package static let connectTimeout = Duration.seconds(5)
    /// From sending a command to its reply, unless the options or the caller say otherwise.
    package static let commandTimeout = Duration.seconds(5)
    /// The longest time-out; a caller's longer one is cut to it.
    package static let longestTimeout = Duration.seconds(3_600)
    /// The longest wait of a blocking read in the server; a caller's longer one is cut to it.
    package static let longestBlock = Duration.seconds(60)
    /// Bound of the first delay before a connection is tried again.
    package static let firstRetry = Duration.milliseconds(200)
    /// Bound of every delay before a connection is tried again.
    package static let longestRetry = Duration.seconds(8)
}
