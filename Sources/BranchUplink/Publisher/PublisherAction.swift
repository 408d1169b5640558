package import QueueEvents

/// What the publisher wants done. Actions are performed in order; those on a connection that has ended are dropped.
package enum PublisherAction: Equatable, Sendable {
    /// Answered by `connected` or `connectionLost`.
    case connect(connection: Int)
    /// Close it; nothing of it is reported any more.
    case disconnect(connection: Int)
    /// `XGROUP CREATE … 0 MKSTREAM`, `HGETALL` of the hash, `XINFO STREAM`; answered by `handshakeDone`.
    case handshake(connection: Int)
    /// Store the generation durably; answered by `generationStored`.
    case persistGeneration(Int64)
    /// Store an epoch durably, with eight random bytes as its lineage; answered by `epochOpened`. The store refuses one
    /// that begins before the oldest kept event (`storeFailed`).
    case openEpoch(number: Int64, firstSeq: Int64, parent: FrameHeader.Parent?, reason: EpochReason)
    /// Answered by `eventsLoaded`.
    case loadEvents(request: Int, after: Int64, limit: Int, bytes: Int)
    /// The chain's links at these events; answered by `chainsLoaded`.
    case loadChains(request: Int, [Int64])
    /// `XADD … NOMKSTREAM` of each, pipelined in order; each answered by `appended` or `appendFailed`.
    case append(connection: Int, [OutgoingEntry])
    /// `XTRIM … MINID`: entries before the id are all sent again, so that Redis holds one window and not one a fault.
    /// Not answered; an error of the connection is reported.
    case trim(connection: Int, before: FrameID)
    /// `HGETALL` of the hash; answered by `ackRead`.
    case readAck(connection: Int)
    /// `HSET` of the heartbeat and its `EXPIRE`. Not answered.
    case sendHeartbeat(connection: Int)
    /// Store how far head office has the log. Not answered; the next one may replace one that waits.
    case persistAcked(UplinkPosition, incarnation: String?)
    /// Why it doesn't move, for the status; nil = it moves.
    case setAlarm(PublisherAlarm?)
    /// Call with `timer` then; nil = no need. Replaces the one before.
    case setTimer(at: Duration?)
}

/// Why an epoch is opened.
package enum EpochReason: String, Sendable {
    /// Head office has another history from there on.
    case fork
    /// What is kept doesn't reach back to anything that head office holds.
    case baseline
}

/// A stream entry to be appended.
package struct OutgoingEntry: Equatable, Sendable {
    package var id: FrameID
    /// Field and value, in order.
    package var fields: [(name: String, value: [UInt8])]

    package static func == (one: OutgoingEntry, other: OutgoingEntry) -> Bool {
        one.id == other.id && one.fields.elementsEqual(other.fields) { $0 == $1 }
    }
}

/// Why the uplink doesn't move.
package enum PublisherAlarm: Equatable, Sendable {
    /// No connection, in words.
    case unreachable(String)
    /// Redis has no room.
    case redisFull
    /// Another publisher with this branch's identity is at work.
    case rival
    /// Redis takes frames and head office says nothing new at all.
    case headOfficeSilent
    /// Head office lives and doesn't take what Redis holds.
    case noProgress
    /// Head office has another history; a new epoch is being agreed on.
    case forked
    /// Head office can't read what is sent.
    case rejected(String)
    /// Epochs or generations are used up.
    case exhausted
    /// The branch's own store refuses.
    case storeFailed(String)
}
