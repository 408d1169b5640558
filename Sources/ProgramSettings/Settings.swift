/// The settings of a running program: every key of its table has a value that passed its check.
package struct Settings: Sendable {
    /// The table these settings belong to.
    package let table: SettingsTable

    let values: [String: SettingValue]
    let origins: [String: SettingOrigin]

    /// The value of a key. Asking for a key that isn't in the program's table is a programming error and traps.
    package subscript<Value>(key: SettingKey<Value>) -> Value {
        guard let stored = values[key.name], let value = key.extract(stored) else {
            preconditionFailure("\(key.name) is not in the table of \(table.program), or has another type there.")
        }
        return value
    }

    /// Where the value of a key came from.
    package func origin<Value>(of key: SettingKey<Value>) -> SettingOrigin {
        origins[key.name] ?? .byDefault
    }

    /// The keys that somebody set, in the order of the table, for the log of a start. Secrets show as `***`.
    package var given: [GivenSetting] {
        table.definitions.compactMap { definition in
            guard let origin = origins[definition.name], let value = values[definition.name] else { return nil }
            let text = definition.isSecret ? "***" : value.text
            return GivenSetting(
                name: definition.name, value: text, origin: origin, isForTesting: definition.isHidden)
        }
    }
}

/// One key that somebody set.
package struct GivenSetting: Sendable, Equatable {
    /// The dotted name.
    package let name: String

    /// The value as text; `***` for a secret.
    package let value: String

    /// Where it came from.
    package let origin: SettingOrigin

    /// Whether the key exists for tests only, which a program should say loudly at its start.
    package let isForTesting: Bool
}

extension SettingValue {
    /// The value as it could stand in a settings file.
    var text: String {
        switch self {
        case .integer(let number): "\(number)"
        case .duration(let duration): DurationText.text(of: duration)
        case .boolean(let flag): "\(flag)"
        case .text(let text): text
        case .timeOfDay(let time): "\(time)"
        case .textList(let texts): texts.joined(separator: ", ")
        }
    }
}
