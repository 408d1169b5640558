package import BranchStore

/// What the control verbs ask of the uplink, which this target doesn't know.
package struct UplinkDesk: Sendable {
    /// Takes an enrolment's text, durably; the daemon goes on with it at once.
    package var enrol: @Sendable (_ text: String, _ store: BranchStore) async throws(ControlRefusal) -> EnrolReport
    /// How the uplink is; nil when the branch isn't enrolled.
    package var status: @Sendable () async -> UplinkReport?

    package init(
        enrol: @escaping @Sendable (_ text: String, _ store: BranchStore) async throws(ControlRefusal) -> EnrolReport,
        status: @escaping @Sendable () async -> UplinkReport?
    ) {
        self.enrol = enrol
        self.status = status
    }

    /// For verbs that never ask.
    package static let none = UplinkDesk(
        enrol: { _, _ throws(ControlRefusal) in throw ControlRefusal(.refused, "this verb takes no enrolment") },
        status: { nil })
}

/// What `enrol` has done.
package struct EnrolReport: Codable, Equatable, Sendable {
    /// Head office's number and name of the branch.
    package var branchId: Int64
    package var name: String
    /// Whether head office counts this branch's events from the first anew.
    package var isNew: Bool

    package init(branchId: Int64, name: String, isNew: Bool) {
        self.branchId = branchId
        self.name = name
        self.isNew = isNew
    }

    var line: String { "enrolled at head office as branch \(branchId) (\(name))" }
}

/// How the uplink is.
package struct UplinkReport: Codable, Equatable, Sendable {
    /// Head office's number of the branch.
    package var branchId: Int64
    /// Whether there is a connection to Redis.
    package var connected: Bool
    /// Events that wait here: not yet in Redis.
    package var pending: Int64
    /// Events that Redis has and head office's database hasn't confirmed.
    package var relayed: Int64
    /// The newest event that head office's database has; 0 = none.
    package var safeSeq: Int64
    /// Seconds since the oldest event that isn't safe was written; nil when all are.
    package var oldestUnsafeSeconds: Double?
    package var epoch: Int64
    package var generation: Int64
    /// Why it doesn't move, as a sentence; nil when it does.
    package var obstacle: String?

    package init(
        branchId: Int64, connected: Bool, pending: Int64, relayed: Int64, safeSeq: Int64,
        oldestUnsafeSeconds: Double?, epoch: Int64, generation: Int64, obstacle: String?
    ) {
        self.branchId = branchId
        self.connected = connected
        self.pending = pending
        self.relayed = relayed
        self.safeSeq = safeSeq
        self.oldestUnsafeSeconds = oldestUnsafeSeconds
        self.epoch = epoch
        self.generation = generation
        self.obstacle = obstacle
    }

    /// For people.
    var line: String {
        let head = "head office (branch \(branchId)): "
        let age = oldestUnsafeSeconds.map { ", the oldest for \(Self.span($0))" } ?? ""
        let state = "\(pending) pending, \(relayed) relayed\(age), safe up to event \(safeSeq)"
        return head + state + (obstacle.map { "; \($0)" } ?? "")
    }

    private static func span(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds)) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3_600)) h"
        default: "\(Int(seconds / 86_400)) d"
        }
    }
}
