/// Bounds of PostgresDriver, each with its unit.
package enum PostgresDriverLimits {
    /// Pieces of work that wait for one connection.
    package static let waitingWork = 256
    /// Statements that one connection keeps prepared; the one that was used longest ago is dropped for another.
    package static let preparedStatements = 256
    /// Bytes of all parameters of one statement as they are sent, and of one row of a COPY.
    package static let parameterBytes = 64 << 20
    /// Rows of one answer.
    package static let rows = 1_000_000
    /// Bytes of all values of one answer.
    package static let answerBytes = 128 << 20
    /// Bytes of COPY data that are gathered before they are handed to the socket.
    package static let copyChunkBytes = 64 << 10
    /// Beyond a statement's own time-out the server has this long to say so; then it is taken for dead.
    package static let answerGrace = Duration.seconds(5)
    /// Characters of a statement that errors name it by.
    package static let operationCharacters = 60
    /// Characters of a server's message that an error keeps.
    package static let messageCharacters = 500
    /// Seconds of silence before the kernel probes the peer, seconds between two probes, and how many may fail.
    package static let keepAlive = (idle: 10, interval: 5, count: 3)
    /// Milliseconds for which sent data may stay unacknowledged by the peer's kernel.
    package static let unacknowledgedMilliseconds = 15_000
}
