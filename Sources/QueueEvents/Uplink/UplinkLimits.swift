/// Bounds of the uplink's frames, each with its unit; branch and head office share them.
package enum UplinkLimits {
    /// Events of one frame.
    package static let frameEvents = 128
    /// Bytes of the events of one frame before they are deflated, so that 128 events of 1 KB are one; they are sent as
    /// a tenth of that. One event may be longer alone.
    package static let frameBytes = 128 << 10
    /// Events from which on a frame is deflated.
    package static let deflateFrom = 8
    /// Bytes that a frame may inflate to. More is no frame of ours.
    package static let inflatedBytes = 1 << 20
    /// Bytes of a header as it is read.
    package static let headerBytes = 1_024
    /// Points of one probe: the head, then 1, 2, 4 … below it reach the first event of any log.
    package static let probePoints = 48
    /// Epochs are below this (2^19), so that an epoch and a sequence number fit one part of a stream entry's id.
    package static let epochs: Int64 = 1 << 19
    /// Sequence numbers are below this (2^44).
    package static let sequences: Int64 = 1 << 44
    /// Shards of branches, two digits in the keys' hash tag.
    package static let shards = 64
}
