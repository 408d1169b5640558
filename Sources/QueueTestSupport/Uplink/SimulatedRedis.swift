import BranchUplink
import QueueEvents

/// One branch's keys in a Redis that forgets: what is durable trails behind what is answered.
struct SimulatedRedis {
    struct Entry {
        let id: FrameID
        var fields: [(name: String, value: [UInt8])]
        var isDamaged = false
    }

    struct Keys {
        var hasStream = false
        var hasGroup = false
        var entries: [Entry] = []
        /// The last generated id.
        var top: FrameID?
        /// What the group was given last.
        var delivered: FrameID?
        /// Given to a consumer and not acknowledged.
        var pending: [(id: FrameID, consumer: Int)] = []
        var ack: [String: String]?
    }

    var keys = Keys()
    /// What a kill leaves.
    var durable = Keys()
    var isUp = true
    var isFull = false
    /// Rises with every start, so that connections of an earlier one are known.
    var boot = 1

    mutating func makeGroup() {
        keys.hasStream = true
        guard !keys.hasGroup else { return }
        keys.hasGroup = true
        keys.delivered = nil
        keys.pending = []
    }

    mutating func add(_ entry: Entry, isRoomDrawn: Bool) -> AppendFailure? {
        if isFull, !isRoomDrawn { return .outOfMemory }
        guard keys.hasStream else { return .noStream }
        if let top = keys.top, entry.id <= top { return .staleID }
        keys.entries.append(entry)
        keys.top = entry.id
        return nil
    }

    mutating func trim(before id: FrameID) { keys.entries.removeAll { $0.id < id } }

    /// `XREADGROUP … >`; nil without a group.
    mutating func readNew(_ consumer: Int, count: Int) -> [Entry]? {
        guard keys.hasGroup else { return nil }
        let after = keys.delivered
        let found = Array(keys.entries.lazy.filter { entry in after.map { $0 < entry.id } ?? true }.prefix(count))
        if let last = found.last { keys.delivered = last.id }
        keys.pending += found.map { ($0.id, consumer) }
        return found
    }

    /// Takes over what any consumer has pending.
    mutating func claim(_ consumer: Int, count: Int) -> [Entry] {
        let ids = keys.pending.map(\.id).sorted()
        // What was trimmed is gone from the stream and can't be claimed.
        let present = ids.filter { id in keys.entries.contains { $0.id == id } }.prefix(count)
        keys.pending.removeAll { item in !keys.entries.contains { $0.id == item.id } }
        for place in keys.pending.indices where present.contains(keys.pending[place].id) {
            keys.pending[place].consumer = consumer
        }
        return present.compactMap { id in keys.entries.first { $0.id == id } }
    }

    mutating func acknowledge(_ ids: [FrameID]) { keys.pending.removeAll { ids.contains($0.id) } }
}
