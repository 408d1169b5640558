/// Bounds of the control socket and of plans, each with its unit.
package enum ControlLimits {
    /// Bytes of a plan's file.
    package static let planBytes = 256 * 1_024
    /// Bytes of one request line: a plan as JSON text, where a character may take six.
    package static let requestBytes = 2 * 1_024 * 1_024
    /// Bytes of one answer line.
    package static let answerBytes = 8 * 1_024 * 1_024
    /// Connections at once; one more is closed.
    package static let connections = 16
    /// Connections that wait to be accepted.
    package static let backlog = 16
    /// Requests of one connection.
    package static let requestsPerConnection = 64
    /// Seconds in which a request must have come in whole.
    package static let requestTime = 10
    /// Seconds that a client waits for an answer.
    package static let answerTime = 60
    /// Milliseconds between two pages of the walk along the event log's chain.
    package static let logCheckPause: Int64 = 20
    /// Bytes of a socket's path, as the kernel bounds them.
    package static let socketPath = 107
    /// Seconds between two notes of when tokens were last used.
    package static let lastSeenPause = 60
    /// Seconds that head office may get nothing before status calls it a fault.
    package static let uplinkSilence = 300.0
    /// Lines of the audit log that are told at once, and that are told when nobody says how many.
    package static let auditLines = 1_000
}
