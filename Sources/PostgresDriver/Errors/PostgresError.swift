/// Why PostgreSQL didn't do what was asked.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// What callers branch on.
    package let sqlState: SQLState
    /// The server's message, or this side's; one line, without the DETAIL that would repeat data.
    package let message: String
    /// The beginning of the statement, or `connect`.
    package let operation: String
    /// The constraint that was violated, if it has a name.
    package let constraint: String?
    /// What the work threw, with ``SQLState/work``.
    package let cause: (any Error)?

    /// The message is cut to `PostgresDriverLimits.messageCharacters`.
    package init(
        _ sqlState: SQLState, _ message: String, operation: String, constraint: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.sqlState = sqlState
        self.message = String(message.prefix(PostgresDriverLimits.messageCharacters))
        self.operation = operation
        self.constraint = constraint
        self.cause = cause
    }

    /// Whether the connection is gone with it; what comes next needs a new one.
    package var isConnectionLoss: Bool {
        switch sqlState {
        case .connection, .adminShutdown, .cannotConnectNow, .closed: true
        default: false
        }
    }

    /// Whether the same work may succeed later without a change of program, settings or data: on a new connection
    /// after a loss, in a new transaction otherwise.
    package var isRetryable: Bool {
        switch sqlState {
        case .connection, .adminShutdown, .cannotConnectNow, .closed, .tooManyConnections, .overloaded,
            .serializationFailure, .deadlock, .lockNotAvailable, .queryCanceled, .diskFull, .outOfMemory, .readOnly:
            true
        default: false
        }
    }

    /// Whether the connection was lost while COMMIT was under way: the transaction may have happened or not.
    package var isCommitUnknown: Bool { isConnectionLoss && operation == Self.commit }

    static let commit = "COMMIT"

    package var description: String { "\(operation): \(message)" }
}

/// What errors call a statement.
enum OperationName {
    /// The statement's beginning with its white space joined.
    static func of(_ sql: String) -> String {
        let start = sql.prefix(4 * PostgresDriverLimits.operationCharacters)
        let words = start.split { $0 == " " || $0.isNewline || $0 == "\t" }
        return String(words.joined(separator: " ").prefix(PostgresDriverLimits.operationCharacters))
    }
}
