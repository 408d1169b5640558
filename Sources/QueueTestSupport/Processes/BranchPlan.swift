/// The queues, counters and agents of a test branch, as the YAML that `turn-branch apply` reads. Ids follow the order.
package struct BranchPlan: Sendable {
    /// A queue; `settings` are further lines of its YAML, as `undo_window: 0`.
    package struct Queue: Sendable {
        package var name: String
        package var prefix: String
        package var settings: [String]

        package init(_ name: String, prefix: String, settings: [String] = []) {
            self.name = name
            self.prefix = prefix
            self.settings = settings
        }
    }

    /// A counter; `queues` are names in the order of their tiers.
    package struct Counter: Sendable {
        package var name: String
        package var queues: [String]
        package var isOpen: Bool

        package init(_ name: String, queues: [String], isOpen: Bool = true) {
            self.name = name
            self.queues = queues
            self.isOpen = isOpen
        }
    }

    package var queues: [Queue]
    package var counters: [Counter]
    package var agents: [String]

    package init(queues: [Queue], counters: [Counter], agents: [String]) {
        self.queues = queues
        self.counters = counters
        self.agents = agents
    }

    /// One queue "Service" with prefix A, and so many open counters with an agent each.
    package static func oneQueue(counters: Int = 2) -> BranchPlan {
        let names = (1...max(1, counters)).map { "Counter \($0)" }
        return BranchPlan(
            queues: [Queue("Service", prefix: "A")],
            counters: names.map { Counter($0, queues: ["Service"]) },
            agents: names.indices.map { "Agent \($0 + 1)" })
    }

    /// The YAML text.
    package var yaml: String {
        var lines = ["branch:", "  name: Test branch", "  time_zone: Europe/Berlin", "queues:"]
        for queue in queues {
            lines += ["  - name: \(queue.name)", "    prefix: \(queue.prefix)"]
            lines += queue.settings.map { "    \($0)" }
        }
        lines.append("counters:")
        for counter in counters {
            lines += ["  - name: \(counter.name)", "    open: \(counter.isOpen)", "    queues:"]
            for (tier, queue) in counter.queues.enumerated() {
                lines += ["      - queue: \(queue)", "        tier: \(tier + 1)"]
            }
        }
        lines.append("agents:")
        lines += agents.map { "  - name: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
