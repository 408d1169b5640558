import BranchStore
import QueueDomain

/// Brings a branch to what a plan says: compares with the rows there are, by name (queues also by prefix), creates and
/// changes what differs, and deletes nothing. A second run changes nothing.
///
/// Everything that can be checked is checked before the first change. Each change is a command of its own; one that is
/// refused ends the run, and what was done before it stays, so that applying again goes on from there.
struct PlanRun {
    private let store: BranchStore
    private let document: PlanDocument
    private let file: String
    private let actor: Actor
    /// Only says what would be done.
    private let isDry: Bool
    private var items: [PlanReport.Item] = []
    /// The ids of the plan's queues by their place in its list; a new one's is known once it was made.
    private var queueIDs: [Int: QueueID] = [:]

    private init(store: BranchStore, document: PlanDocument, file: String, actor: Actor, isDry: Bool) {
        self.store = store
        self.document = document
        self.file = file
        self.actor = actor
        self.isDry = isDry
    }

    /// Reads a plan's file and applies it.
    /// - Parameters:
    ///   - actor: who asks, for the events.
    ///   - dryRun: checks everything that is checked before the first change, and says what would be done.
    /// - Throws: `ControlRefusal`; its message names file, line and key.
    static func apply(
        _ yaml: String, file: String, to store: BranchStore, by actor: Actor = Actor(role: .admin),
        dryRun: Bool = false
    ) async throws(ControlRefusal) -> PlanReport {
        let document: PlanDocument
        do {
            document = try PlanReader.read(yaml, file: file)
        } catch {
            throw ControlRefusal(.invalidPlan, error.description)
        }
        let rows: StoredConfiguration
        do {
            rows = try await store.storedConfiguration()
        } catch {
            throw ControlRefusal(error)
        }
        var run = PlanRun(store: store, document: document, file: file, actor: actor, isDry: dryRun)
        return try await run.apply(to: rows)
    }

    private mutating func apply(to rows: StoredConfiguration) async throws(ControlRefusal) -> PlanReport {
        let queues = try matches(rows)
        let references = PlanReferences(
            planned: queues.map { $0.planned.settings(over: $0.row?.settings) },
            others: rows.queues.filter { row in !queues.contains { $0.row?.id == row.id } })
        for (index, match) in queues.enumerated() { queueIDs[index] = match.row?.id }
        try checkBranch()
        try checkRoom(rows, queues)
        for agent in document.agents {
            if let fault = BranchName.fault(agent.name) { throw refusal(agent.place, "it must be \(fault.allowed)") }
        }
        for planned in document.counters { _ = try settings(of: planned, over: rows, references) }

        try await applyBranch(rows.branch)
        for (index, match) in queues.enumerated() {
            queueIDs[index] = try await apply(match.planned, over: match.row)
        }
        for planned in document.agents {
            try await apply(planned, over: rows.agents.first { $0.name == planned.name })
        }
        for planned in document.counters {
            let settings = try settings(of: planned, over: rows, references)
            try await apply(planned, settings, over: rows.counters.first { $0.settings.name == planned.name })
        }
        return PlanReport(items: items)
    }

    // MARK: - Checks before the first change

    /// The row of each planned queue: by name, else by prefix.
    private func matches(_ rows: StoredConfiguration) throws(ControlRefusal) -> [(planned: PlannedQueue, row: Queue?)] {
        var found: [(planned: PlannedQueue, row: Queue?)] = []
        for planned in document.queues {
            let named = rows.queues.first { $0.settings.name == planned.name }
            let prefixed = rows.queues.first { $0.settings.prefix == planned.prefix }
            if let named, let prefixed, named.id != prefixed.id {
                throw refusal(
                    planned.place,
                    "the name is that of queue \(named.id), the prefix that of queue \(prefixed.id); change one of them"
                )
            }
            let row = named ?? prefixed
            if let row, let other = found.first(where: { $0.row?.id == row.id }) {
                throw refusal(planned.place, "queue \(row.id) is meant by \(other.planned.name) too")
            }
            let settings = planned.settings(over: row?.settings)
            if let fault = settings.fault {
                throw refusal(planned.place, "\(fault.field) must be \(fault.allowed)")
            }
            if let same = found.first(where: { $0.planned.settings(over: $0.row?.settings).prefix == settings.prefix })
            {
                throw refusal(planned.place, "the prefix \(settings.prefix) is that of \(same.planned.name) too")
            }
            found.append((planned, row))
        }
        return found
    }

