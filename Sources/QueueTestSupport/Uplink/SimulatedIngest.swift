import HQIngest
import QueueEvents

/// One ingest process.
struct SimulatedIngest {
    enum Point: Int, CaseIterable {
        case beforeCommit, afterCommit, afterAck, afterAcknowledge
    }

    var isAlive = true
    var life = 0
    /// Reads and writes only with it; two may have it for a while.
    var hasLease = false
    var isBusy = false
    /// Entries may be pending that nobody works on.
    var mustClaim = true
    /// Where it dies the next time.
    var dies: Point?
    var refusal: UplinkAck.Refusal?
    var refusedGen: Int64 = 0
}
