/// A value as a layer gives it: one text, or a list of texts (a YAML sequence).
enum SettingText: Sendable, Equatable {
    case one(String)
    case many([String])
}

/// A value that has passed the check of its kind.
enum SettingValue: Sendable, Equatable {
    case integer(Int)
    case duration(Duration)
    case boolean(Bool)
    case text(String)
    case timeOfDay(TimeOfDay)
    case textList([String])
}

/// A time on the clock of the branch, without a date: `04:00`.
package struct TimeOfDay: Sendable, Hashable {
    /// 0…23.
    package let hour: Int

    /// 0…59.
    package let minute: Int

    /// Makes a time of day, or nil if it isn't on the clock.
    package init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        self.hour = hour
        self.minute = minute
    }

    /// Reads `HH:MM` with two digits each; nil for every other text.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(isDigit) }),
            let hour = Int(String(parts[0]) ?? ""), let minute = Int(String(parts[1]) ?? "")
        else { return nil }
        self.init(hour: hour, minute: minute)
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// `HH:MM`.
    package var description: String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(hour)):\(padded(minute))"
    }
}

func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
