import Foundation

/// What is asked over the control socket; the same values travel when a verb works offline.
package enum ControlRequest: Equatable, Sendable {
    case status
    case createToken(TokenOrder)
    case listTokens
    /// By name or id.
    case revokeToken(String)
    case apply(PlanText)
    case confirmClock
    /// A new one-time code for the set-up page.
    case setupCode
    /// The newest lines of the audit log, at most so many.
    case audit(limit: Int)
    /// Head office's enrolment of the branch, as text.
    case enrol(String)

    /// A token to be made.
    package struct TokenOrder: Codable, Equatable, Sendable {
        package var role: String
        package var name: String
        /// Whom and where a token of role agent is bound to.
        package var agent: Int64?
        package var counter: Int64?

        package init(role: String, name: String, agent: Int64? = nil, counter: Int64? = nil) {
            self.role = role
            self.name = name
            self.agent = agent
            self.counter = counter
        }
    }

    /// A plan's file.
    package struct PlanText: Codable, Equatable, Sendable {
        /// Its name, for faults.
        package var file: String
        package var yaml: String

        package init(file: String, yaml: String) {
            self.file = file
            self.yaml = yaml
        }
    }
}

/// The request as one line of JSON: `{"v":1,"verb":"token.revoke","target":"entrance"}`.
struct RequestLine: Codable {
    static let version = 1

    enum Verb: String, Codable, CaseIterable {
        case status
        case createToken = "token.create"
        case listTokens = "token.list"
        case revokeToken = "token.revoke"
        case apply
        case confirmClock = "clock.confirm"
        case setupCode = "token.setup-code"
        case audit
        case enrol
    }

    var v: Int
    var verb: String
    var token: ControlRequest.TokenOrder?
    var target: String?
    var plan: ControlRequest.PlanText?
    var enrolment: String?
    var limit: Int?

    init(_ request: ControlRequest) {
        v = Self.version
        switch request {
        case .status: verb = Verb.status.rawValue
        case .createToken(let order):
            verb = Verb.createToken.rawValue
            token = order
        case .listTokens: verb = Verb.listTokens.rawValue
        case .revokeToken(let nameOrID):
            verb = Verb.revokeToken.rawValue
            target = nameOrID
        case .apply(let text):
            verb = Verb.apply.rawValue
            plan = text
        case .confirmClock: verb = Verb.confirmClock.rawValue
        case .setupCode: verb = Verb.setupCode.rawValue
        case .audit(let most):
            verb = Verb.audit.rawValue
            limit = most
        case .enrol(let text):
            verb = Verb.enrol.rawValue
            enrolment = text
        }
    }

    /// - Throws: `ControlRefusal`, `invalidRequest`.
    static func request(of line: [UInt8]) throws(ControlRefusal) -> ControlRequest {
        let read: RequestLine
        do {
            read = try JSONDecoder().decode(RequestLine.self, from: Data(line))
        } catch {
            throw ControlRefusal(.invalidRequest, "the request is no JSON object with v and verb")
        }
        guard read.v == version else {
            throw ControlRefusal(.invalidRequest, "the daemon speaks version \(version) of the control protocol")
        }
        if read.verb == Verb.enrol.rawValue, let enrolment = read.enrolment { return .enrol(enrolment) }
        switch (Verb(rawValue: read.verb), read.token, read.target, read.plan) {
        case (.status, _, _, _): return .status
        case (.listTokens, _, _, _): return .listTokens
        case (.confirmClock, _, _, _): return .confirmClock
        case (.setupCode, _, _, _): return .setupCode
        case (.audit, _, _, _): return .audit(limit: read.limit ?? ControlLimits.auditLines)
        case (.createToken, let token?, _, _): return .createToken(token)
        case (.revokeToken, _, let target?, _): return .revokeToken(target)
        case (.apply, _, _, let plan?): return .apply(plan)
        case (nil, _, _, _):
            let known = Verb.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlRefusal(.invalidRequest, "no verb \(read.verb.prefix(40)); known are \(known)")
        default: throw ControlRefusal(.invalidRequest, "the verb \(read.verb) lacks its argument")
        }
    }
}

/// What a verb gives.
package enum ControlAnswer: Equatable, Sendable {
    case status(StatusReport)
    case token(TokenReport)
    case tokens([TokenReport])
    case plan(PlanReport)
    /// The wall clock as it is believed now, RFC 3339.
    case clock(String)
    case enrolled(EnrolReport)
    case setupCode(SetupCodeReport)
    case audit([AuditReport])
}

/// The answer as one line of JSON: `{"v":1,"ok":true,"result":…}` or `{"v":1,"ok":false,"error":{"code":…}}`.
struct AnswerLine<Value: Codable>: Codable {
    var v = RequestLine.version
    var ok: Bool
    var result: Value?
    var error: ControlRefusal?
}

extension JSONEncoder {
    /// One line, members sorted, names as everywhere in the product.
    static var control: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }
}

extension JSONDecoder {
    static var control: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }
}
