import QueueDomain
import QueueTestSupport
import Testing

@Suite struct EditTests {
    private func code(_ scene: Scene, _ edit: BranchEdit) -> RejectionCode? { scene.refusal(.edit(edit))?.code }

    @Suite struct Queues {
        @Test func `queues get the ids 1, 2, 3, and a deleted one's id is not used again`() throws {
            let scene = try Scene(queues: ["A", "B", "C"].map { Scene.queue($0) }, counters: [])
            #expect(scene.source.queues.keys.sorted() == [QueueID(1), QueueID(2), QueueID(3)])
            try scene.run(.edit(.deleteQueue(QueueID(3), expecting: 1)))
            try scene.run(.edit(.createQueue(Scene.queue("C"))))
            #expect(scene.source.queue(QueueID(4))?.settings.prefix == "C")
        }

        @Test func `prefixes and names are unique in the branch, but a queue keeps its own`() throws {
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")])
            #expect(scene.refusal(.edit(.createQueue(Scene.queue("A") { $0.name = "Other" })))?.code == .prefixInUse)
            #expect(scene.refusal(.edit(.createQueue(Scene.queue("C") { $0.name = "Queue A" })))?.code == .nameInUse)
            let taken = Scene.queue("B") { $0.name = "Queue A" }
            #expect(scene.refusal(.edit(.changeQueue(QueueID(2), taken, expecting: nil)))?.code == .nameInUse)
            try scene.run(.edit(.changeQueue(QueueID(2), Scene.queue("B") { $0.credit = 1 }, expecting: 1)))
            #expect(scene.source.queue(QueueID(2))?.version == 2)
        }

        @Test func `a change keeps the line, the last number and the day`() throws {
            let scene = try Scene()
            try scene.issue()
            try scene.run(.edit(.changeQueue(QueueID(1), Scene.queue("A") { $0.isOpen = false }, expecting: nil)))
            let queue = scene.source.queue(QueueID(1))
            #expect(queue?.waiting == 1)
            #expect(queue?.lastDrawn == 1)
        }

        @Test(arguments: [0, 2] as [Int64])
        func `a stale version is refused`(version: Int64) throws {
            let scene = try Scene()
            let change = BranchEdit.changeQueue(QueueID(1), Scene.queue("A"), expecting: version)
            #expect(scene.refusal(.edit(change))?.code == .versionConflict)
            #expect(scene.refusal(.edit(.deleteQueue(QueueID(1), expecting: version)))?.code == .versionConflict)
        }

        @Test func `an unknown queue is not found`() throws {
            let scene = try Scene()
            #expect(scene.refusal(.edit(.deleteQueue(QueueID(9), expecting: nil)))?.code == .queueNotFound)
            let change = BranchEdit.changeQueue(QueueID(9), Scene.queue("Z"), expecting: nil)
            #expect(scene.refusal(.edit(change))?.code == .queueNotFound)
        }

        @Test(arguments: TicketState.allCases)
        func `a queue with an open ticket isn't deleted`(state: TicketState) throws {
            let scene = try Scene()
            _ = try scene.ticket(in: state)
            let code = scene.refusal(.edit(.deleteQueue(QueueID(1), expecting: nil)))?.code
            #expect(code == (state.isEnded ? nil : .queueInUse))
        }

        @Test func `a deleted queue leaves its counters, each with an event of its own`() throws {
            let serves = [ServedQueue.one, ServedQueue(queueID: QueueID(2), tier: 2)]
            let scene = try Scene(queues: [Scene.queue("A"), Scene.queue("B")], counters: [serves, serves])
            let facts = try scene.run(.edit(.deleteQueue(QueueID(1), expecting: nil)))
            #expect(facts.count == 3)
            #expect(scene.source.counter(CounterID(1))?.settings.serves == [serves[1]])
            #expect(scene.source.counter(CounterID(2))?.settings.serves == [serves[1]])
        }

