import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/session`: who the browser is, signing in and out.
enum SessionRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/session", operation: .readSession) { call throws(Problem) in
            try await SessionAnswer.read(call, identity: call.context.caller.identity).response()
        },
        Route(method: .post, path: "/session", operation: .signIn, handle: signIn),
        Route(method: .delete, path: "/session", operation: .signOut, handle: signOut),
        Route(method: .put, path: "/session/secret", operation: .changeSecret, handle: changeSecret),
        Route(method: .post, path: "/session/recovery", operation: .recover, handle: recover),
    ]

    private enum Credentials {
        case person(name: String, passphrase: String)
        case agent(AgentID, pin: String)
        case again(passphrase: String)
    }

    private static func signIn(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let credentials = try body.read { fields throws(FieldError) -> Credentials in
            if let agent = try fields.optionalID("agent_id") {
                return .agent(AgentID(agent), pin: try fields.text("pin", maxLength: Limits.secret))
            }
            let passphrase = try fields.text("passphrase", maxLength: Limits.secret)
            guard let name = try fields.optionalText("name", minLength: 1, maxLength: 60) else {
                return .again(passphrase: passphrase)
            }
            return .person(name: name, passphrase: passphrase)
        }
        let signIn = SignIn(call)
        switch credentials {
        case .person(let name, let passphrase): return try await signIn.person(name, passphrase)
        case .agent(let id, let pin): return try await signIn.agent(id, pin)
        case .again(let passphrase): return try await signIn.again(passphrase)
        }
    }

    private static func signOut(_ call: Call) async throws(Problem) -> Response {
        let everywhere: Bool
        switch try call.query("everywhere") {
        case nil, "false": everywhere = false
        case "true": everywhere = true
        default: throw Problem.badRequest("everywhere must be true or false.", field: "everywhere")
        }
        var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
        response.endSession(isSecure: call.context.caller.isSecure)
        guard let session = call.context.caller.identity.session else { return response }
        let browsers = call.services.access.browsers
        let ids = everywhere ? browsers.sessions(of: session.who) : [session.id]
        let actor = call.auditActor
        try await call.storing { store throws(StoreError) in try await store.endSessions(ids, by: actor) }
        for id in ids { browsers.remove(session: id) }
        return response
    }

    /// One's own passphrase or PIN, by showing the old one.
    private static func changeSecret(_ call: Call) async throws(Problem) -> Response {
        guard let session = call.context.caller.identity.session else { throw Problem.unauthorized }
        let body = try await call.body()
        let (current, new) = try body.read { fields throws(FieldError) in
            (try fields.text("current", maxLength: Limits.secret), try fields.text("new", maxLength: Limits.secret))
        }
        let signIn = SignIn(call)
        switch session.who {
        case .person(let id, let name, _):
            try signIn.check(passphrase: new, name: name, field: "new")
            try await signIn.verify(person: id, name: name, current)
            try await signIn.replace(passphrase: new, of: id, but: session)
        case .agent(let id, _):
            try signIn.check(pin: new, field: "new")
            try await signIn.verify(AgentID(id), current)
            try await signIn.replace(pin: new, of: AgentID(id), but: session)
        }
        return try await signIn.begin(session.who, status: .noContent)
    }

    private static func recover(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (name, code, passphrase) = try body.read { fields throws(FieldError) in
            (
                try fields.text("name", minLength: 1, maxLength: 60),
                try fields.text("recovery_code", maxLength: Limits.secret),
                try fields.text("new_passphrase", maxLength: Limits.secret)
            )
        }
        return try await SignIn(call).recover(name, code: code, passphrase: passphrase)
    }
}

extension Call {
    /// Who is noted in the audit log.
    var auditActor: AuditActor {
        let caller = context.caller
        guard let principal = principal ?? caller.principal else {
            return AuditActor(role: AuditActor.nobody.role, deviceID: caller.identity.device?.id)
        }
        return AuditActor(
            role: principal.role.rawValue, id: principal.actorID,
            deviceID: principal.deviceID ?? caller.identity.device?.id)
    }

    /// Has the store write; a failure is a 503.
    func storing<Value>(_ body: (BranchStore) async throws(StoreError) -> Value) async throws(Problem) -> Value {
        try await reading(body)
    }
}

extension Response {
    /// Takes the session's cookie out of the browser.
    mutating func endSession(isSecure: Bool) {
        headers.append(HTTPField(name: .setCookie, value: BrowserCookies.endSession(isSecure: isSecure)))
    }
}
