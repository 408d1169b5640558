/// The fields of a request body, read one by one with their rules.
///
/// A field that is left out and one that is null are the same, except to ``change(of:_:)``. Unknown fields are
/// ignored. Every error names the field and says what is allowed.
package struct JSONFields: Sendable, Equatable {
    private let object: JSONObject
    /// `completes.` inside the object `completes`, so that errors name the whole path.
    private let path: String

    /// Reads a body that must be a JSON object.
    ///
    /// - Throws: ``FieldError`` without a field if it isn't.
    package init(_ bytes: some Collection<UInt8>) throws(FieldError) {
        let value: JSONValue
        do { value = try JSONReader.parse(bytes) } catch { throw .malformed(error) }
        try self.init(value)
    }

    /// Reads a body that must be a JSON object.
    package init(_ bytes: UnsafeRawBufferPointer) throws(FieldError) {
        let value: JSONValue
        do { value = try JSONReader.parse(bytes) } catch { throw .malformed(error) }
        try self.init(value)
    }

    private init(_ value: JSONValue) throws(FieldError) {
        guard case .object(let object) = value else { throw .notObject }
        self.init(object)
    }

    /// The fields of an object that was read before.
    package init(_ object: JSONObject) {
        self.init(object: object, path: "")
    }

    private init(object: JSONObject, path: String) {
        self.object = object
        self.path = path
    }

    /// A body that was left out, for endpoints whose fields are all optional.
    package static let none = JSONFields(JSONObject())

    /// Whether the field is there, be it null.
    package func has(_ name: String) -> Bool {
        object[name] != nil
    }

    // MARK: - Texts

    /// A text of `minLength` to `maxLength` Unicode scalars.
    package func text(_ name: String, minLength: Int = 0, maxLength: Int) throws(FieldError) -> String {
        let rule = TextRule(minLength: minLength, maxLength: maxLength)
        return try required(name, rule.sentence) { rule.read($0) }
    }

    /// A text of `minLength` to `maxLength` Unicode scalars, or nil if it is left out or null.
    package func optionalText(_ name: String, minLength: Int = 0, maxLength: Int) throws(FieldError) -> String? {
        let rule = TextRule(minLength: minLength, maxLength: maxLength)
        return try optional(name, rule.sentence) { rule.read($0) }
    }

    /// One of the names of an enumeration.
    package func choice<Choice>(_ name: String, of type: Choice.Type = Choice.self) throws(FieldError) -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        try required(name, Self.choiceSentence(type)) { value in
            if case .string(let text) = value { Choice(rawValue: text) } else { nil }
        }
    }

    /// One of the names of an enumeration, or nil if it is left out or null.
    package func optionalChoice<Choice>(
        _ name: String, of type: Choice.Type = Choice.self
    ) throws(FieldError) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        try optional(name, Self.choiceSentence(type)) { value in
            if case .string(let text) = value { Choice(rawValue: text) } else { nil }
        }
    }

    private static func choiceSentence<Choice>(_ type: Choice.Type) -> String
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        "must be one of " + type.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    }

    // MARK: - Numbers

    /// An integer within the range. A number written with a fraction of zeros (`1.0`) is one.
    package func int(_ name: String, in range: ClosedRange<Int>) throws(FieldError) -> Int {
        let rule = IntegerRule(range: range)
        return try required(name, rule.sentence) { rule.read($0) }
    }

    /// An integer within the range, or nil if it is left out or null.
    package func optionalInt(_ name: String, in range: ClosedRange<Int>) throws(FieldError) -> Int? {
        let rule = IntegerRule(range: range)
        return try optional(name, rule.sentence) { rule.read($0) }
    }

    /// The id of a row: an integer from 1.
    package func id(_ name: String) throws(FieldError) -> Int64 {
        try required(name, Self.idSentence, Self.readID)
    }

    /// The id of a row, or nil if it is left out or null.
    package func optionalID(_ name: String) throws(FieldError) -> Int64? {
        try optional(name, Self.idSentence, Self.readID)
    }

    private static let idSentence = "must be a positive integer"

    private static func readID(_ value: JSONValue) -> Int64? {
        if case .integer(let id) = value, id > 0 { id } else { nil }
    }

    // MARK: - Others

    /// True or false.
    package func bool(_ name: String) throws(FieldError) -> Bool {
        try required(name, Self.boolSentence, Self.readBool)
    }

    /// True or false, or nil if it is left out or null.
    package func optionalBool(_ name: String) throws(FieldError) -> Bool? {
        try optional(name, Self.boolSentence, Self.readBool)
    }

    private static let boolSentence = "must be true or false"

    private static func readBool(_ value: JSONValue) -> Bool? {
        if case .bool(let flag) = value { flag } else { nil }
    }

    /// An object inside this one, or nil if it is left out or null.
    package func optionalFields(_ name: String) throws(FieldError) -> JSONFields? {
        try optional(name, "must be an object") { value in
            guard case .object(let object) = value else { return nil }
            return JSONFields(object: object, path: "\(path)\(name).")
        }
    }

    /// A list of objects, at most `maxCount`, or nil if it is left out or null.
    package func optionalFieldsList(_ name: String, maxCount: Int) throws(FieldError) -> [JSONFields]? {
        try optional(name, "must be a list of at most \(maxCount) objects") { value in
            guard case .array(let elements) = value, elements.count <= maxCount else { return nil }
            var list: [JSONFields] = []
            for (index, element) in elements.enumerated() {
                guard case .object(let object) = element else { return nil }
                list.append(JSONFields(object: object, path: "\(path)\(name)[\(index)]."))
            }
            return list
        }
    }

    /// Whether the field is there and not null.
    package func isSet(_ name: String) -> Bool {
        object[name].map { $0 != .null } ?? false
    }

    /// A text that means something.
    ///
    /// - Parameters:
    ///   - sentence: what it must be.
    ///   - parse: its meaning, or nil if it has none.
    package func parsed<Value>(
        _ name: String, _ sentence: String, _ parse: (String) -> Value?
    ) throws(FieldError) -> Value {
        try required(name, sentence) { value in
            if case .string(let text) = value { parse(text) } else { nil }
        }
    }

    /// A list of 1 to `maxCount` integers within the range, none of them twice.
    package func ints(_ name: String, in range: ClosedRange<Int>, maxCount: Int) throws(FieldError) -> [Int] {
        let rule = IntegerRule(range: range)
        let sentence = "must be a list of 1 to \(maxCount) different integers between \(range.lowerBound) and "
        return try required(name, sentence + "\(range.upperBound)") { value in
            guard case .array(let elements) = value, (1...maxCount).contains(elements.count) else { return nil }
            let list = elements.compactMap { rule.read($0) }
            return list.count == elements.count && Set(list).count == list.count ? list : nil
        }
    }

    /// An object of texts whose names aren't known beforehand, or nil if it is left out or null.
    package func optionalTexts(
        _ name: String, maxCount: Int, lengths: ClosedRange<Int>
    ) throws(FieldError) -> [String: String]? {
        let rule = TextRule(minLength: lengths.lowerBound, maxLength: lengths.upperBound)
        return try optional(name, "must be an object of at most \(maxCount) members, each of which \(rule.sentence)") {
            value in
            guard case .object(let object) = value, object.members.count <= maxCount else { return nil }
            var texts: [String: String] = [:]
            for member in object.members {
                guard let text = rule.read(member.value) else { return nil }
                texts[member.key] = text
            }
            return texts
        }
    }

    private func required<Value>(
        _ name: String, _ sentence: @autoclosure () -> String, _ read: (JSONValue) -> Value?
    ) throws(FieldError) -> Value {
        guard let value = object[name], value != .null else { throw .missing(path + name, sentence()) }
        guard let read = read(value) else { throw .notAllowed(path + name, sentence()) }
        return read
    }

    private func optional<Value>(
        _ name: String, _ sentence: @autoclosure () -> String, _ read: (JSONValue) -> Value?
    ) throws(FieldError) -> Value? {
        guard let value = object[name], value != .null else { return nil }
        guard let read = read(value) else { throw .notAllowed(path + name, sentence()) }
        return read
    }
}

private struct TextRule {
    let minLength: Int
    let maxLength: Int

    var sentence: String {
        switch minLength {
        case 0: "must be text of at most \(maxLength) characters"
        case maxLength: "must be text of \(maxLength) characters"
        default: "must be text of \(minLength) to \(maxLength) characters"
        }
    }

    func read(_ value: JSONValue) -> String? {
        guard case .string(let text) = value else { return nil }
        // A scalar has at most four bytes, so most texts are decided without being walked through.
        let bytes = text.utf8.count
        if bytes <= maxLength, bytes >= minLength * 4 { return text }
        return (minLength...maxLength).contains(text.unicodeScalars.count) ? text : nil
    }
}

private struct IntegerRule {
    let range: ClosedRange<Int>

    var sentence: String { "must be an integer between \(range.lowerBound) and \(range.upperBound)" }

    func read(_ value: JSONValue) -> Int? {
        guard case .integer(let wide) = value, let integer = Int(exactly: wide) else { return nil }
        return range.contains(integer) ? integer : nil
    }
}
