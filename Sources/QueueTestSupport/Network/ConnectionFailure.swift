/// Why a test client could not finish an exchange.
package enum ConnectionFailure: Error, Equatable, Sendable {
    /// No connection could be made; `reason` is the system's.
    case notConnected(reason: String)
    /// Nothing arrived within the time that the caller gave.
    case timedOut(operation: String)
    /// The peer closed the connection before the exchange was whole.
    case closed(operation: String)
    /// What arrived is not what the protocol allows.
    case malformed(reason: String)
    /// The server answered an upgrade with an ordinary HTTP answer.
    case refused(status: Int, body: String)
}