        @Test func `there are at most as many queues as the limit`() throws {
            let scene = try Scene(queues: [], counters: [])
            for index in 0..<DomainLimits.queues {
                var settings = Scene.queue(Self.prefix(index))
                settings.name = "Queue \(index)"
                try scene.run(.edit(.createQueue(settings)))
            }
            let extra = Scene.queue("ZZZ")
            #expect(scene.refusal(.edit(.createQueue(extra)))?.code == .limitReached)
            try scene.run(.edit(.deleteQueue(QueueID(1), expecting: nil)))
            try scene.run(.edit(.createQueue(extra)))
        }

        private static func prefix(_ index: Int) -> String {
            let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            return String([letters[index / 26], letters[index % 26]])
        }
    }

    @Suite struct Counters {
        static let rows: [SettingRow<CounterSettings>] = [
            .init("no name", fault: "name") { $0.name = "" },
            .init("a long name", fault: "name") { $0.name = String(repeating: "n", count: 61) },
            .init("no queue", fault: nil) { $0.serves = [] },
            .init("a queue twice", fault: "queues") { $0.serves = [.one, .one] },
            .init("tier 0", fault: "queues.tier") { $0.serves = [ServedQueue(queueID: QueueID(1), tier: 0)] },
            .init("tier 9", fault: nil) { $0.serves = [ServedQueue(queueID: QueueID(1), tier: 9)] },
            .init("tier 10", fault: "queues.tier") { $0.serves = [ServedQueue(queueID: QueueID(1), tier: 10)] },
            .init("help after a day", fault: nil) {
                $0.serves = [ServedQueue(queueID: QueueID(1), helpAfter: 86_400)]
            },
            .init("help after more", fault: "queues.help_after") {
                $0.serves = [ServedQueue(queueID: QueueID(1), helpAfter: 86_401)]
            },
            .init("help before", fault: "queues.help_after") {
                $0.serves = [ServedQueue(queueID: QueueID(1), helpAfter: -1)]
            },
            .init("51 queues", fault: "queues") { settings in
                settings.serves = (1...51).map { ServedQueue(queueID: QueueID($0)) }
            },
        ]

        @Test(arguments: rows)
        func `each setting has its bounds`(row: SettingRow<CounterSettings>) throws {
            var settings = CounterSettings(name: "New", serves: [.one])
            row.change(&settings)
            let scene = try Scene()
            #expect(scene.refusal(.edit(.createCounter(settings)))?.fault?.field == row.fault)
            let change = BranchEdit.changeCounter(CounterID(1), settings, expecting: nil)
            settings.name = row.fault == "name" ? settings.name : "Changed"
            #expect(scene.refusal(.edit(change))?.fault?.field == row.fault)
        }

        @Test func `exactly 50 queues are allowed`() {
            let serves = (1...50).map { ServedQueue(queueID: QueueID($0)) }
            #expect(CounterSettings(name: "1", serves: serves).fault == nil)
        }

        @Test func `a queue that isn't there can't be served`() throws {
            let scene = try Scene()
            let settings = CounterSettings(name: "New", serves: [ServedQueue(queueID: QueueID(8))])
            #expect(scene.refusal(.edit(.createCounter(settings)))?.code == .queueNotFound)
        }

        @Test func `names are unique, versions are checked`() throws {
            let scene = try Scene()
            #expect(scene.refusal(.edit(.createCounter(CounterSettings(name: "Counter 1"))))?.code == .nameInUse)
            let own = CounterSettings(name: "Counter 1", automatic: true)
            let version = scene.source.counter(CounterID(1))?.version ?? 0
            let stale = BranchEdit.changeCounter(CounterID(1), own, expecting: version - 1)
            #expect(scene.refusal(.edit(stale))?.code == .versionConflict)
            try scene.run(.edit(.changeCounter(CounterID(1), own, expecting: version)))
            #expect(scene.source.counter(CounterID(1))?.settings.automatic == true)
            #expect(scene.source.counter(CounterID(1))?.state == .open)
        }

