import QueueDomain
import Yams

/// Reads a plan's file.
enum PlanReader {
    /// - Parameter file: its name, for faults.
    /// - Throws: `PlanFault`: not YAML, an unknown key, a wrong value, a name that comes twice.
    static func read(_ yaml: String, file: String) throws(PlanFault) -> PlanDocument {
        guard yaml.utf8.count <= ControlLimits.planBytes else {
            throw PlanFault(file: file, problem: "it is larger than \(ControlLimits.planBytes) bytes")
        }
        guard let root = try compose(yaml, file: file) else {
            throw PlanFault(file: file, problem: "it is empty; allowed are branch, queues, counters, agents")
        }
        let top = try PlanMapping(root, at: "", in: file, allowed: ["branch", "queues", "counters", "agents"])
        var document = PlanDocument()
        try readBranch(root, top, file: file, into: &document)
        for (node, path) in try top.list("queues") { document.queues.append(try queue(node, path, file)) }
        for (node, path) in try top.list("counters") { document.counters.append(try counter(node, path, file)) }
        for (node, path) in try top.list("agents") { document.agents.append(try agent(node, path, file)) }
        try check(document.queues.map { ($0.name, $0.place) }, file: file)
        try check(document.counters.map { ($0.name, $0.place) }, file: file)
        try check(document.agents.map { ($0.name, $0.place) }, file: file)
        return document
    }

    private static func compose(_ yaml: String, file: String) throws(PlanFault) -> Node? {
        do {
            return try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw PlanFault(file: file, line: line(of: error), problem: "it is no YAML: \(problem(of: error))")
        } catch {
            throw PlanFault(file: file, problem: "it is no YAML")
        }
    }

    private static func line(of error: YamlError) -> Int? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    private static func problem(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .reader(let problem, _, _, _): problem
        case .duplicatedKeysInMapping(let keys, _): "the key \(keys.joined(separator: ", ")) comes twice"
        default: "it can't be read"
        }
    }

    private static func readBranch(
        _ root: Node, _ top: PlanMapping, file: String, into document: inout PlanDocument
    ) throws(PlanFault) {
        guard top.has("branch"), let node = root["branch"] else { return }
        let keys = ["name", "time_zone", "language", "names", "purge_hours", "hours", "exceptions"]
        let mapping = try PlanMapping(node, at: "branch", in: file, allowed: keys)
        var branch = PlannedBranch()
        branch.name = try mapping.text("name")
        branch.timeZone = try mapping.text("time_zone").map {
            Placed(value: $0, place: mapping.place(of: "time_zone"))
        }
        branch.language = try mapping.text("language")
        branch.takesNames = try mapping.bool("names")
        branch.purgeHours = try mapping.optionalInteger("purge_hours")
        branch.hours = try mapping.hours("hours", in: file)
        branch.exceptions = try mapping.exceptions("exceptions", in: file)
        let probe = branch.profile(over: BranchProfile(name: "Branch", timeZone: "UTC"))
        if let fault = probe.fault { throw mapping.fault(fault.field, "it must be \(fault.allowed)") }
        document.branch = branch
    }

    private static func queue(_ node: Node, _ path: String, _ file: String) throws(PlanFault) -> PlannedQueue {
        let keys = [
            "name", "prefix", "first_number", "last_number", "credit", "strict", "open", "cap", "undo_window",
            "carry_over", "auto_start", "target_wait", "names", "hours",
        ]
        let mapping = try PlanMapping(node, at: path, in: file, allowed: keys)
        var queue = PlannedQueue(place: mapping.place, name: try mapping.requiredText("name"))
        queue.prefix = try mapping.text("prefix")
        queue.firstNumber = try mapping.integer("first_number")
        queue.lastNumber = try mapping.integer("last_number")
        queue.credit = try mapping.seconds("credit")
        queue.strict = try mapping.bool("strict")
        queue.isOpen = try mapping.bool("open")
        queue.cap = try mapping.optionalInteger("cap")
        queue.undoWindow = try mapping.seconds("undo_window")
        queue.carryOver = try mapping.bool("carry_over")
        queue.autoStart = try mapping.bool("auto_start")
        queue.targetWait = try mapping.optionalSeconds("target_wait")
        queue.names = try mapping.texts("names")
        queue.hours = try mapping.hours("hours", in: file)
        // A value out of bounds is told at its own line, as far as it doesn't depend on the row.
        var probe = queue
        probe.prefix = queue.prefix ?? "A"
        if let fault = probe.settings(over: nil).fault {
            throw mapping.fault(fault.field, "it must be \(fault.allowed)")
        }
        return queue
    }

    private static func counter(_ node: Node, _ path: String, _ file: String) throws(PlanFault) -> PlannedCounter {
        let mapping = try PlanMapping(node, at: path, in: file, allowed: ["name", "automatic", "open", "queues"])
        var counter = PlannedCounter(place: mapping.place, name: try mapping.requiredText("name"))
        counter.automatic = try mapping.bool("automatic")
        counter.isOpen = try mapping.bool("open")
        if mapping.has("queues") {
            var serves: [PlannedCounter.Served] = []
            for (node, path) in try mapping.list("queues") { serves.append(try served(node, path, file)) }
            counter.serves = serves
        }
        if let fault = BranchName.fault(counter.name) { throw mapping.fault("name", "it must be \(fault.allowed)") }
        return counter
    }

    private static func served(
        _ node: Node, _ path: String, _ file: String
    ) throws(PlanFault) -> PlannedCounter.Served {
        let mapping = try PlanMapping(node, at: path, in: file, allowed: ["queue", "prefix", "tier", "help_after"])
        let isPrefix = mapping.has("prefix")
        if isPrefix, mapping.has("queue") { throw mapping.fault("prefix", "the queue is named already") }
        let key = isPrefix ? "prefix" : "queue"
        let tier = try mapping.integer("tier") ?? 1
        guard (1...9).contains(tier) else { throw mapping.fault("tier", "it must be 1 to 9") }
        let helpAfter = try mapping.seconds("help_after") ?? 0
        guard (0...86_400).contains(helpAfter) else {
            throw mapping.fault("help_after", "it must be 0 to 86400 seconds")
        }
        return PlannedCounter.Served(
            place: mapping.place(of: key), queue: try mapping.requiredText(key), isPrefix: isPrefix, tier: tier,
            helpAfter: helpAfter)
    }

    private static func agent(_ node: Node, _ path: String, _ file: String) throws(PlanFault) -> PlannedAgent {
        let mapping = try PlanMapping(node, at: path, in: file, allowed: ["name", "active"])
        let name = try mapping.requiredText("name")
        if let fault = BranchName.fault(name) { throw mapping.fault("name", "it must be \(fault.allowed)") }
        return PlannedAgent(place: mapping.place, name: name, isActive: try mapping.bool("active"))
    }

    private static func check(_ names: [(name: String, place: PlanPlace)], file: String) throws(PlanFault) {
        var seen: Set<String> = []
        for (name, place) in names where !seen.insert(name).inserted {
            throw PlanFault(
                file: file, line: place.line, key: place.key, problem: "the name \(name) comes twice in this list")
        }
    }
}
