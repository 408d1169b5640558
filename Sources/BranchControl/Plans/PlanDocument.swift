import QueueDomain

/// A branch's configuration as a file says it. A key that is left out keeps what the row has; in a new row it is the
/// product's default.
struct PlanDocument: Equatable, Sendable {
    var branch: PlannedBranch?
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

struct PlannedBranch: Equatable, Sendable {
    var name: String?
    /// Whether the machine knows it is asked when the plan is applied.
    var timeZone: Placed<String>?
    var language: String?
    var takesNames: Bool?
    var purgeHours: Patch<Int?> = .keep
    var hours: Patch<OpeningHours?> = .keep
    var exceptions: [DateException]?

    /// What the branch gets: what the file says over what it has.
    func profile(over row: BranchProfile) -> BranchProfile {
        var profile = row
        profile.name = name ?? row.name
        profile.timeZone = timeZone?.value ?? row.timeZone
        profile.language = language ?? row.language
        profile.takesNames = takesNames ?? row.takesNames
        profile.purgeHours = purgeHours.applied(to: row.purgeHours)
        profile.hours = hours.applied(to: row.hours)
        profile.exceptions = exceptions ?? row.exceptions
        return profile
    }
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
    var names: [String: String]?
    var hours: Patch<OpeningHours?> = .keep

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
        settings.names = names ?? settings.names
        settings.hours = hours.applied(to: settings.hours)
        return settings
    }
}

struct PlannedCounter: Equatable, Sendable {
    struct Served: Equatable, Sendable {
        var place: PlanPlace
        /// A queue's name or prefix.
        var queue: String
        /// Whether the file says that it is the prefix.
        var isPrefix: Bool
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
