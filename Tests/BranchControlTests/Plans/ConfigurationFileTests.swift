import BranchControl
import BranchStore
import QueueDomain
import Testing

@Suite("The configuration as a file")
struct ConfigurationFileTests {
    private static let plan = """
        branch:
          name: "North: #1"
          time_zone: Europe/Berlin
          language: de
          names: false
          purge_hours: 48
          hours:
            - days: [1, 2, 3, 4, 5]
              from: 09:00
              to: 12:30
            - {days: [1, 2, 4], from: 13:30, to: 24:00}
          exceptions:
            - {date: 2026-12-24, from: 09:00, to: 12:00, note: Christmas Eve}
            - date: 2026-12-25
        queues:
          - {name: B, prefix: A, target_wait: 10 min, names: {de: Schalter, fr: "no"}, hours: []}
          - {name: A, prefix: B, cap: 50, strict: true, carry_over: true, auto_start: true, open: false}
          - name: Cash
            prefix: C
            hours: [{days: [6], from: 10:00, to: 14:00}]
        counters:
          - {name: "007", automatic: true, open: true, queues: [{prefix: A}, {prefix: B, tier: 2, help_after: 5 min}]}
          - name: Two
        agents: [{name: Ada}, {name: "null", active: false}]
        """

    private func rows(_ store: BranchStore) async throws -> StoredConfiguration {
        try await store.storedConfiguration()
    }

    @Test("An exported file changes nothing where it comes from, and makes the same branch of an empty one")
    func roundTrip() async throws {
        try await ControlSite.with { site in
            _ = try await site.apply(Self.plan)
            let text = try await ConfigurationFile.text(of: site.store)
            #expect(try await site.apply(text).isUnchanged)
            try await ControlSite.with { other in
                let report = try await other.apply(text)
                #expect(report.count(of: .created) == 7 && report.count(of: .opened) == 0)
                #expect(try await ConfigurationFile.text(of: other.store) == text)
                let (one, two) = (try await rows(site.store), try await rows(other.store))
                #expect(one.branch?.profile == two.branch?.profile)
                #expect(one.queues.map(\.settings) == two.queues.map(\.settings))
                #expect(one.counters.map(\.settings) == two.counters.map(\.settings))
                #expect(one.agents.map(\.name) == two.agents.map(\.name))
                #expect(one.agents.map(\.agent.isActive) == two.agents.map(\.agent.isActive))
            }
        }
    }

    @Test("An empty branch is a file too")
    func empty() async throws {
        try await ControlSite.with { site in
            let text = try await ConfigurationFile.text(of: site.store)
            #expect(text.hasSuffix("\nqueues: []\n\ncounters: []\n\nagents: []\n"))
            #expect(try await site.apply(text).isUnchanged)
        }
    }

    @Test(
        "Every text comes back as it was",
        arguments: [
            "\"quoted\" \\ 'text'", "a: b # c", "- x", "true", "~", "12:30", " blank ", "tab\tand\nlines\r\n",
            "\u{1}\u{7F}\u{85}\u{A0}\u{2028}\u{2029}\u{FEFF}", "\u{FFFE}\u{FFFF}", "عربى 🎫 ελληνικά", "%TAG",
            "*a &b !c",
        ])
    func texts(_ name: String) async throws {
        try await ControlSite.with { site in
            let edit = BranchEdit.createAgent(name: name, isActive: true)
            let reply = try await site.store.writer.submit(
                WriteRequest(Command(actor: Actor(role: .admin), request: .edit(edit))))
            guard case .done = reply else {
                Issue.record("the name is refused")
                return
            }
            let text = try await ConfigurationFile.text(of: site.store)
            try await ControlSite.with { other in
                _ = try await other.apply(text)
                #expect(try await other.store.agents().map(\.name) == [name])
            }
        }
    }

    @Test("A dry run says what would be done and does nothing")
    func dryRun() async throws {
        try await ControlSite.with { site in
            func take(_ text: String, dryRun: Bool) async throws -> PlanReport {
                try await ConfigurationFile.take(
                    text, named: "f", by: Actor(role: .admin, id: 7), dryRun: dryRun, in: site.store)
            }
            let dry = try await take(Self.plan, dryRun: true)
            #expect(site.store.writer.ring.head == 0)
            #expect(try await take(Self.plan, dryRun: false) == dry)
            let events = site.store.writer.ring.events(after: 0, limit: 100) ?? []
            let texts = events.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(!texts.isEmpty && texts.allSatisfy { $0.contains(#""actor":{"role":"admin","id":7}"#) })
            #expect(try await take(Self.plan, dryRun: true).isUnchanged)
            let wrong = await #expect(throws: ControlRefusal.self) {
                try await take("branch:\n  names: maybe", dryRun: true)
            }
            #expect(wrong?.message == "f:2: branch.names: it must be true or false")
        }
    }
}
