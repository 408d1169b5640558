/// The bounds of the load generator.
enum Limits {
    /// Connections to one server.
    static let connections = 20_000
    /// Requests a second.
    static let rate = 200_000.0
    /// Seconds that one run may last.
    static let seconds = 3_600.0
    /// Requests whose time has come while every connection is busy; more are counted as not sent.
    static let backlog = 1_000_000
    /// Seconds that a run waits for answers after its end.
    static let drainSeconds: Int64 = 10
    /// Connections that are opened at the same time, so that the server's backlog of unaccepted ones never fills.
    static let opening = 32
    /// Milliseconds before a lost connection is opened again.
    static let reconnectMilliseconds: Int64 = 50
    /// Connections that may be lost in a run before it gives up.
    static let losses = 100_000
    /// Microseconds at least between two looks at the schedule.
    static let tickMicroseconds: Int64 = 200
    /// The largest latency that is told apart, in microseconds; larger ones count as this.
    static let latencyMicroseconds: UInt64 = 120_000_000
    /// Tickets whose frames are awaited on the displays at the same time.
    static let sightings = 100_000
    /// Events that are prepared in Redis for a measurement of head office.
    static let preparedEvents = 5_000_000
    /// Tokens read from one file.
    static let tokens = 20_000
    /// Seeds of one sweep of the uplink's simulation.
    static let seeds = 10_000_000
    /// Tasks that simulate at the same time.
    static let lanes = 256
    /// Failed seeds that are printed.
    static let failuresShown = 20
}
