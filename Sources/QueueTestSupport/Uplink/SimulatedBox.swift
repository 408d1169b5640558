import BranchUplink
import QueueEvents

/// A branch's machine in the simulation: its disk, and the publisher while it runs.
struct SimulatedBox {
    struct Event {
        let seq: Int64
        let uid: String
        let chain: EventChain
        let body: [UInt8]
        /// When it was written, in microseconds.
        let at: Int64
    }

    struct Disk {
        /// Every event since the database was made, also pruned ones, which only the oracle may look at.
        var log: [Event] = []
        var anchor: LogPoint
        var epochs: [LocalEpoch]
        var gen: Int64 = 0
        var acked = UplinkPosition.none
        var incarnation: String?

        var head: Int64 { Int64(log.count) }

        var history: LocalHistory { LocalHistory(head: head, anchor: anchor, epochs: epochs) }

        func chain(at seq: Int64) -> EventChain? {
            if seq == anchor.seq { return anchor.chain }
            return seq > anchor.seq && seq <= head ? log[Int(seq - 1)].chain : nil
        }

        func events(after seq: Int64, limit: Int) -> [LocalEvent]? {
            guard seq >= anchor.seq else { return nil }
            return log[Int(seq)...].prefix(limit).map { LocalEvent(seq: $0.seq, chain: $0.chain, body: $0.body) }
        }
    }

    /// One connection to Redis. Its requests travel on after this side has closed it, unless they are lost.
    final class Wire {
        let number: Int
        var boot: Int?
        var isOpen = true
        var carriesRequests = true
        var carriesReplies = true
        var lastArrival: Int64 = 0
        var lastReply: Int64 = 0

        init(number: Int) { self.number = number }
    }

    var disk: Disk
    var publisher: Publisher?
    /// Rises with every start: what was under way for an earlier one is dropped.
    var life = 0
    var wire: Wire?
    var timer = 0
    var isPartitioned = false
    var copies: [Disk] = []
    var lastStore: Int64 = 0
    var lastAcked: Int64 = 0
    /// The highest cursor seen, for the planted mistake that counts only upward.
    var highest: (Int64, Int64) = (0, 0)
}
