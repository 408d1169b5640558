/// The one stored integer that orders every line (product.md, "Calling order").
///
/// rank = arrival tick − credit × (priority − 1), all in milliseconds. Lines are sorted by (rank, id); nobody is
/// overtaken by anybody who arrives more than nine credits later.
package enum CallingOrder {
    package static let priorities = 1...10
    /// Credit of a strict queue, in milliseconds; one value for all, so that ranks compare across queues.
    package static let strictCredit: Int64 = 30 * Span.day
    /// Default credit, in seconds.
    package static let defaultCredit = 600
    /// Longest credit a queue may give, in seconds.
    package static let credits = 0...86_400

    /// The rank of a ticket that arrived at `arrivalTick`.
    package static func rank(arrivalTick: Int64, priority: Int, credit: Int64) -> Int64 {
        arrivalTick - credit * Int64(priority - 1)
    }

    /// The rank after a change of priority or credit; keeps a place given by a transfer.
    package static func rank(
        moved rank: Int64, from priority: Int, credit: Int64, to newPriority: Int, newCredit: Int64
    ) -> Int64 {
        rank + credit * Int64(priority - 1) - newCredit * Int64(newPriority - 1)
    }

    /// Whether one ticket is called before another.
    package static func precedes(_ left: Ticket, _ right: Ticket) -> Bool {
        (left.rank, left.id) < (right.rank, right.id)
    }
}
