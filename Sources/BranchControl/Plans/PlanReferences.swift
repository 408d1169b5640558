import QueueDomain

/// Which queue a counter of the plan means by a name or prefix, once the plan's own queues are as it says.
///
/// The plan's queues win over the branch's others, whose names the file's author may not know. Where one queue has the
/// text as its name and another as its prefix, nobody can tell which is meant.
struct PlanReferences {
    enum Target: Hashable {
        /// The plan's queue at this place of its list; it may not exist yet.
        case planned(Int)
        /// A queue that the plan doesn't speak of.
        case row(QueueID)
    }

    enum Fault: Error, Equatable {
        case unknown
        case ambiguous
    }

    private struct Book {
        var names: [String: Target] = [:]
        var prefixes: [String: Target] = [:]

        mutating func enter(_ target: Target, _ settings: QueueSettings) {
            names[settings.name] = target
            prefixes[settings.prefix] = target
        }

        func target(of text: String, isPrefix: Bool) throws(Fault) -> Target? {
            if isPrefix { return prefixes[text] }
            if let name = names[text], let prefix = prefixes[text], name != prefix { throw .ambiguous }
            return names[text] ?? prefixes[text]
        }
    }

    private var planned = Book()
    private var others = Book()

    /// - Parameters:
    ///   - planned: what the plan's queues will be, in its order.
    ///   - others: the branch's other queues.
    init(planned: [QueueSettings], others: [Queue]) {
        for (index, settings) in planned.enumerated() { self.planned.enter(.planned(index), settings) }
        for queue in others { self.others.enter(.row(queue.id), queue.settings) }
    }

    /// - Parameter isPrefix: whether the text is a prefix and no name.
    func target(of text: String, isPrefix: Bool) throws(Fault) -> Target {
        if let target = try planned.target(of: text, isPrefix: isPrefix) { return target }
        if let target = try others.target(of: text, isPrefix: isPrefix) { return target }
        throw .unknown
    }
}
