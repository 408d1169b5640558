package import QueueDomain

/// Names a place in the waiting lists. Rises, so a smaller one has waited longer; kept when its turn was in vain.
package struct PlaceID: Hashable, Comparable, Sendable {
    let order: Int64

    package static func < (left: PlaceID, right: PlaceID) -> Bool { left.order < right.order }
}

/// Names one call of `reserve`; a place passes from one to another when a request is repeated.
package struct CallerID: Hashable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// What makes two requests the same.
package struct WaiterKey: Equatable, Sendable {
    package let scope: [UInt8]
    package let requestHash: [UInt8]

    package init(scope: [UInt8], requestHash: [UInt8]) {
        self.scope = scope
        self.requestHash = requestHash
    }
}

/// Who waits for a customer.
package enum WaiterParty: Equatable, Sendable {
    case caller(CallerID)
    case counter(CounterID)
}

/// One ticket that began to wait in a queue's line: it wakes one waiter.
package struct WakeSignal: Equatable, Sendable {
    let queue: QueueID
    /// Counters that were offered it and could not call.
    var refusedBy: Set<PlaceID> = []
}

/// How an attempt to get a customer ended.
package enum AttemptOutcome: Equatable, Sendable {
    /// A ticket was called out of a queue's own line, or out of a counter's own (nil).
    case served(line: QueueID?)
    /// Nobody waits; for a counter also: it could not call.
    case empty
    /// The waiter is answered with something else: a refusal, an error, a first answer.
    case refused
}

/// One place in the waiting lists: a caller's in one queue's, a counter's in all that it serves at once.
package struct WaiterPlace: Equatable, Sendable {
    /// An attempt that is under way.
    package struct Attempt: Equatable, Sendable {
        /// What woke the waiter; nil for an attempt of its own.
        var signal: WakeSignal?
        /// Whether an empty answer is the final one.
        var isLast = false
        /// Who makes it: after a takeover still the caller before.
        var caller: CallerID?
    }

    package let id: PlaceID
    let queues: [QueueID]
    package var party: WaiterParty
    let key: WaiterKey?
    /// nil = it waits.
    var attempt: Attempt?
    /// Its time passed during the attempt.
    var isOver = false
    /// Nobody is behind it any more; it stays for the attempt to end.
    var isGone = false
    /// It is to try again after the attempt.
    var isNudged = false
}
