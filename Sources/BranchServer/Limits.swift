/// Bounds of the HTTP interface, each with its unit.
package enum Limits {
    /// Bytes of a request body.
    static let body = 64 * 1_024
    /// Rows of a page.
    static let page = 200
    /// Characters of a time zone's name; the longest that IANA has takes half of it.
    static let timeZone = 64
    /// Characters of a customer's name.
    static let customerName = 200
    /// Characters of a reason.
    static let reason = 500
    /// Seconds of handling that may be estimated.
    static let estimatedTime = 0...86_400
    /// Seconds that `reserve?wait=` and `events?wait=` may ask for.
    static let wait = 0...60
    /// Characters of an Idempotency-Key.
    static let idempotencyKey = 1...255
    /// Milliseconds after which a box on all interfaces reads its addresses again for a name that it doesn't know.
    static let addressAge: Int64 = 5_000

    /// Characters of a secret that are read.
    static let secret = 400
    /// Characters of a page's version.
    static let pageVersion = 60
    /// Refused log-ins of one address that are noted at once in the audit log; afterwards one a minute.
    static let refusalNotes: Int64 = 20
    /// Addresses whose refusals are counted apart.
    static let refusalSources = 1_000
    /// Pages of the wizard.
    static let setupSteps = 1...6

    /// Queues that one WebSocket may name.
    static let socketQueues = 200
    /// WebSockets at once.
    package static let sockets = 4_000
    /// Events that a resuming WebSocket is given before it must take a snapshot instead.
    static let resume = 2_000
    /// Events that are offered to clients in one go, well below a mailbox's bounds. A client that catches up must have
    /// taken them before it is given more.
    static let portion = 64
    /// Seconds that a client may take for a snapshot, or for a portion, while it catches up.
    package static let catchUpPatience = 30
    /// Milliseconds between two looks at a client that hasn't taken them yet.
    static let catchUpPause = 5

    /// Seconds between two notes in the store of when sessions and devices were used.
    static let usePause = 60
    /// Seconds between two looks at the sessions of those who follow.
    static let sessionPause = 5

    /// Milliseconds until the hub reads the log again after it couldn't.
    static let hubRetryPause = 500

    /// Waiting tickets of one queue in a snapshot.
    static let snapshotTickets = 200
    /// Waiting tickets of all queues in a snapshot, so that its frame stays below what the transport sends.
    static let snapshotTicketsInAll = 4_000
    /// Waiting tickets of one queue in a snapshot of however many queues.
    static let snapshotTicketsAtLeast = 20
    /// Snapshot frames kept to be shared.
    package static let keptSnapshots = 64
    /// Bytes of all snapshot frames that are kept.
    package static let keptSnapshotBytes = 16 * 1_024 * 1_024
    /// Milliseconds that a snapshot frame is shared.
    package static let snapshotAge = 1_000
    /// Events that a shared snapshot may be behind; who takes it is given them.
    package static let snapshotLag: Int64 = 64
}
