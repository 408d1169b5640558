import CZlib

/// The Redis keys of one branch. All of them carry the shard as hash tag, so that they live in one cluster slot.
package struct UplinkKeys: Equatable, Sendable {
    /// 0 to 63: crc32 of the branch's number as decimal text, modulo 64.
    package let shard: Int
    /// The stream of frames; written by the branch, group ``group``.
    package let up: String
    /// The hash in which head office tells how far it is; see ``UplinkAck``.
    package let ack: String
    /// The hash by which the branch says that it lives; expires after 120 s.
    package let heartbeat: String

    /// The consumer group of every uplink stream.
    package static let group = "ingest"

    /// How long a heartbeat's key lives after it was written.
    package static let heartbeatLife = Duration.seconds(120)

    /// - Parameter branch: head office's number of the branch, from 1.
    package init(branch: Int64) {
        shard = Self.shard(of: branch)
        let tag = "{s\(shard < 10 ? "0" : "")\(shard)}:\(branch)"
        up = "turn:up:\(tag)"
        ack = "turn:ack:\(tag)"
        heartbeat = "turn:hb:\(tag)"
    }

    /// The shard that a branch belongs to.
    package static func shard(of branch: Int64) -> Int {
        let text = Array(String(branch).utf8)
        let sum = text.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
        return Int(sum % UInt(UplinkLimits.shards))
    }
}
