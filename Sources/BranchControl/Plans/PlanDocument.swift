import QueueDomain

/// A branch's configuration as a file says it. A key that is left out keeps what the row has; in a new row it is the
/// product's default.
struct PlanDocument: Equatable, Sendable {
    var name: Placed<String>?
    var timeZone: Placed<String>?
    var queues: [PlannedQueue] = []
    var counters: [PlannedCounter] = []
    var agents: [PlannedAgent] = []
}

/// A value and the place in the file that says it.
struct Placed<Value: Equatable & Sendable>: Equatable, Sendable {
    var value: Value
    var place: PlanPlace
}

struct PlanPlace: Equatable, Sendable {
    var line: Int?
    var key: String
}

struct PlannedQueue: Equatable, Sendable {
    var place: PlanPlace
    var name: String
    var prefix: String?
    var firstNumber: Int?
    var lastNumber: Int?
    var credit: Int?
    var strict: Bool?
    var isOpen: Bool?
    var cap: Patch<Int?> = .keep
    var undoWindow: Int?
    var carryOver: Bool?
    var autoStart: Bool?
    var targetWait: Patch<Int?> = .keep

    /// The settings that the row gets: what the file says over what it has.
    func settings(over row: QueueSettings?) -> QueueSettings {
        var settings = row ?? QueueSettings(name: name, prefix: prefix ?? "")
        settings.name = name
        settings.prefix = prefix ?? settings.prefix
        settings.firstNumber = firstNumber ?? settings.firstNumber
        settings.lastNumber = lastNumber ?? settings.lastNumber
        settings.credit = credit ?? settings.credit
        settings.strict = strict ?? settings.strict
        settings.isOpen = isOpen ?? settings.isOpen
        settings.cap = cap.applied(to: settings.cap)
        settings.undoWindow = undoWindow ?? settings.undoWindow
        settings.carryOver = carryOver ?? settings.carryOver
        settings.autoStart = autoStart ?? settings.autoStart
        settings.targetWait = targetWait.applied(to: settings.targetWait)
        return settings
    }
}

struct PlannedCounter: Equatable, Sendable {
    struct Served: Equatable, Sendable {
        var place: PlanPlace
        /// A queue's name or prefix.
        var queue: String
        var tier: Int
        var helpAfter: Int
    }

    var place: PlanPlace
    var name: String
    var automatic: Bool?
    /// true opens a closed counter; false and nil leave it as it is.
    var isOpen: Bool?
    var serves: [Served]?
}

struct PlannedAgent: Equatable, Sendable {
    var place: PlanPlace
    var name: String
    var isActive: Bool?
}
