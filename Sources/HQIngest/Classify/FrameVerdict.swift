package import QueueEvents

/// What is to be done with a frame.
package enum FrameVerdict: Equatable, Sendable {
    /// Everything in it is held already: nothing to do.
    case duplicate
    /// Insert these events and advance the cursor.
    case accept(AcceptedFrame)
    /// Events are missing before it: nothing is stored, the branch is told the cursor.
    case gap
    /// It doesn't follow from what is held: nothing is stored, the branch is told.
    case fork
    /// Of an epoch that a newer one has replaced from there on: a dead letter, and the sender is told `fork`.
    case superseded
    /// It can't be what it says: a dead letter, and the branch is told.
    case reject(String)
}

/// What a transaction writes for an accepted frame.
package struct AcceptedFrame: Equatable, Sendable {
    /// An event for `branch_event`.
    package struct Event: Equatable, Sendable {
        package let head: EventHead
        package let chain: EventChain
        /// The exact bytes that the branch stored.
        package let body: [UInt8]
        /// Why it is held as bytes that nobody could read, under ``EventHead/unreadableType``; else nil.
        package let flaw: String?
    }

    /// The label that every event of it gets.
    package let epoch: Int64
    /// At least one, numbered without a hole; the tail of the frame when its beginning was held already.
    package let events: [Event]
    /// The cursor that the row must still have.
    package let before: UplinkPosition
    /// The cursor to write: the last event.
    package let after: UplinkPosition
    /// The epoch's row to insert; nil unless this is its first frame.
    package let opens: TakenEpoch?
}
