/// How one branch's events stand, as PostgreSQL shows it.
package struct BranchStatus: Equatable, Sendable {
    package var id: Int64
    package var name: String
    package var isEnabled: Bool
    /// The newest event that is held; 0 without any.
    package var epoch: Int64
    package var seq: Int64
    /// Events held, those of left histories too.
    package var events: Int64
    /// The first event that is held, where earlier ones won't come.
    package var baseline: Int64?
    /// When the newest event happened, by the branch's clock; milliseconds since 1970.
    package var lastEventAt: Int64?
    /// When an event was last taken; milliseconds since 1970.
    package var lastTakenAt: Int64?
    /// When the branch last sent a heartbeat; milliseconds since 1970.
    package var heardAt: Int64?
    /// Since the branch's beginning, dropped ones too.
    package var deadLetters: Int64
    package var shard: Int
    /// Who takes the branch's events; nil when nobody does.
    package var shardOwner: String?

    package init(
        id: Int64, name: String, isEnabled: Bool, epoch: Int64, seq: Int64, events: Int64, baseline: Int64?,
        lastEventAt: Int64?, lastTakenAt: Int64?, heardAt: Int64?, deadLetters: Int64, shard: Int, shardOwner: String?
    ) {
        self.id = id
        self.name = name
        self.isEnabled = isEnabled
        self.epoch = epoch
        self.seq = seq
        self.events = events
        self.baseline = baseline
        self.lastEventAt = lastEventAt
        self.lastTakenAt = lastTakenAt
        self.heardAt = heardAt
        self.deadLetters = deadLetters
        self.shard = shard
        self.shardOwner = shardOwner
    }

    /// How long nothing was heard of it, nil when nothing ever was.
    package func silence(at now: Int64) -> Duration? {
        heardAt.map { .milliseconds(max(0, now - $0)) }
    }

    /// Whether it should be heard of and isn't.
    package func isSilent(at now: Int64) -> Bool {
        guard isEnabled else { return false }
        return silence(at: now).map { $0 > HQIngestLimits.heartbeatSilence } ?? true
    }

    /// What somebody should look after, in sentences' parts; empty when all is well.
    package func concerns(at now: Int64) -> [String] {
        guard isEnabled else { return [] }
        var concerns: [String] = []
        if heardAt == nil {
            concerns.append("never heard of")
        } else if isSilent(at: now), let silence = silence(at: now) {
            concerns.append("silent for \(SpanText.text(silence))")
        }
        if shardOwner == nil { concerns.append("nobody takes the events of shard \(shard)") }
        if deadLetters > 0 { concerns.append("\(deadLetters) dead letter\(deadLetters == 1 ? "" : "s")") }
        return concerns
    }

    /// What it is good to know beside.
    package var remarks: [String] {
        baseline.map { $0 > 1 ? ["history before event \($0) not held"] : [] } ?? []
    }
}

/// Spans as people say them.
enum SpanText {
    static func text(_ span: Duration) -> String {
        let seconds = span.components.seconds
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7_200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) days"
        }
    }
}
