import Foundation

/// A JSON value for tests: easy to write as literals, easy to look into. The server has its own strict reader; this one
/// is Foundation's on purpose, so that a mistake of ours cannot hide behind itself.
package enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// - Throws: ``ConnectionFailure/malformed(reason:)``.
    package init(parsing bytes: some Sequence<UInt8>) throws(ConnectionFailure) {
        do {
            self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
        } catch {
            throw .malformed(reason: "not JSON: \(String(decoding: Array(bytes).prefix(200), as: UTF8.self))")
        }
    }

    /// The member of that name; null when there is none or this is no object.
    package subscript(name: String) -> JSON {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    /// The element at that place; null when there is none or this is no array.
    package subscript(index: Int) -> JSON {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { .null }
    }

    /// True when the member exists, be it null.
    package func has(_ name: String) -> Bool {
        if case .object(let members) = self { members[name] != nil } else { false }
    }

    /// True for null, and so for every member that is not there.
    package var isNull: Bool { self == .null }
    /// The integer; nil for anything else, a fraction too.
    package var int: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The string; nil for anything else.
    package var text: String? { if case .string(let value) = self { value } else { nil } }
    /// The truth value; nil for anything else.
    package var flag: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements; empty when this is no array.
    package var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
    /// The members' names; empty when this is no object.
    package var names: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }

    /// The value as UTF-8 text with sorted members, so that the same value is always the same bytes.
    package func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self))
        } catch {
            preconditionFailure("A JSON value could not be encoded, which only an infinite number can cause: \(error)")
        }
    }
}

extension JSON: Codable {
    /// - Throws: Foundation's error for what is no JSON value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {  // Each try? asks "is it this type?"; no is an answer.
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {  // As above.
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {  // As above.
            self = .number(value)
        } else if let value = try? container.decode(String.self) {  // As above.
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {  // As above.
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// - Throws: Foundation's error for a number that JSON cannot hold.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `nil` in a literal is null.
    package init(nilLiteral: ()) { self = .null }
    /// `true` or `false`.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    package init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number with a fraction.
    package init(floatLiteral value: Double) { self = .number(value) }
    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object; of members with the same name the last one stays.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

extension JSON: CustomStringConvertible {
    /// The value as JSON text.
    package var description: String { String(decoding: encoded(), as: UTF8.self) }
}
