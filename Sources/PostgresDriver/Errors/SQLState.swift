/// What kind of failure it was: PostgreSQL's code where a caller branches on it, and what this side finds itself.
package enum SQLState: Hashable, Sendable {
    /// The server can't be reached, went away, or doesn't answer (class 08 and the socket's own errors).
    case connection
    /// The server refuses this user: wrong password or not let in (28P01, 28000).
    case authentication
    /// The database doesn't exist (3D000).
    case unknownDatabase
    /// The server starts, stops or recovers (57P03).
    case cannotConnectNow
    /// All connections that the server allows are taken (53300).
    case tooManyConnections
    /// The server was told to stop, or ended this connection (57P01, 57P02, 25P03).
    case adminShutdown
    case uniqueViolation, foreignKeyViolation, checkViolation, notNullViolation
    case serializationFailure, deadlock
    /// `lock_timeout` ran out, or NOWAIT found the lock taken (55P03).
    case lockNotAvailable
    /// `statement_timeout` ran out, or somebody cancelled the statement (57014).
    case queryCanceled
    case undefinedTable, undefinedColumn, undefinedFunction
    case insufficientPrivilege
    /// The disk is full (53100).
    case diskFull
    /// The server is out of memory (53200).
    case outOfMemory
    /// A standby, or a session that may not write (25006).
    case readOnly
    /// The transaction had failed before and was rolled back where a commit was asked for (25P02).
    case failedTransaction
    /// Any other code, five characters.
    case other(String)

    /// The connection was closed on this side.
    case closed
    /// As much work waits for the connection as may.
    case overloaded
    /// The connection string can't be read.
    case invalidOptions
    /// Parameters or answer are beyond ``PostgresDriverLimits``.
    case tooLarge
    /// A value was asked for as another type than it has, or as a value where it is null.
    case wrongType
    /// The work that was given to the connection threw an error of its own, which is the cause.
    case work

    private static let known: [String: SQLState] = [
        "28P01": .authentication, "28000": .authentication, "3D000": .unknownDatabase, "57P03": .cannotConnectNow,
        "53300": .tooManyConnections, "57P01": .adminShutdown, "57P02": .adminShutdown, "25P03": .adminShutdown,
        "23505": .uniqueViolation, "23503": .foreignKeyViolation, "23514": .checkViolation,
        "23502": .notNullViolation, "40001": .serializationFailure, "40P01": .deadlock, "55P03": .lockNotAvailable,
        "57014": .queryCanceled, "42P01": .undefinedTable, "42703": .undefinedColumn, "42883": .undefinedFunction,
        "42501": .insufficientPrivilege, "53100": .diskFull, "53200": .outOfMemory, "25006": .readOnly,
        "25P02": .failedTransaction,
    ]

    /// The state for PostgreSQL's five characters.
    package init(code: String) {
        if let known = Self.known[code] {
            self = known
        } else {
            self = code.hasPrefix("08") ? .connection : .other(code)
        }
    }
}
