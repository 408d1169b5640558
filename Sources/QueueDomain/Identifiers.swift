/// A branch-local whole number that names one row of one kind.
///
/// Ids start at 1, rise, and are used once; each kind is its own type, so that a counter's id
/// cannot be passed where a queue's is meant.
package protocol Identifier: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible
where RawValue == Int64 {
    init(rawValue: Int64)
}

extension Identifier {
    /// Wraps a row's whole number.
    package init(_ rawValue: Int64) { self.init(rawValue: rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package var description: String { String(rawValue) }
}

/// Names one customer's stay; used once over open and ended tickets together.
package struct TicketID: Identifier {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names one line of waiting people.
package struct QueueID: Identifier {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names one service point.
package struct CounterID: Identifier {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names one staff member.
package struct AgentID: Identifier {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names one access token; a ticket without a counter is held by one.
package struct TokenID: Identifier {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}
