/// What the customer holds: `A042`. Unique over the branch's open tickets.
package struct TicketNumber: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Takes a stored number as it is.
    package init(text: String) { self.text = text }

    /// Prefix and count padded to three digits.
    package init(prefix: String, count: Int) {
        let digits = String(count)
        text = prefix + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    package var description: String { text }
}
