/// Bounds of the service around the publisher, each with its unit.
package enum UplinkServiceLimits {
    /// Bytes of an enrolment's text.
    package static let enrolmentBytes = 4_096
    /// Events whose bytes are added up at one look at the log's head; more of them are a frame anyway.
    package static let weighedEvents = 128
    /// Writes that wait for the store; the publisher asks for one a second, and for few more at a new beginning.
    package static let writes = 64
    /// Seconds between two writes of the mark beside the database.
    package static let markPause = Duration.seconds(5)
}
