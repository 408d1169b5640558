import QueueDomain

/// How long each kind of row is kept, milliseconds.
package struct Retention: Equatable, Sendable {
    /// Answers kept for Idempotency-Keys.
    package var idempotency = Span.day
    /// Names and free texts.
    package var personal = Span.day
    /// Events, while no uplink exists.
    package var events = 400 * Span.day
    /// Ended tickets, without personal data.
    package var history = 800 * Span.day
    /// How long after the end of its business day a public link works.
    package var linkGrace = Span.hour

    package init() {}
}
