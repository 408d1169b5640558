/// What a text must look like beyond its length.
package struct TextRule: Sendable {
    /// Completes the sentence "allowed: …".
    package let allowed: String

    /// Whether the text may stand.
    package let accepts: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - allowed: completes the sentence "allowed: …", in lower case and without a full stop.
    ///   - accepts: whether the text may stand; it is asked only for texts within the length.
    package init(allowed: String, accepts: @escaping @Sendable (String) -> Bool) {
        self.allowed = allowed
        self.accepts = accepts
    }
}

/// The type of a key with its range: it decides on every text that a layer gives, and says what is allowed.
enum SettingKind: Sendable {
    case integer(ClosedRange<Int>)
    case duration(ClosedRange<Duration>)
    case boolean
    case text(maxLength: Int, TextRule?)
    case timeOfDay
    case enumeration([String])
    case textList(maxCount: Int, maxLength: Int, TextRule?)
    case bytes(ClosedRange<Int>)

    /// The checked value, or nil if the text isn't allowed.
    func decode(_ given: SettingText) -> SettingValue? {
        if case .textList(let maxCount, let maxLength, let rule) = self {
            return list(given, maxCount: maxCount, maxLength: maxLength, rule: rule).map { .textList($0) }
        }
        guard case .one(let text) = given else { return nil }
        switch self {
        case .integer(let range):
            return Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .duration(let range):
            return DurationText.parse(text).flatMap { range.contains($0) ? .duration($0) : nil }
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return .boolean(true)
            case "false", "no", "off", "0": return .boolean(false)
            default: return nil
            }
        case .text(let maxLength, let rule):
            return Self.isAllowed(text, maxLength: maxLength, rule: rule) ? .text(text) : nil
        case .timeOfDay:
            return TimeOfDay(text).map { .timeOfDay($0) }
        case .enumeration(let names):
            return names.contains(text) ? .text(text) : nil
        case .bytes(let range):
            return ByteCountText.parse(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .textList:
            return nil
        }
    }

    /// A list is a YAML sequence, or one text with commas where a layer knows no lists (environment, flags).
    private func list(_ given: SettingText, maxCount: Int, maxLength: Int, rule: TextRule?) -> [String]? {
        let elements: [String]
        switch given {
        case .many(let texts):
            elements = texts
        case .one(let text):
            let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
            elements = pieces == [""] ? [] : pieces
        }
        let allowed = elements.allSatisfy { element in
            !element.isEmpty && Self.isAllowed(element, maxLength: maxLength, rule: rule)
        }
        return elements.count <= maxCount && allowed ? elements : nil
    }

    private static func isAllowed(_ text: String, maxLength: Int, rule: TextRule?) -> Bool {
        guard text.unicodeScalars.count <= maxLength else { return false }
        // Control characters would break log lines and headers, and no setting needs them.
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return false }
        return rule?.accepts(text) ?? true
    }

    /// Completes the sentence "allowed: …", with the units that may be written.
    var allowed: String {
        switch self {
        case .duration: "\(range) (\(DurationText.unitNames); a plain number is seconds)"
        case .bytes: "\(range) (\(ByteCountText.unitNames); a plain number is bytes)"
        default: range
        }
    }

    /// What is allowed, without the units: the generated file names these once, at its head.
    var range: String {
        switch self {
        case .integer(let range):
            return "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .duration(let range):
            let bounds = "\(DurationText.text(of: range.lowerBound)) to \(DurationText.text(of: range.upperBound))"
            return "a span from \(bounds)"
        case .boolean:
            return "true or false"
        case .text(let maxLength, let rule):
            return rule.map { "\($0.allowed), at most \(maxLength) characters" }
                ?? "text of at most \(maxLength) characters"
        case .timeOfDay:
            return "a time of day from 00:00 to 23:59"
        case .enumeration(let names):
            return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " or " : "") + (names.last ?? "")
        case .textList(let maxCount, let maxLength, let rule):
            let element = rule?.allowed ?? "text"
            return "a list of at most \(maxCount) entries, each \(element), at most \(maxLength) characters"
        case .bytes(let range):
            let bounds = "\(ByteCountText.text(of: range.lowerBound)) to \(ByteCountText.text(of: range.upperBound))"
            return "a size from \(bounds)"
        }
    }
}

/// The text without spaces and tabs at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
}
