/// Bounds of HQServer, each with its unit.
package enum HQServerLimits {
    /// Connections at the same time: monitoring and a few people.
    package static let connections = 256
    /// Requests in flight.
    package static let requestsInFlight = 64
    /// Bytes of a request's body; nothing here takes one.
    package static let bodyBytes = 1_024
}
