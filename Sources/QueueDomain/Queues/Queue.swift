/// What an admin sets of a queue.
package struct QueueSettings: Equatable, Sendable {
    /// Shown name, 1…60 characters.
    package var name: String
    /// 1-3 letters A-Z, unique in the branch.
    package var prefix: String
    /// The counts that numbers are drawn from, within 1…999,999.
    package var firstNumber: Int
    package var lastNumber: Int
    /// Seconds of arrival that one step of priority is worth.
    package var credit: Int
    /// Whether a higher priority always comes first; overrides `credit`.
    package var strict: Bool
    package var isOpen: Bool
    /// The longest line in which a new ticket is issued; nil = no cap.
    package var cap: Int?
    /// Seconds in which the newest action can be undone; 0 = never.
    package var undoWindow: Int
    /// Whether waiting tickets outlive the business day.
    package var carryOver: Bool
    /// Whether a call starts the service by itself.
    package var autoStart: Bool
    /// Seconds within which a customer should be called; nil = no target.
    package var targetWait: Int?
    /// The shown name in other languages, by language tag.
    package var names: [String: String]
    /// When the queue takes tickets in a usual week; nil = as the branch.
    package var hours: OpeningHours?

    package init(
        name: String, prefix: String, firstNumber: Int = 1, lastNumber: Int = 999_999,
        credit: Int = CallingOrder.defaultCredit, strict: Bool = false, isOpen: Bool = true, cap: Int? = nil,
        undoWindow: Int = 15, carryOver: Bool = false, autoStart: Bool = false, targetWait: Int? = nil,
        names: [String: String] = [:], hours: OpeningHours? = nil
    ) {
        self.name = name
        self.prefix = prefix
        self.firstNumber = firstNumber
        self.lastNumber = lastNumber
        self.credit = credit
        self.strict = strict
        self.isOpen = isOpen
        self.cap = cap
        self.undoWindow = undoWindow
        self.carryOver = carryOver
        self.autoStart = autoStart
        self.targetWait = targetWait
        self.names = names
        self.hours = hours
    }

    /// The most languages that a queue has names in.
    package static let maxNames = 20

    /// What one step of priority is worth, in milliseconds.
    package var creditMilliseconds: Int64 {
        strict ? CallingOrder.strictCredit : Int64(credit) * Span.second
    }

    /// The first field that is out of its bounds, or nil.
    package var fault: SettingFault? {
        if let fault = BranchName.fault(name) { return fault }
        let letters = prefix.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        if !(1...3).contains(prefix.utf8.count) || !letters { return SettingFault("prefix", "1 to 3 letters A-Z") }
        if !(1...999_999).contains(firstNumber) { return SettingFault("first_number", "1 to 999999") }
        if !(firstNumber...999_999).contains(lastNumber) {
            return SettingFault("last_number", "first_number to 999999")
        }
        if !CallingOrder.credits.contains(credit) { return SettingFault("credit", "0 to 86400 seconds") }
        if let cap, !(1...1_000_000).contains(cap) { return SettingFault("cap", "1 to 1000000, or null") }
        if !(0...300).contains(undoWindow) { return SettingFault("undo_window", "0 to 300 seconds") }
        if let targetWait, !(1...86_400).contains(targetWait) {
            return SettingFault("target_wait", "1 to 86400 seconds, or null")
        }
        return namesFault ?? hours?.fault
    }

    private var namesFault: SettingFault? {
        if names.count > Self.maxNames { return SettingFault("names", "in at most \(Self.maxNames) languages") }
        if !names.keys.allSatisfy(LanguageTag.isValid) {
            return SettingFault("names", "under language tags such as en or pt-BR")
        }
        if Set(names.keys.map { $0.lowercased() }).count < names.count {
            return SettingFault("names", "one for each language")
        }
        let isFaulty = names.values.contains { BranchName.fault($0) != nil }
        return isFaulty ? SettingFault("names", "1 to 60 characters each, without U+0000") : nil
    }
}

/// A setting out of its bounds: which, and what is allowed.
package struct SettingFault: Error, Equatable, Sendable {
    package let field: String
    package let allowed: String

    package init(_ field: String, _ allowed: String) {
        self.field = field
        self.allowed = allowed
    }
}

/// A line of waiting people.
package struct Queue: Equatable, Sendable {
    package let id: QueueID
    package var settings: QueueSettings
    /// How many wait in the queue's own line.
    package var waiting: Int
    /// The count drawn last, and the business day it was drawn in.
    package var lastDrawn: Int?
    package var drawnDay: BusinessDay?
    package var version: Int64

    package init(
        id: QueueID, settings: QueueSettings, waiting: Int = 0, lastDrawn: Int? = nil, drawnDay: BusinessDay? = nil,
        version: Int64 = 1
    ) {
        self.id = id
        self.settings = settings
        self.waiting = waiting
        self.lastDrawn = lastDrawn
        self.drawnDay = drawnDay
        self.version = version
    }

    /// The undo window in milliseconds.
    package var undoWindow: Int64 { Int64(settings.undoWindow) * Span.second }

    /// The count to try first in a business day: the one after the last drawn, or the range's first.
    package func firstCandidate(on day: BusinessDay) -> Int {
        guard drawnDay == day, let lastDrawn, settings.firstNumber...settings.lastNumber ~= lastDrawn else {
            return settings.firstNumber
        }
        return lastDrawn == settings.lastNumber ? settings.firstNumber : lastDrawn + 1
    }

    /// The count after `count`, from the last to the first again.
    package func candidate(after count: Int) -> Int {
        count >= settings.lastNumber ? settings.firstNumber : count + 1
    }
}
