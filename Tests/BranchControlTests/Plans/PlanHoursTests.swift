import BranchControl
import BranchStore
import QueueDomain
import Testing

@Suite("Hours and names in a plan")
struct PlanHoursTests {
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

    @Test("What a file says of the branch is what it gets")
    func branch() async throws {
        try await ControlSite.with { site in
            let report = try await site.apply(Self.plan)
            let fields = ["name", "time_zone", "language", "names", "purge_hours", "hours", "exceptions"]
            #expect(report.items.first?.fields == fields)
            let profile = try #require(try await site.store.branch()).profile
            #expect(profile.name == "North: #1" && profile.language == "de" && !profile.takesNames)
            #expect(profile.purgeHours == 48)
            let spans = [
                OpeningHours.Span(days: [1, 2, 3, 4, 5], part: DayPart(from: 540, to: 750)),
                OpeningHours.Span(days: [1, 2, 4], part: DayPart(from: 810, to: 1_440)),
            ]
            #expect(profile.hours?.spans == spans)
            #expect(profile.exceptions.map(\.date.text) == ["2026-12-24", "2026-12-25"])
            #expect(profile.exceptions.map(\.note) == ["Christmas Eve", nil])
            #expect(profile.exceptions.map(\.part) == [DayPart(from: 540, to: 720), nil])
            let queue = try #require(try await site.store.queues().first).settings
            #expect(queue.names == ["de": "Schalter", "fr": "no"] && queue.hours == OpeningHours(spans: []))
            let again = try await site.apply("branch: {hours: null, exceptions: [], purge_hours: null}")
            #expect(again.items.map(\.fields) == [["purge_hours", "hours", "exceptions"]])
            #expect(try await site.apply("queues: [{name: B, names: null, hours: null}]").items[0].fields.count == 2)
        }
    }

    @Test(
        "What is wrong with hours, dates and names is told at its line",
        arguments: [
            ("branch: {hours: 9}", "branch.hours: it must be a list"),
            (
                "branch:\n  hours:\n    - days: 1\n      from: 09:00\n      to: 10:00",
                "plan.yaml:3: branch.hours[1].days: it must be a list of whole numbers"
            ),
            (
                "branch:\n  hours:\n    - days: [1, 1]\n      from: 09:00\n      to: 10:00",
                "plan.yaml:3: branch.hours[1].days: a day comes twice"
            ),
            (
                "branch:\n  hours:\n    - days: [1]\n      from: 9\n      to: 10:00",
                "plan.yaml:4: branch.hours[1].from: it must be a time from 00:00 to 24:00"
            ),
            ("branch: {hours: [{days: [1], from: 09:00}]}", "branch.hours[1].to: it is missing"),
            (
                "branch: {hours: [{days: [1], from: 10:00, to: 09:00}]}",
                "branch.hours: it must be spans of days 1 (Monday) to 7"
            ),
            ("branch: {exceptions: [{date: soon}]}", "branch.exceptions[1].date: it must be a date, as 2026-12-24"),
            ("branch: {exceptions: [{date: 2026-12-24, to: 09:00}]}", "branch.exceptions[1].from: it is missing"),
            (
                "branch: {exceptions: [{date: 2026-12-24}, {date: 2026-12-24}]}",
                "branch.exceptions: it must be either closed or open on one date"
            ),
            ("branch: {language: x}", "branch.language: it must be a language tag such as en or pt-BR"),
            ("branch: {purge_hours: 721}", "branch.purge_hours: it must be 1 to 720 hours, or null"),
            ("queues: [{name: A, prefix: A, names: [de]}]", "queues[1].names: it must be a mapping of texts"),
            ("queues: [{name: A, prefix: A, names: {de: ~}}]", "queues[1].names: it must be a mapping of texts"),
            ("queues: [{name: A, prefix: A, names: {d: x}}]", "queues[1].names: it must be under language tags"),
            (
                "counters: [{name: One, queues: [{queue: A, prefix: A}]}]",
                "counters[1].queues[1].prefix: the queue is named already"
            ),
            ("counters: [{name: One, queues: [{prefix: Z}]}]", "queues[1].prefix: no queue has the name or prefix Z"),
        ])
    func faults(_ yaml: String, _ expected: String) async throws {
        try await ControlSite.with { site in
            let refusal = await site.refusal(of: yaml)
            #expect(refusal?.code == .invalidPlan)
            #expect(refusal?.message.contains(expected) == true, "\(refusal?.message ?? "applied")")
            #expect(site.store.writer.ring.head == 0)
        }
    }
}
