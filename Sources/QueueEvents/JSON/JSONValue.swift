/// A JSON value as ``JSONReader`` reads it.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number without a fraction that fits: `1`, `1.0` and `10e-1` are all the integer 1.
    case integer(Int64)
    /// Every other number, as the nearest double.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// An object: its members in the order of the text, no key twice.
package struct JSONObject: Sendable, Equatable {
    /// One key with its value.
    package struct Member: Sendable, Equatable {
        package let key: String
        package let value: JSONValue
    }

    /// In the order of the text.
    package private(set) var members: [Member] = []

    /// An object without members.
    package init() {}

    /// The value of a key, or nil if the object doesn't have it. Looks at one member after the other: objects of an
    /// interface have a handful, and a table would cost more to build than it saves.
    package subscript(key: String) -> JSONValue? {
        for member in members where member.key == key { return member.value }
        return nil
    }

    /// Adds a member whose key the caller knows to be new.
    mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
    }
}
