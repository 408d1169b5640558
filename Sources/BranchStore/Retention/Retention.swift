import QueueDomain

/// How long each kind of row is kept, milliseconds.
package struct Retention: Equatable, Sendable {
    /// Answers kept for Idempotency-Keys.
    package var idempotency = Span.day
    /// Names and free texts.
    package var personal = Span.day
    /// Events, while the branch isn't enrolled at head office.
    package var events = 400 * Span.day
    /// Events that head office has, once the branch is enrolled; those that it doesn't have are always kept.
    package var eventsSent = 14 * Span.day
    /// Ended tickets, without personal data.
    package var history = 800 * Span.day
    /// How long after the end of its business day a public link works.
    package var linkGrace = Span.hour

    package init() {}
}
