/// The id of a stream entry: `<gen>-<(epoch << 44) | last seq>`.
///
/// Redis accepts only ids above the stream's newest, so it refuses duplicates and a publisher of an older generation
/// by itself, and always takes a rewind, which has a higher generation.
package struct FrameID: Hashable, Comparable, Sendable {
    /// The publisher's number, raised durably at every connect and rewind; from 1.
    package let gen: Int64
    /// `(epoch << 44) | last seq`; 0 for a probe, which is always its generation's first entry.
    package let low: Int64

    /// The id of a frame of events.
    /// - Precondition: epoch and sequence number are within `UplinkLimits`.
    package init(gen: Int64, epoch: Int64, lastSeq: Int64) {
        precondition(
            gen >= 1 && (0..<UplinkLimits.epochs).contains(epoch) && (0..<UplinkLimits.sequences).contains(lastSeq),
            "Generation, epoch and sequence number are within the uplink's bounds.")
        self.gen = gen
        low = epoch << 44 | lastSeq
    }

    /// The id of a probe.
    package static func probe(gen: Int64) -> FrameID { FrameID(gen: gen, epoch: 0, lastSeq: 0) }

    /// The epoch of the frame's events; 0 for a probe.
    package var epoch: Int64 { low >> 44 }
    /// The number of the frame's last event; 0 for a probe.
    package var lastSeq: Int64 { low & (UplinkLimits.sequences - 1) }

    /// As Redis writes it.
    package var text: String { "\(gen)-\(low)" }

    /// Reads an id as Redis writes it; nil for anything that isn't one of ours.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let gen = UplinkNumber.read(parts[0]), gen >= 1,
            let low = UplinkNumber.read(parts[1])
        else { return nil }
        self.gen = gen
        self.low = low
    }

    package static func < (one: FrameID, other: FrameID) -> Bool {
        (one.gen, one.low) < (other.gen, other.low)
    }
}