    /// The settings that a counter gets: what the file says over what its row has. A queue that is yet to be made has
    /// a number of its own that no row has.
    private func settings(
        of planned: PlannedCounter, over rows: StoredConfiguration, _ references: PlanReferences
    ) throws(ControlRefusal) -> CounterSettings {
        let row = rows.counters.first { $0.settings.name == planned.name }
        var settings = row?.settings ?? CounterSettings(name: planned.name)
        settings.automatic = planned.automatic ?? settings.automatic
        if let serves = planned.serves {
            settings.serves = []
            for served in serves {
                let id: QueueID
                switch try target(of: served, references) {
                case .planned(let index): id = queueIDs[index] ?? QueueID(-1 - Int64(index))
                case .row(let known): id = known
                }
                settings.serves.append(ServedQueue(queueID: id, tier: served.tier, helpAfter: served.helpAfter))
            }
        }
        if let fault = settings.fault { throw refusal(planned.place, "\(fault.field) must be \(fault.allowed)") }
        return settings
    }

    private func target(
        of served: PlannedCounter.Served, _ references: PlanReferences
    ) throws(ControlRefusal) -> PlanReferences.Target {
        do {
            return try references.target(of: served.queue, isPrefix: served.isPrefix)
        } catch {
            switch error {
            case .unknown: throw refusal(served.place, "no queue has the name or prefix \(served.queue)")
            case .ambiguous:
                throw refusal(
                    served.place,
                    "\(served.queue) is the name of one queue and the prefix of another; write prefix, or the other")
            }
        }
    }

    /// Whether the rows that the plan adds find room among those there are.
    private func checkRoom(
        _ rows: StoredConfiguration, _ queues: [(planned: PlannedQueue, row: Queue?)]
    ) throws(ControlRefusal) {
        let newQueues = queues.filter { $0.row == nil }.map(\.planned.place)
        try checkRoom(for: newQueues, beside: rows.queues.count, DomainLimits.queues, "queues")
        let newCounters = document.counters.filter { planned in
            !rows.counters.contains { $0.settings.name == planned.name }
        }
        try checkRoom(for: newCounters.map(\.place), beside: rows.counters.count, DomainLimits.counters, "counters")
        let newAgents = document.agents.filter { planned in !rows.agents.contains { $0.name == planned.name } }
        try checkRoom(for: newAgents.map(\.place), beside: rows.agents.count, DomainLimits.agents, "agents")
    }

    private func checkRoom(
        for new: [PlanPlace], beside count: Int, _ limit: Int, _ what: String
    ) throws(ControlRefusal) {
        let room = max(0, limit - count)
        guard new.count > room else { return }
        throw refusal(new[room], "a branch has at most \(limit) \(what), and there are \(count) already")
    }

    private func checkBranch() throws(ControlRefusal) {
        if let zone = document.branch?.timeZone, ZoneOffsets.load(zone.value) == nil {
            throw refusal(zone.place, "this machine knows no time zone \(zone.value); an IANA name, as Europe/Berlin")
        }
    }

    private func refusal(_ place: PlanPlace, _ problem: String) -> ControlRefusal {
        let fault = PlanFault(file: file, line: place.line, key: place.key, problem: problem)
        return ControlRefusal(.invalidPlan, fault.description)
    }

    // MARK: - Changes

    private mutating func applyBranch(_ row: Branch?) async throws(ControlRefusal) {
        guard let planned = document.branch, let row else { return }
        let profile = planned.profile(over: row.profile)
        let fields = profile.differences(from: row.profile)
        if !fields.isEmpty {
            _ = try await submit(.edit(.changeBranch(profile, expecting: row.version)), about: profile.name)
        }
        note(.branch, profile.name, fields.isEmpty ? .unchanged : .changed, fields)
    }

