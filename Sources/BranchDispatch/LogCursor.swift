/// How far the dispatcher has read the log.
///
/// Two read it at times: who follows its growth, and who loads the branch anew. Each reads outside the lock, so a
/// portion counts only if it follows on the cursor of the moment in which it is taken in.
package struct LogCursor: Equatable, Sendable {
    /// The newest event that was taken in; 0 = none.
    package private(set) var seq: Int64 = 0

    /// Before the first event.
    package init() {}

    /// Goes to an event, forward or back: everything up to it is known from the database.
    package mutating func jump(to seq: Int64) { self.seq = seq }

    /// Goes on over a portion.
    /// - Returns: false, and stays, when the portion begins elsewhere than behind the cursor.
    package mutating func advance(over portion: ClosedRange<Int64>) -> Bool {
        guard portion.lowerBound == seq + 1 else { return false }
        seq = portion.upperBound
        return true
    }
}
