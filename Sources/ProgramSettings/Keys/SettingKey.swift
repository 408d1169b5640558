/// A key of the table together with the Swift type of its value: `settings[BranchSettings.serverPort]` is an `Int`.
///
/// A key must also stand in the program's ``SettingsTable``; asking `Settings` for one that doesn't is a programming
/// error and traps.
package struct SettingKey<Value: Sendable>: Sendable {
    /// The row of the table.
    package let definition: SettingDefinition

    let extract: @Sendable (SettingValue) -> Value?

    /// The dotted name.
    package var name: String { definition.name }

    private init(
        _ name: String, _ kind: SettingKind, default defaultText: String, _ explanation: String,
        _ traits: SettingTraits, extract: @escaping @Sendable (SettingValue) -> Value?
    ) {
        definition = SettingDefinition(
            name: name, explanation: explanation, defaultText: defaultText, aliases: traits.aliases,
            isSecret: traits.isSecret, isHidden: traits.isHidden, kind: kind)
        self.extract = extract
    }
}

extension SettingKey where Value == Int {
    /// A whole number within a range.
    package static func integer(
        _ name: String, in range: ClosedRange<Int>, default value: Int, _ explanation: String,
        traits: SettingTraits = .plain
    ) -> SettingKey {
        SettingKey(name, .integer(range), default: "\(value)", explanation, traits) { value in
            if case .integer(let number) = value { number } else { nil }
        }
    }

    /// A number of bytes, written `64 KiB` or plain.
    package static func bytes(
        _ name: String, in range: ClosedRange<Int>, default text: String, _ explanation: String,
        traits: SettingTraits = .plain
    ) -> SettingKey {
        SettingKey(name, .bytes(range), default: text, explanation, traits) { value in
            if case .integer(let number) = value { number } else { nil }
        }
    }
}

extension SettingKey where Value == Duration {
    /// A span of time, written `1.5 s`, `10 min`, or as a plain number of seconds.
    package static func duration(
        _ name: String, in range: ClosedRange<Duration>, default text: String, _ explanation: String,
        traits: SettingTraits = .plain
    ) -> SettingKey {
        SettingKey(name, .duration(range), default: text, explanation, traits) { value in
            if case .duration(let duration) = value { duration } else { nil }
        }
    }
}

extension SettingKey where Value == Bool {
    /// True or false.
    package static func boolean(
        _ name: String, default value: Bool, _ explanation: String, traits: SettingTraits = .plain
    ) -> SettingKey {
        SettingKey(name, .boolean, default: "\(value)", explanation, traits) { value in
            if case .boolean(let flag) = value { flag } else { nil }
        }
    }
}

extension SettingKey where Value == String {
    /// A text. The length counts Unicode scalars.
    package static func text(
        _ name: String, maxLength: Int, rule: TextRule? = nil, default text: String, _ explanation: String,
        traits: SettingTraits = .plain
    ) -> SettingKey {
        SettingKey(name, .text(maxLength: maxLength, rule), default: text, explanation, traits) { value in
            if case .text(let text) = value { text } else { nil }
        }
    }
}

extension SettingKey where Value == [String] {
    /// A list of texts: a YAML list, or one text with commas.
    package static func textList(
        _ name: String, maxCount: Int, maxLength: Int, rule: TextRule? = nil, default list: [String] = [],
        _ explanation: String, traits: SettingTraits = .plain
    ) -> SettingKey {
        let kind = SettingKind.textList(maxCount: maxCount, maxLength: maxLength, rule)
        return SettingKey(name, kind, default: list.joined(separator: ","), explanation, traits) { value in
            if case .textList(let texts) = value { texts } else { nil }
        }
    }
}

extension SettingKey where Value == TimeOfDay {
    /// A time on the branch's clock, written `HH:MM`.
    package static func timeOfDay(
        _ name: String, default text: String, _ explanation: String, traits: SettingTraits = .plain
    ) -> SettingKey {
        SettingKey(name, .timeOfDay, default: text, explanation, traits) { value in
            if case .timeOfDay(let time) = value { time } else { nil }
        }
    }
}

extension SettingKey where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the names of an enumeration.
    package static func enumeration(
        _ name: String, default value: Value, _ explanation: String, traits: SettingTraits = .plain
    ) -> SettingKey {
        let kind = SettingKind.enumeration(Value.allCases.map(\.rawValue))
        return SettingKey(name, kind, default: value.rawValue, explanation, traits) { value in
            if case .text(let text) = value { Value(rawValue: text) } else { nil }
        }
    }
}
