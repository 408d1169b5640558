package import BranchStore

/// Why a control verb was not done; stable codes, and a sentence for people.
package struct ControlRefusal: Error, Codable, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of refusal; programs branch on them.
    package enum Code: String, Codable, Sendable {
        /// The request is no request: not JSON, unknown version or verb, a wrong argument.
        case invalidRequest = "invalid_request"
        /// The plan's file is wrong.
        case invalidPlan = "invalid_plan"
        /// The rules refuse it.
        case refused
        /// The store can't do it now.
        case unavailable
        /// The data directory is another process's.
        case locked
    }

    package var code: Code
    package var message: String

    /// A refusal with its sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The store's error as a refusal.
    package init(_ error: StoreError) {
        if case .locked = error {
            self.init(.locked, error.description)
        } else {
            self.init(.unavailable, error.description)
        }
    }

    package var description: String { message }
}
