/// Bounds and paces of the publisher, each with its unit.
package enum PublisherLimits {
    /// Events that Redis may hold of a branch without head office's acknowledgement.
    package static let windowEvents = 1_024
    /// Bytes of the same, as they are sent.
    package static let windowBytes = 256 << 10
    /// Frames whose replies are awaited at the same time.
    package static let framesInFlight = 8
    /// Events of one load from the log.
    package static let loadEvents = 512
    /// Bytes of bodies of one load from the log; one event may be longer than that alone.
    package static let loadBytes = 512 << 10
    /// Reads of the acknowledgement that are under way at the same time.
    package static let readsInFlight = 4
    /// Reads at the shortest interval before it doubles.
    package static let promptReads = 8
    /// Epochs whose beginnings a probe asks for beside the usual points.
    package static let probeEpochs = 8
    /// Newer beats that an acknowledgement needs before it is believed against what is known.
    package static let confirmingBeats = 2
    /// Doublings of any pace that grows by doubling.
    package static let doublings = 12
}
