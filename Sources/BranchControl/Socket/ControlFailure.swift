/// Why a verb brought nothing; each says what to do.
package enum ControlFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing listens at the socket.
    case nothingListens(path: String)
    /// Something is there, and this user may not talk to it.
    case notAllowed(path: String)
    /// The daemon, or the store, refused it.
    case refused(ControlRefusal)
    /// The connection ended early, or the answer is none.
    case broken(String)
    /// No answer in time.
    case timedOut

    package var description: String {
        switch self {
        case .nothingListens(let path): "no turn-branch serves this data directory: nothing listens at \(path)"
        case .notAllowed(let path): "the socket \(path) belongs to another user; run as that user or as root"
        case .refused(let refusal): refusal.message
        case .broken(let cause): cause
        case .timedOut: "the daemon did not answer within \(ControlLimits.answerTime) s"
        }
    }
}
