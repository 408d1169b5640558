/// Bounds of the HTTP interface, each with its unit.
package enum Limits {
    /// Bytes of a request body.
    static let body = 64 * 1_024
    /// Rows of a page.
    static let page = 200
    /// Characters of a customer's name.
    static let customerName = 200
    /// Characters of a reason.
    static let reason = 500
    /// Seconds of handling that may be estimated.
    static let estimatedTime = 0...86_400
    /// Seconds that `reserve?wait=` and `events?wait=` may wait.
    static let wait = 0...60
    /// Characters of an Idempotency-Key.
    static let idempotencyKey = 1...255
    /// Queues that one WebSocket may name.
    static let socketQueues = 200
    /// WebSockets at once.
    package static let sockets = 4_000
    /// Events that a resuming WebSocket is given before it must take a snapshot instead.
    static let resume = 2_000
    /// Waiting tickets of one queue in a snapshot.
    static let snapshotTickets = 200
    /// Snapshot frames kept to be shared.
    static let keptSnapshots = 64
}
