package import QueueDomain

extension CommandGenerator {
    mutating func callNext(_ source: MemorySource) -> Command {
        let counter = anyCounter()
        var seen = source.currentID(at: counter).flatMap { id in
            source.version(of: id).map { SeenTicket(id: id, version: $0) }
        }
        switch random.below(100) {
        case 0..<5: seen = nil
        case ..<10: seen?.version -= 1
        case ..<12: seen = SeenTicket(id: anyTicket(source), version: Int64(random.within(1...4)))
        default: break
        }
        let queue = random.chance(100) ? random.pick(queueIDs) : nil
        let (actor, agentID) = staff()
        return Command(
            actor: actor, agentID: agentID,
            request: .callNext(CallNextRequest(counterID: counter, completes: seen, queueID: queue)))
    }

    mutating func reserve() -> Command {
        let holding = holding()
        let queue = random.chance(10) ? QueueID(99) : random.pick(queueIDs) ?? QueueID(1)
        return Command(actor: Actor(role: .worker, id: holding.token.rawValue), request: .reserve(queue, holding))
    }

    mutating func counterCommand(_ source: MemorySource) -> Command {
        let counter = anyCounter()
        let (actor, agentID) = staff()
        let isClosed = source.counter(counter)?.state == .closed
        let action: CounterAction
        switch random.below(10) {
        case 0..<6: action = isClosed || random.chance(300) ? .open(agentID) : .pause
        case ..<9: action = isClosed ? .open(agentID) : .close
        default: action = random.pick([.open(nil), .open(AgentID(77)), .pause, .close]) ?? .pause
        }
        return Command(actor: actor, agentID: agentID, request: .counter(counter, action))
    }

    /// What the dispatcher asks for, due or not.
    mutating func duty(_ source: MemorySource) -> Command {
        let request: Command.Request
        switch random.below(10) {
        case 0..<4: request = .callNext(CallNextRequest(counterID: anyCounter(), isAutomatic: true))
        case ..<6: request = .ticket(anyTicket(source), .returnFromPark)
        case ..<8: request = .ticket(anyTicket(source), .expireLease)
        case 8: request = .ticket(anyTicket(source), .expireDay)
        default: request = .rollDay
        }
        return Command(actor: .system, request: request)
    }

    mutating func edit(_ branch: SimulatedBranch) -> Command {
        let source = branch.source
        let edit: BranchEdit
        switch random.below(20) {
        case 0: edit = .createQueue(queueSettings(QueueSettings(name: "New \(random.below(9))", prefix: letter())))
        case 1..<9: edit = changeQueue(source)
        case 9: edit = .deleteQueue(random.pick(queueIDs) ?? QueueID(1), expecting: nil)
        case 10: edit = .createCounter(counterSettings(CounterSettings(name: "New \(random.below(9))")))
        case 11..<15: edit = changeCounter(source)
        case 15: edit = .deleteCounter(anyCounter(), expecting: nil)
        case 16: edit = .createAgent(name: "Agent \(random.below(9))", isActive: random.chance(800))
        case 17: edit = changeAgent(source)
        case 18: edit = .deleteAgent(random.pick(agentIDs) ?? AgentID(1), expecting: random.chance(500) ? nil : 1)
        default: edit = changeBranch(source.branchRow)
        }
        return Command(actor: Actor(role: .admin, id: 1), request: .edit(edit))
    }

    private mutating func letter() -> String { random.pick(["A", "B", "C", "X", "YY", "ZZZ", "a", ""]) ?? "A" }

    private mutating func changeQueue(_ source: MemorySource) -> BranchEdit {
        let id = random.pick(queueIDs) ?? QueueID(1)
        let queue = source.queue(id)
        let settings = queue?.settings ?? QueueSettings(name: "None", prefix: "N")
        return .changeQueue(id, queueSettings(settings), expecting: expectation(queue?.version))
    }

