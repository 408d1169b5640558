/// A request body, or one field of it, is not what the endpoint takes.
package struct FieldError: Error, Equatable, Sendable {
    /// What kind of fault it is.
    package enum Reason: Equatable, Sendable {
        /// The body isn't JSON.
        case malformed(JSONSyntaxError)
        /// The body is JSON, but not an object.
        case notObject
        /// A field that must be there is left out or null.
        case missing
        /// A field has the wrong type or a value that isn't allowed.
        case notAllowed
    }

    /// The field, with dots where objects lie in each other (`completes.version`); nil for the whole body.
    package let field: String?

    /// What kind of fault it is.
    package let reason: Reason

    /// A sentence for the client, without a full stop: "priority must be an integer between 1 and 10".
    package let message: String

    /// For rules that an endpoint checks itself, such as two fields that exclude each other.
    package static func notAllowed(_ field: String, _ rule: String) -> FieldError {
        FieldError(field: field, reason: .notAllowed, message: "\(field) \(rule)")
    }

    static func malformed(_ error: JSONSyntaxError) -> FieldError {
        FieldError(field: nil, reason: .malformed(error), message: "the body is not valid JSON: \(error)")
    }

    static let notObject = FieldError(field: nil, reason: .notObject, message: "the body must be a JSON object")

    static func missing(_ field: String, _ rule: String) -> FieldError {
        FieldError(field: field, reason: .missing, message: "\(field) is required and \(rule)")
    }
}

extension FieldError: CustomStringConvertible {
    package var description: String { message }
}