    /// - Returns: the queue's id.
    private mutating func apply(
        _ planned: PlannedQueue, over row: Queue?
    ) async throws(ControlRefusal) -> QueueID? {
        let settings = planned.settings(over: row?.settings)
        var id = row?.id
        if let row {
            let fields = settings.differences(from: row.settings)
            if !fields.isEmpty {
                let edit = BranchEdit.changeQueue(row.id, settings, expecting: row.version)
                _ = try await submit(.edit(edit), about: planned.name)
            }
            note(.queue, planned.name, fields.isEmpty ? .unchanged : .changed, fields)
        } else {
            let facts = try await submit(.edit(.createQueue(settings)), about: planned.name)
            if case .queue(let fact)? = facts.first { id = fact.after?.id }
            note(.queue, planned.name, .created)
        }
        return id
    }

    private mutating func apply(_ planned: PlannedAgent, over row: NamedAgent?) async throws(ControlRefusal) {
        guard let row else {
            let edit = BranchEdit.createAgent(name: planned.name, isActive: planned.isActive ?? true)
            _ = try await submit(.edit(edit), about: planned.name)
            return note(.agent, planned.name, .created)
        }
        guard let isActive = planned.isActive, isActive != row.agent.isActive else {
            return note(.agent, planned.name, .unchanged)
        }
        let edit = BranchEdit.changeAgent(
            row.agent.id, name: planned.name, isActive: isActive, expecting: row.agent.version)
        _ = try await submit(.edit(edit), about: planned.name)
        note(.agent, planned.name, .changed, ["active"])
    }

    private mutating func apply(
        _ planned: PlannedCounter, _ settings: CounterSettings, over row: Counter?
    ) async throws(ControlRefusal) {
        var counter = row
        if let row {
            let fields = settings.differences(from: row.settings)
            if !fields.isEmpty {
                let edit = BranchEdit.changeCounter(row.id, settings, expecting: row.version)
                _ = try await submit(.edit(edit), about: planned.name)
                note(.counter, planned.name, .changed, fields)
            }
        } else {
            let facts = try await submit(.edit(.createCounter(settings)), about: planned.name)
            if case .counter(let fact)? = facts.first { counter = fact.after }
            note(.counter, planned.name, .created)
        }
        let isChanged = items.last.map { $0.kind == .counter && $0.name == planned.name } ?? false
        if planned.isOpen == true, counter?.state ?? .closed == .closed {
            if let counter { _ = try await submit(.counter(counter.id, .open(nil)), about: planned.name) }
            note(.counter, planned.name, .opened)
        } else if !isChanged {
            note(.counter, planned.name, .unchanged)
        }
    }

    private mutating func note(
        _ kind: PlanReport.Item.Kind, _ name: String, _ action: PlanReport.Item.Action, _ fields: [String] = []
    ) {
        items.append(PlanReport.Item(kind: kind, name: name, action: action, fields: fields))
    }

    private func submit(_ request: Command.Request, about name: String) async throws(ControlRefusal) -> [Fact] {
        if isDry { return [] }
        let command = Command(actor: actor, request: request)
        let reply: WriteReply
        do {
            var write = WriteRequest(command, isInternal: true)
            write.audit = actor.id.map { AuditActor(role: actor.role.rawValue, id: $0) } ?? .console
            reply = try await store.writer.submit(write)
        } catch {
            throw ControlRefusal(error)
        }
        switch reply {
        case .done(let result): return result.facts
        case .rejected(let rejection, _):
            let reason =
                rejection.code == .versionConflict ? "it was changed meanwhile; apply again" : rejection.sentence
            throw ControlRefusal(.refused, "\(file): \(name): \(reason)")
        case .replayed: preconditionFailure("A plan's commands carry no key.")
        }
    }
}

extension Rejection {
    /// The code, with the faulty setting where one is meant.
    fileprivate var sentence: String {
        fault.map { "\(code.rawValue): \($0.field) must be \($0.allowed)" } ?? code.rawValue
    }
}