    /// The settings with one or two of them drawn anew.
    private mutating func queueSettings(_ old: QueueSettings) -> QueueSettings {
        var settings = old
        for _ in 0...random.below(2) {
            switch random.below(13) {
            case 0: settings.credit = random.pick([0, 60, 600, 86_400, 86_401]) ?? 600
            case 1: settings.strict.toggle()
            case 2: settings.isOpen = random.chance(800)
            case 3: settings.cap = random.chance(500) ? nil : random.within(1...30)
            case 4: settings.undoWindow = random.pick([0, 5, 15, 300]) ?? 15
            case 5: settings.carryOver.toggle()
            case 6: settings.autoStart.toggle()
            case 7:
                settings.firstNumber = random.within(1...20)
                settings.lastNumber = settings.firstNumber + random.within(-1...60)
            case 8: settings.prefix = letter()
            case 9: settings.name = "Queue \(random.below(20))"
            case 10: settings.hours = random.chance(400) ? nil : openingHours()
            case 11:
                settings.names =
                    random.pick([[:], ["de": "Schalter"], ["de": "Post", "DE": "Post"], ["": "x"]]) ?? [:]
            default: settings.targetWait = random.chance(300) ? nil : random.within(60...900)
            }
        }
        return settings
    }

    private mutating func changeCounter(_ source: MemorySource) -> BranchEdit {
        let id = anyCounter()
        let counter = source.counter(id)
        let settings = counter?.settings ?? CounterSettings(name: "None")
        return .changeCounter(id, counterSettings(settings), expecting: expectation(counter?.version))
    }

    private mutating func counterSettings(_ old: CounterSettings) -> CounterSettings {
        var settings = old
        settings.automatic = random.chance(300)
        if random.chance(300) { settings.name = "Counter \(random.below(20))" }
        if random.chance(500) {
            settings.serves = queueIDs.filter { _ in random.chance(600) }.map {
                ServedQueue(queueID: $0, tier: random.within(1...3), helpAfter: random.pick([0, 0, 30, 600]) ?? 0)
            }
        }
        return settings
    }

    private mutating func changeAgent(_ source: MemorySource) -> BranchEdit {
        let id = random.pick(agentIDs) ?? AgentID(1)
        let agent = source.agent(id)
        return .changeAgent(
            id, name: "Agent \(random.below(9))", isActive: random.chance(700), expecting: expectation(agent?.version))
    }

    /// What makes a branch with every kind of queue and counter out of an empty one.
    package static var setUp: [Command] {
        let queues = [
            QueueSettings(name: "Accounts", prefix: "A", lastNumber: 40),
            QueueSettings(name: "Urgent", prefix: "B", lastNumber: 60, strict: true, autoStart: true),
            QueueSettings(name: "Cards", prefix: "C", credit: 60, cap: 10, undoWindow: 5),
            QueueSettings(name: "Loans", prefix: "D", lastNumber: 12, undoWindow: 60, carryOver: true),
            QueueSettings(name: "Post", prefix: "EE", credit: 0, undoWindow: 300, autoStart: true, targetWait: 300),
            QueueSettings(name: "Closed", prefix: "FFF", firstNumber: 999_990, lastNumber: 999_999, isOpen: false),
        ]
        let counters = [
            CounterSettings(name: "1", serves: [ServedQueue(queueID: QueueID(1)), ServedQueue(queueID: QueueID(3))]),
            CounterSettings(
                name: "2", automatic: true,
                serves: [ServedQueue(queueID: QueueID(2)), ServedQueue(queueID: QueueID(1), tier: 2, helpAfter: 60)]),
            CounterSettings(
                name: "3", serves: [ServedQueue(queueID: QueueID(4)), ServedQueue(queueID: QueueID(5), tier: 2)]),
            CounterSettings(
                name: "4", serves: (1...6).map { ServedQueue(queueID: QueueID($0), tier: Int($0 + 1) / 2) }),
            CounterSettings(name: "5", automatic: true, serves: [ServedQueue(queueID: QueueID(5))]),
        ]
        let admin = Actor(role: .admin, id: 1)
        let edits: [BranchEdit] =
            queues.map { .createQueue($0) } + (1...4).map { .createAgent(name: "Agent \($0)", isActive: true) }
            + counters.map { .createCounter($0) }
        let opened = (1...4).map { Command.Request.counter(CounterID($0), .open(AgentID($0))) }
        return edits.map { Command(actor: admin, request: .edit($0)) }
            + opened.map { Command(actor: admin, request: $0) }
    }
}
