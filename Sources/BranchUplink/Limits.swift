/// Bounds of the service around the publisher, each with its unit.
package enum UplinkServiceLimits {
    /// Bytes of an enrolment's text.
    package static let enrolmentBytes = 4_096
}