        @Test func `only a closed counter without customers is deleted`() throws {
            let scene = try Scene()
            #expect(scene.refusal(.edit(.deleteCounter(CounterID(1), expecting: nil)))?.code == .counterInUse)
            try scene.run(.counter(CounterID(1), .close))
            try scene.run(.edit(.deleteCounter(CounterID(1), expecting: nil)))
            #expect(scene.refusal(.edit(.deleteCounter(CounterID(1), expecting: nil)))?.code == .counterNotFound)
            try scene.run(.edit(.createCounter(CounterSettings(name: "Counter 1"))))
            #expect(scene.source.counter(CounterID(3))?.settings.name == "Counter 1")
        }
    }

    @Suite struct Agents {
        @Test func `agents are made, changed and deleted, and names are unique`() throws {
            let scene = try Scene()
            try scene.run(.edit(.createAgent(name: "Kim", isActive: true)))
            #expect(scene.refusal(.edit(.createAgent(name: "Kim", isActive: true)))?.code == .nameInUse)
            try scene.run(.edit(.createAgent(name: "Lou", isActive: false)))
            let taken = BranchEdit.changeAgent(AgentID(2), name: "Kim", isActive: true, expecting: nil)
            #expect(scene.refusal(.edit(taken))?.code == .nameInUse)
            try scene.run(.edit(.changeAgent(AgentID(2), name: "Lou", isActive: true, expecting: 1)))
            #expect(scene.source.agent(AgentID(2))?.version == 2)
            let stale = BranchEdit.deleteAgent(AgentID(2), expecting: 1)
            #expect(scene.refusal(.edit(stale))?.code == .versionConflict)
            try scene.run(.edit(.deleteAgent(AgentID(2), expecting: 2)))
            #expect(scene.refusal(.edit(.deleteAgent(AgentID(2), expecting: nil)))?.code == .agentNotFound)
            #expect(scene.refusal(.edit(.createAgent(name: "", isActive: true)))?.fault?.field == "name")
        }

        @Test(arguments: [CounterAction.open(AgentID(1)), .pause])
        func `an agent at a counter is neither deleted nor made inactive`(action: CounterAction) throws {
            let scene = try Scene()
            try scene.run(.edit(.createAgent(name: "Kim", isActive: true)))
            try scene.run(.counter(CounterID(1), .open(AgentID(1))))
            try scene.run(.counter(CounterID(1), action))
            #expect(scene.refusal(.edit(.deleteAgent(AgentID(1), expecting: nil)))?.code == .agentInUse)
            let idle = BranchEdit.changeAgent(AgentID(1), name: "Kim", isActive: false, expecting: nil)
            #expect(scene.refusal(.edit(idle))?.code == .agentInUse)
            try scene.run(.edit(.changeAgent(AgentID(1), name: "Kimberly", isActive: true, expecting: nil)))
        }
    }

    @Test(arguments: [
        (BranchEdit.createQueue(Scene.queue("Z")), DomainLimits.queues),
        (.createCounter(CounterSettings(name: "Z")), DomainLimits.counters),
        (.createAgent(name: "Z", isActive: true), DomainLimits.agents),
    ])
    func `a branch has at most so many rows of a kind`(edit: BranchEdit, limit: Int) throws {
        let scene = try Scene()
        var situation = Situation(
            now: scene.branch.clock.now(), rules: scene.branch.rules, branch: scene.source.branchRow)
        situation.rowCount = limit - 1
        let command = Command(actor: .staff, request: .edit(edit))
        #expect(try decide(command, in: situation).count == 1)
        situation.rowCount = limit
        #expect(throws: Rejection(.limitReached)) { try decide(command, in: situation) }
    }

    @Test func `the branch's name and zone change without moving the day`() throws {
        let scene = try Scene()
        let day = scene.source.branchRow.day
        try scene.run(.edit(.changeBranch(BranchProfile(name: "Centre", timeZone: "Europe/Berlin"), expecting: nil)))
        #expect(scene.source.branchRow.name == "Centre")
        #expect(scene.source.branchRow.timeZone == "Europe/Berlin")
        #expect(scene.source.branchRow.day == day)
        #expect(scene.source.branchRow.version == 2)
        let nameless = BranchProfile(name: "", timeZone: "UTC")
        #expect(code(scene, .changeBranch(nameless, expecting: nil)) == .invalidSetting)
    }
}
