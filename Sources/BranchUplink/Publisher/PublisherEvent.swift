package import QueueEvents

/// What happens to the publisher. Events of a connection carry its number; those of an earlier one are ignored.
package enum PublisherEvent: Sendable {
    /// Once, before everything else.
    case started
    /// The time asked for by `PublisherAction.setTimer` has come; also welcome at any other time.
    case timer
    /// The log has grown.
    /// - Parameters: the newest event's number; bytes of the bodies since the last time.
    case logGrew(head: Int64, bytes: Int)
    /// Rows at the log's beginning are gone.
    case pruned(anchor: LogPoint)
    case connected(connection: Int)
    /// The stream and its group exist now.
    /// - Parameters: what the hash holds, nil = nothing readable; the stream's last generated id, nil = none of ours.
    case handshakeDone(connection: Int, ack: UplinkAck?, top: FrameID?)
    /// Redis took the entry.
    case appended(connection: Int, FrameID)
    /// Redis didn't take an entry.
    case appendFailed(connection: Int, AppendFailure)
    /// The answer to one `readAck`.
    case ackRead(connection: Int, UplinkAck?)
    /// It couldn't be opened, ended, or a reply timed out; what was under way on it may have happened or not.
    case connectionLost(connection: Int, reason: String)
    /// The generation is stored durably.
    case generationStored(Int64)
    /// The epoch is stored durably, with the lineage that was drawn for it.
    case epochOpened(LocalEpoch)
    /// The answer to `loadEvents`: in order and without a hole; nil when the first of them isn't kept any more.
    case eventsLoaded(request: Int, [LocalEvent]?)
    /// The answer to `loadChains`: those that are known, and where the log begins now.
    case chainsLoaded(request: Int, [LogPoint], anchor: LogPoint)
    /// The store refused a read or a write.
    case storeFailed(reason: String)
}

/// Why Redis didn't take an entry.
package enum AppendFailure: Equatable, Sendable {
    /// The id isn't above the stream's newest: another publisher is at work.
    case staleID
    /// There is no stream any more.
    case noStream
    /// It is at its memory bound.
    case outOfMemory
    /// Any other error, in words.
    case other(String)
}
