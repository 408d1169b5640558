import Foundation

/// A connection to PostgreSQL with a thread of its own, on which everything that blocks happens.
///
/// It never reconnects: after a loss it is closed, and its user opens another one when and as often as it thinks fit.
package final class PostgresConnection: Sendable {
    private let inbox: ConnectionInbox

    private init(inbox: ConnectionInbox) { self.inbox = inbox }

    /// Without `close()` the thread ends too, when what waits is done.
    deinit { inbox.close() }

    /// Starts the thread and connects. Cancelling has no effect; it takes at most the options' `connectTimeout`.
    /// - Throws: `connection`, `authentication`, `unknownDatabase`, `cannotConnectNow`, `tooManyConnections`,
    ///   `invalidOptions`.
    package static func connect(_ options: PostgresOptions) async throws(PostgresError) -> PostgresConnection {
        let inbox = ConnectionInbox()
        let failure: PostgresError? = await withCheckedContinuation { continuation in
            let thread = Thread { ConnectionThread.run(options, inbox) { continuation.resume(returning: $0) } }
            thread.name = "turn.postgres"
            thread.start()
        }
        if let failure { throw failure }
        return PostgresConnection(inbox: inbox)
    }

    /// Has work done on the connection's thread, one piece after the other in the order of the calls.
    ///
    /// Cancelling has no effect on work that was taken: statements are bounded by the options' `statementTimeout`.
    /// - Parameter work: may block; must not leave a transaction open.
    /// - Throws: what the work threw, as `work` with the cause if it is no `PostgresError`; `closed` after ``close()``
    ///   or a loss; `overloaded` beyond `PostgresDriverLimits.waitingWork`.
    package func perform<Value: Sendable>(
        _ work: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws(PostgresError) -> Value {
        let result: Result<Value, PostgresError> = await withCheckedContinuation { continuation in
            let job = ConnectionInbox.Job { session in
                let result = session.run(work)
                return { continuation.resume(returning: result) }
            } refuse: { error in
                continuation.resume(returning: .failure(error))
            }
            if let refusal = inbox.add(job) { job.refuse(refusal) }
        }
        return try result.get()
    }

    /// Lets what waits be done, ends the connection and returns when it is gone. May be called again.
    package func close() async {
        await withCheckedContinuation { continuation in
            inbox.close { continuation.resume() }
        }
    }

    /// Whether it takes no more work: closed, or lost.
    package var isClosed: Bool { inbox.isClosed }
}
