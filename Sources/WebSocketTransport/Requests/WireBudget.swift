/// Counts what a request costs on the wire, which the decoder's own limits don't see: spaces around values, empty lines
/// before a head, chunk extensions, trailers.
///
/// A value fed with the gate's running total; it never looks at bytes. It is exact to one slice of the gate.
package struct WireBudget: Sendable {
    private enum Part: Sendable { case head, body }
    private var part = Part.head
    private var start: UInt64 = 0

    /// A connection of which nothing has come.
    package init() {}

    /// Whether bytes of a head have come that is not complete yet.
    package func headHasBegun(total: UInt64) -> Bool { part == .head && total > start }

    /// The decoder has delivered a head.
    package mutating func headEnded(total: UInt64) {
        part = .body
        start = total
    }

    /// The decoder has delivered the end of a message; what follows is the next head.
    package mutating func messageEnded(total: UInt64) {
        part = .head
        start = total
    }

    /// What is wrong now that `total` bytes have been handed to the decoder.
    package func violation(total: UInt64) -> TransportProblem? {
        switch part {
        case .head: total - start > UInt64(Limits.headBytes) ? .headersTooLarge : nil
        case .body: total - start > UInt64(Limits.bodyWireBytes) ? .bodyTooLarge : nil
        }
    }
}
