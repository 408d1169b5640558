import BranchControl
import BranchStore
import QueueDomain
import Testing

@Suite("Applying a plan")
struct PlanTests {
    private let plan = """
        branch: {name: North, time_zone: Europe/Berlin}
        queues:
          - {name: Loans, prefix: B, target_wait: 10 min, undo_window: 0, credit: 1 h, last_number: 99}
          - {name: Cash, prefix: C, cap: 50, strict: true, carry_over: true, auto_start: true, open: false}
        counters:
          - name: One
            automatic: true
            open: true
            queues:
              - queue: Cash
              - {queue: B, tier: 2, help_after: 5 min}
          - name: Two
        agents:
          - name: Ada
          - {name: Linus, active: false}
        """

    @Test("A plan makes what it says, ids in the order of the file")
    func makes() async throws {
        try await ControlSite.with { site in
            let report = try await site.apply(plan)
            #expect(report.count(of: .created) == 6)
            #expect(report.count(of: .changed) == 1)
            #expect(report.count(of: .opened) == 1)
            let branch = try await site.store.branch()
            #expect(branch?.name == "North")
            #expect(branch?.timeZone == "Europe/Berlin")
            let queues = try await site.store.queues()
            var loans = QueueSettings(name: "Loans", prefix: "B", lastNumber: 99, credit: 3_600, undoWindow: 0)
            loans.targetWait = 600
            #expect(queues.map(\.settings).first == loans)
            let cash = QueueSettings(
                name: "Cash", prefix: "C", strict: true, isOpen: false, cap: 50, carryOver: true, autoStart: true)
            #expect(queues.map(\.settings).last == cash)
            let counters = try await site.store.counters().map(\.counter)
            #expect(counters.map(\.settings.name) == ["One", "Two"])
            #expect(counters.map(\.state) == [.open, .closed])
            #expect(
                counters.first?.settings.serves == [
                    ServedQueue(queueID: QueueID(2)), ServedQueue(queueID: QueueID(1), tier: 2, helpAfter: 300),
                ])
            let agents = try await site.store.agents()
            #expect(agents.map(\.name) == ["Ada", "Linus"])
            #expect(agents.map(\.agent.isActive) == [true, false])
        }
    }

    @Test("Applied twice, nothing changes and no event is written")
    func twice() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply(plan)
            let head = site.store.writer.ring.head
            let report = try await site.apply(plan)
            #expect(report.isUnchanged)
            #expect(report.lines == ["nothing to change: the branch is as the file says"])
            #expect(site.store.writer.ring.head == head)
        }
    }

    @Test("Only what differs is changed, and told; a key that is left out keeps what the row has")
    func differences() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply(plan)
            let report = try await site.apply(
                """
                queues:
                  - {name: Loans, cap: 7}
                  - {name: Cash, cap: null}
                counters:
                  - {name: One, queues: [{queue: B}]}
                agents: [{name: Linus, active: true}]
                """)
            #expect(
                report.items.map(\.fields) == [["cap"], ["cap"], ["active"], ["queues"]])
            let queues = try await site.store.queues()
            #expect(queues.map(\.settings.cap) == [7, nil])
            #expect(queues.first?.settings.targetWait == 600)
            #expect(try await site.store.counters().first?.counter.settings.automatic == true)
        }
    }

    @Test("A queue found by its prefix is renamed")
    func renamed() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("queues: [{name: Old, prefix: A}]")
            let report = try await site.apply("queues: [{name: New, prefix: A}]")
            #expect(report.items.first?.fields == ["name"])
            #expect(try await site.store.queues().map(\.settings.name) == ["New"])
        }
    }

    @Test("`open: true` opens a closed counter once; false leaves an open one open")
    func opens() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("counters: [{name: One}]")
            let report = try await site.apply("counters: [{name: One, open: true}]")
            #expect(report.items.map(\.action) == [.opened])
            #expect(try await site.apply("counters: [{name: One, open: false}]").isUnchanged)
            #expect(try await site.store.counters().first?.counter.state == .open)
        }
    }

    @Test(
        "What is wrong is told with file, line, key and what is allowed",
        arguments: [
            ("queue: []", "plan.yaml:1: queue: no such key; allowed here: branch, queues, counters, agents"),
            ("queues:\n  - {name: A, prefix: A, colour: red}", "plan.yaml:2: queues[1].colour: no such key"),
            ("queues: [{prefix: A}]", "plan.yaml:1: queues[1].name: it is missing"),
            ("queues: [{name: A}]", "prefix must be 1 to 3 letters A-Z"),
            ("queues:\n  - name: A\n    prefix: a1", "plan.yaml:3: queues[1].prefix: it must be 1 to 3 letters A-Z"),
            (
                "queues:\n  - name: A\n    prefix: A\n    cap: many",
                "plan.yaml:4: queues[1].cap: it must be a whole number"
            ),
            ("queues: [{name: A, prefix: A, open: yes}]", "queues[1].open: it must be true or false"),
            ("queues: [{name: A, prefix: A, undo_window: 6 min}]", "undo_window: it must be 0 to 300 seconds"),
            (
                "queues: [{name: A, prefix: A, credit: soon}]",
                "credit: it must be seconds, or text such as 90 s, 5 min, 1 h"
            ),
            ("queues: [{name: A, prefix: A}, {name: A, prefix: B}]", "queues[2]: the name A comes twice"),
            ("queues: [{name: A, prefix: A}, {name: B, prefix: A}]", "queues[2]: the prefix A is that of A too"),
            ("queues: yes", "queues: it must be a list"),
            ("queues: [7]", "queues[1]: it must be a mapping of name, prefix"),
            ("queues: [{name: A, name: B}]", "it is no YAML: the key name comes twice"),
            ("queues: [", "plan.yaml:2: it is no YAML"),
            (
                "counters:\n  - name: One\n    queues:\n      - queue: Z",
                "plan.yaml:4: counters[1].queues[1].queue: no queue has the name or prefix Z"
            ),
            (
                "counters: [{name: One, queues: [{queue: Z, tier: 10}]}]",
                "counters[1].queues[1].tier: it must be 1 to 9"
            ),
            ("agents: [{name: Ada, active: 1}]", "agents[1].active: it must be true or false"),
            ("branch: {time_zone: Mars/Base}", "branch.time_zone: this machine knows no time zone Mars/Base"),
            ("branch: {name: \"\"}", "branch.name: it must be 1 to 60 characters"),
            ("", "plan.yaml: it is empty"),
        ])
    func faults(_ yaml: String, _ expected: String) async throws {
        try await ControlSite.with { site in
            let refusal = await site.refusal(of: yaml)
            #expect(refusal?.code == .invalidPlan)
            #expect(refusal?.message.contains(expected) == true, "\(refusal?.message ?? "applied")")
            #expect(site.store.writer.ring.head == 0)
        }
    }

    @Test("A file at the bound is read, one byte more is refused")
    func bound() async throws {
        try await ControlSite.with { site in
            let text = "agents: [{name: Ada}]\n#"
            let filled = text + String(repeating: "x", count: ControlLimits.planBytes - text.utf8.count)
            let report = try await site.apply(filled)
            #expect(report.count(of: .created) == 1)
            let refusal = await site.refusal(of: filled + "x")
            #expect(refusal?.code == .invalidPlan)
        }
    }

    @Test("A name and a prefix of two queues are refused before anything is changed")
    func ambiguous() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("queues: [{name: A, prefix: A}, {name: B, prefix: B}]")
            let refusal = await site.refusal(of: "queues: [{name: A, prefix: B}]")
            #expect(refusal?.message.contains("the name is that of queue 1, the prefix that of queue 2") == true)
        }
    }

    @Test("A text that is one queue's name and another's prefix is refused, whoever has it")
    func ambiguousReference() async throws {
        try await ControlSite.with { site in
            let refusal = await site.refusal(
                of: """
                    queues: [{name: A, prefix: B}, {name: B, prefix: C}]
                    counters: [{name: One, queues: [{queue: A}, {queue: B}]}]
                    """)
            #expect(refusal?.code == .invalidPlan)
            #expect(refusal?.message.contains("B is the name of one queue and the prefix of another") == true)
            #expect(site.store.writer.ring.head == 0)
        }
    }

    @Test("The plan's own queues win over those that it doesn't speak of, and a name that it changes is gone")
    func plannedQueuesWin() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("queues: [{name: Cash, prefix: X}, {name: Old, prefix: O}]")
            _ = try await site.apply(
                """
                queues: [{name: X, prefix: A}, {name: New, prefix: O}]
                counters: [{name: One, queues: [{queue: X}, {queue: New}]}]
                """)
            let serves = try await site.store.counters().first?.counter.settings.serves.map(\.queueID)
            #expect(serves == [QueueID(3), QueueID(2)])
            let refusal = await site.refusal(
                of: "queues: [{name: Newer, prefix: O}]\ncounters: [{name: One, queues: [{queue: New}]}]")
            #expect(refusal?.code == .invalidPlan)
            #expect(refusal?.message.contains("no queue has the name or prefix New") == true)
        }
    }

    @Test(
        "What a counter or an agent may not be is refused before anything is changed",
        arguments: [
            (
                "counters: [{name: One, queues: [{queue: A}, {queue: Alpha}]}]",
                "counters[1]: queues must be each queue once"
            ),
            ("agents: [{name: \(String(repeating: "n", count: 61))}]", "agents[1]"),
            ("counters: [{name: \(String(repeating: "n", count: 61))}]", "counters[1]"),
        ])
    func checkedFirst(_ yaml: String, _ expected: String) async throws {
        try await ControlSite.with { site in
            let refusal = await site.refusal(of: "queues: [{name: Alpha, prefix: A}]\n" + yaml)
            #expect(refusal?.code == .invalidPlan)
            #expect(refusal?.message.contains(expected) == true, "\(refusal?.message ?? "applied")")
            #expect(site.store.writer.ring.head == 0)
        }
    }

    @Test("As many rows as there may be are made, and one more is refused before anything is changed")
    func room() async throws {
        try await ControlSite.with { site in
            func plan(_ count: Int) -> String {
                let counters = (1...count).map { "  - {name: C\($0)}" }.joined(separator: "\n")
                return "queues: [{name: Alpha, prefix: A}]\ncounters:\n" + counters
            }
            let refusal = await site.refusal(of: plan(DomainLimits.counters + 1))
            #expect(refusal?.message.contains("counters[501]: a branch has at most 500 counters") == true)
            #expect(site.store.writer.ring.head == 0)
            let report = try await site.apply(plan(DomainLimits.counters))
            #expect(report.count(of: .created) == DomainLimits.counters + 1)
        }
    }

    @Test("What the rules refuse ends the run and says why")
    func refused() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply("agents: [{name: Ada}]\ncounters: [{name: One}]")
            let open = Command(actor: Actor(role: .admin), request: .counter(CounterID(1), .open(AgentID(1))))
            _ = try await site.store.writer.submit(WriteRequest(open))
            let refusal = await site.refusal(of: "agents: [{name: Ada, active: false}]")
            #expect(refusal?.code == .refused)
            #expect(refusal?.message == "plan.yaml: Ada: agent_in_use")
        }
    }
}
