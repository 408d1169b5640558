/// Whether a counter serves.
package enum CounterState: String, Sendable, CaseIterable {
    case open, paused, closed
}

/// One queue that a counter serves.
package struct ServedQueue: Equatable, Sendable {
    package var queueID: QueueID
    /// 1 = its own; higher tiers are helped only when no lower one has anybody to call. 1…9.
    package var tier: Int
    /// Seconds that a customer must have waited before this counter helps; 0 = at once.
    package var helpAfter: Int

    package init(queueID: QueueID, tier: Int = 1, helpAfter: Int = 0) {
        self.queueID = queueID
        self.tier = tier
        self.helpAfter = helpAfter
    }
}

/// What an admin sets of a counter.
package struct CounterSettings: Equatable, Sendable {
    package static let maxServedQueues = 50

    /// Shown name, 1…60 characters.
    package var name: String
    /// Whether a free open counter calls by itself.
    package var automatic: Bool
    package var serves: [ServedQueue]

    package init(name: String, automatic: Bool = false, serves: [ServedQueue] = []) {
        self.name = name
        self.automatic = automatic
        self.serves = serves
    }

    /// The first field that is out of its bounds, or nil.
    package var fault: SettingFault? {
        if let fault = BranchName.fault(name) { return fault }
        if serves.count > Self.maxServedQueues { return SettingFault("queues", "at most 50 queues") }
        if Set(serves.map(\.queueID)).count != serves.count { return SettingFault("queues", "each queue once") }
        if !serves.allSatisfy({ (1...9).contains($0.tier) }) { return SettingFault("queues.tier", "1 to 9") }
        if !serves.allSatisfy({ (0...86_400).contains($0.helpAfter) }) {
            return SettingFault("queues.help_after", "0 to 86400 seconds")
        }
        return nil
    }
}

/// A service point. Which ticket it has is the ticket's own field.
package struct Counter: Equatable, Sendable {
    package let id: CounterID
    package var settings: CounterSettings
    package var state: CounterState
    package var agentID: AgentID?
    package var version: Int64

    package init(
        id: CounterID, settings: CounterSettings, state: CounterState = .closed, agentID: AgentID? = nil,
        version: Int64 = 1
    ) {
        self.id = id
        self.settings = settings
        self.state = state
        self.agentID = agentID
        self.version = version
    }
}
