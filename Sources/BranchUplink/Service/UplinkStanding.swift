/// How the uplink stands, as status tells it.
package struct UplinkStanding: Equatable, Sendable {
    /// Head office's number of the branch.
    package var branch: Int64
    /// What the publisher knows; nil before it has begun.
    package var publisher: PublisherStatus?
    package var isConnected = false
    /// Why there is no publisher, as a sentence's end; nil when there is one.
    package var cause: String?

    init(branch: Int64, publisher: PublisherStatus? = nil, isConnected: Bool = false, cause: String? = nil) {
        self.branch = branch
        self.publisher = publisher
        self.isConnected = isConnected
        self.cause = cause
    }

    /// Why nothing moves, in words; nil when it does.
    package var obstacle: String? { cause ?? publisher?.alarm?.sentence }
}

extension PublisherAlarm {
    /// For people, without a full stop.
    package var sentence: String {
        switch self {
        case .unreachable(let why): "Redis can't be reached: \(why)"
        case .redisFull: "Redis has no room left"
        case .rival: "another box sends under this branch's identity"
        case .headOfficeSilent: "Redis takes the events, and head office's ingest says nothing"
        case .noProgress: "head office lives and doesn't take this branch's events"
        case .forked: "head office has another history of this branch; a new epoch is being agreed on"
        case .rejected(let why): "head office can't read what was sent: \(why)"
        case .exhausted: "the numbers of epochs or generations are used up"
        case .storeFailed(let why): "the branch's own store refuses: \(why)"
        }
    }
}
