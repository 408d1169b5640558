/// The bounds of the test clients. A test that meets one of them has found a server that misbehaves.
enum Limits {
    /// Bytes that a connection keeps unread before it stops reading from its socket.
    static let inboxBytes = 8 * 1_024 * 1_024
    /// Bytes of an answer's status line and header fields.
    static let answerHeadBytes = 64 * 1_024
    /// Bytes of an answer's body.
    static let answerBodyBytes = 64 * 1_024 * 1_024
    /// Bytes of one WebSocket frame from the server; a snapshot of a long line is the largest.
    static let frameBytes = 16 * 1_024 * 1_024
    /// Times that a request goes out again on a new connection, because the old one was closed while idle.
    static let reconnects = 1
    /// Connections that a fault proxy carries at the same time.
    static let proxiedConnections = 1_024
    /// Lines that a ledger holds in memory before its next fsync.
    static let ledgerBacklog = 65_536
    /// Bytes read from a program's output file when it is searched or shown.
    static let outputBytes = 1_024 * 1_024
    /// Times that a server is started before a test gives up; another process may have taken its port.
    static let startAttempts = 5
}
