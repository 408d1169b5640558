import QueueDomain

extension BranchProfile {
    /// The plan's keys whose values differ.
    func differences(from row: BranchProfile) -> [String] {
        let pairs: [(String, Bool)] = [
            ("name", name == row.name), ("time_zone", timeZone == row.timeZone), ("language", language == row.language),
            ("names", takesNames == row.takesNames), ("purge_hours", purgeHours == row.purgeHours),
            ("hours", hours == row.hours), ("exceptions", exceptions == row.exceptions),
        ]
        return pairs.filter { !$0.1 }.map(\.0)
    }
}

extension QueueSettings {
    /// The plan's keys whose values differ.
    func differences(from row: QueueSettings) -> [String] {
        let pairs: [(String, Bool)] = [
            ("name", name == row.name), ("prefix", prefix == row.prefix),
            ("first_number", firstNumber == row.firstNumber), ("last_number", lastNumber == row.lastNumber),
            ("credit", credit == row.credit), ("strict", strict == row.strict), ("open", isOpen == row.isOpen),
            ("cap", cap == row.cap), ("undo_window", undoWindow == row.undoWindow),
            ("carry_over", carryOver == row.carryOver), ("auto_start", autoStart == row.autoStart),
            ("target_wait", targetWait == row.targetWait), ("names", names == row.names),
            ("hours", hours == row.hours),
        ]
        return pairs.filter { !$0.1 }.map(\.0)
    }
}

extension CounterSettings {
    func differences(from row: CounterSettings) -> [String] {
        [automatic == row.automatic ? nil : "automatic", serves == row.serves ? nil : "queues"].compactMap { $0 }
    }
}
