import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// Signing in at one request: what is compared, what is counted, what is noted, which cookie is set.
struct SignIn {
    private let call: Call
    private let access: AccessDesk
    private var identity: BrowserIdentity { call.context.caller.identity }

    init(_ call: Call) {
        self.call = call
        access = call.services.access
    }

    // MARK: The three ways in

    func person(_ name: String, _ passphrase: String) async throws(Problem) -> Response {
        let known = try await call.reading { store throws(StoreError) in try await store.person(named: name) }
        let active = known?.person.isActive == true ? known : nil
        try await compare(passphrase, with: active?.passphrase, guess: guess("person \(name.lowercased())"), as: name)
        guard let person = active?.person, let role = Role(rawValue: person.role) else {
            throw Problem.wrongCredentials
        }
        return try await begin(.person(id: person.id, name: person.name, role: role))
    }

    /// Only at a paired counter, so that a PIN of six digits is worth nothing anywhere else.
    func agent(_ id: AgentID, _ pin: String) async throws(Problem) -> Response {
        guard let device = identity.device, device.kind == .counter else {
            throw Problem(.forbidden, "not_a_counter", "A PIN works at a paired counter only.")
        }
        let name = try await verify(id, pin)
        guard device.counterID != nil else {
            throw Problem(.conflict, "counter_missing", "This device belongs to no counter any more; pair it again.")
        }
        return try await begin(.agent(id: id.rawValue, name: name))
    }

    func again(_ passphrase: String) async throws(Problem) -> Response {
        guard let session = identity.session, case .person(let id, let name, _) = session.who else {
            throw Problem.unauthorized
        }
        try await verify(person: id, name: name, passphrase)
        let actor = call.auditActor
        let row = try await call.storing { store throws(StoreError) in
            try await store.reauthenticate(session: session.id, by: actor)
        }
        guard let row else { throw Problem.unauthorized }
        var renewed = session
        renewed.authenticatedAt = row.authenticatedTick
        renewed.seenAt = row.seenTick
        access.browsers.put(renewed)
        let answer = BrowserIdentity(device: identity.device, session: renewed)
        return try await SessionAnswer.read(call, identity: answer).response()
    }

    // MARK: Comparing

    func verify(person id: Int64, name: String, _ passphrase: String) async throws(Problem) {
        let known = try await call.reading { store throws(StoreError) in try await store.person(id) }
        try await compare(passphrase, with: known?.passphrase, guess: guess("person \(name.lowercased())"), as: name)
    }

    /// - Returns: the agent's name.
    @discardableResult
    func verify(_ agent: AgentID, _ pin: String) async throws(Problem) -> String {
        let known = try await call.reading { store throws(StoreError) in try await store.pin(of: agent) }
        let source = identity.device.map { "device \($0.id)" } ?? call.context.caller.address
        let guess = AccessDesk.Guess(target: "agent \(agent)", source: source)
        try await compare(pin, with: known?.secret, guess: guess, as: "agent \(agent)")
        return known?.name ?? ""
    }

    private func guess(_ target: String) -> AccessDesk.Guess {
        AccessDesk.Guess(target: target, source: call.context.caller.address)
    }

    private func compare(
        _ secret: String, with stored: String?, guess: AccessDesk.Guess, as name: String
    ) async throws(Problem) {
        try access.beginGuess(guess, tick: call.store.moment().tick)
        let isRight: Bool
        do throws(Problem) {
            isRight = try await access.verify(secret, against: stored)
        } catch {
            access.cancelled(guess)
            throw error
        }
        guard isRight else {
            // What was typed as a name is noted only where it is one: people type passphrases into the wrong field.
            let actor = call.auditActor
            let target = stored == nil ? nil : name
            let isNoted = access.notesRefusal(from: call.context.caller.address, tick: call.store.moment().tick)
            if isNoted {
                try await call.storing { store throws(StoreError) in
                    try await store.record(AuditNote(actor, "session.refused", target: target))
                }
            }
            throw Problem.wrongCredentials
        }
        access.succeeded(guess)
    }

    func check(passphrase: String, name: String, field: String) throws(Problem) {
        guard let fault = SecretRule.fault(passphrase: passphrase, name: name) else { return }
        let lengths = BranchAccess.Limits.passphraseLength
        switch fault {
        case .tooShort, .tooLong, .notDigits:
            throw Problem.badRequest(
                "\(field) must have \(lengths.lowerBound) to \(lengths.upperBound) characters.", field: field)
        case .tooSimple:
            throw Problem.badRequest("\(field) must have more different characters, beside your name.", field: field)
        }
    }

    func check(pin: String, field: String) throws(Problem) {
        switch SecretRule.fault(pin: pin) {
        case nil: return
        case .tooSimple: throw Problem.badRequest("\(field) is too easy to guess.", field: field)
        default:
            throw Problem.badRequest("\(field) must be \(BranchAccess.Limits.pinDigits) digits.", field: field)
        }
    }

    // MARK: New secrets

    /// All other sessions of the person end with the old passphrase.
    func replace(passphrase: String, of id: Int64, but session: BrowserSession) async throws(Problem) {
        var change = PersonChange()
        change.passphrase = try await access.hash(passphrase)
        try await store(change, of: id, as: "passphrase.changed")
        access.browsers.removeSessions { $0.personID == id }
    }

    func replace(pin: String, of agent: AgentID, but session: BrowserSession) async throws(Problem) {
        let hash = try await access.hash(pin)
        let actor = call.auditActor
        _ = try await call.storing { store throws(StoreError) in try await store.setPIN(of: agent, hash, by: actor) }
        access.browsers.removeSessions { $0.agentID == agent.rawValue }
    }

    private func store(_ change: PersonChange, of id: Int64, as action: String) async throws(Problem) {
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            try await store.changePerson(id, change, by: actor, as: action)
        }
        if case .failure(let refusal) = result { throw Problem(refusal) }
    }

    func recover(_ name: String, code: String, passphrase: String) async throws(Problem) -> Response {
        try check(passphrase: passphrase, name: name, field: "new_passphrase")
        let known = try await call.reading { store throws(StoreError) in try await store.person(named: name) }
        let active = known?.person.isActive == true ? known : nil
        let typed = code.uppercased().filter { $0 != "-" && $0 != " " }
        try await compare(
            typed, with: active?.recovery, guess: guess("recovery \(name.lowercased())"), as: name)
        guard let person = active?.person, let role = Role(rawValue: person.role) else {
            throw Problem.wrongCredentials
        }
        let recovery = RecoveryCode()
        var change = PersonChange()
        change.passphrase = try await access.hash(passphrase)
        change.recovery = try await access.hash(recovery.letters)
        try await store(change, of: person.id, as: "person.recovered")
        access.browsers.removeSessions { $0.personID == person.id }
        return try await begin(.person(id: person.id, name: person.name, role: role), recovery: recovery)
    }

    // MARK: The session

    /// A new session with a new secret, whatever the browser brought: so nobody can plant one (session fixation).
    func begin(
        _ who: SignedIn, status: HTTPResponse.Status = .ok, recovery: RecoveryCode? = nil
    ) async throws(Problem) -> Response {
        let secret = BrowserSecret()
        let device = who.isAgent || identity.device?.kind == .counter ? identity.device : nil
        let new = NewSession(
            hash: secret.hash.bytes, personID: who.personID, agentID: who.agentID, deviceID: device?.id,
            actor: AuditActor(role: who.role.rawValue, id: who.id, deviceID: identity.device?.id))
        let made = try await call.storing { store throws(StoreError) in try await store.create(new) }
        guard let made else { throw Problem.wrongCredentials }
        let session = BrowserSession(
            id: made.session.id, who: who, deviceID: made.session.deviceID, hash: secret.hash,
            createdAt: made.session.createdTick, authenticatedAt: made.session.authenticatedTick,
            seenAt: made.session.seenTick)
        for id in made.ended { access.browsers.remove(session: id) }
        // The browser's old session is of no use to anybody any more.
        if let old = identity.session {
            let actor = new.actor
            try await call.storing { store throws(StoreError) in try await store.endSessions([old.id], by: actor) }
            access.browsers.remove(session: old.id)
        }
        access.browsers.put(session)
        var response: Response
        if status == .noContent {
            response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
        } else {
            let answer = try await SessionAnswer.read(
                call, identity: BrowserIdentity(device: identity.device, session: session))
            response = Self.response(answer, status: status, recovery: recovery)
        }
        let cookie = BrowserCookies.set(session: secret.text, isSecure: call.context.caller.isSecure)
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }

    private static func response(
        _ answer: SessionAnswer, status: HTTPResponse.Status, recovery: RecoveryCode?
    ) -> Response {
        guard let recovery else { return answer.response(status: status) }
        var text = JSONText()
        text.beginObject()
        text.member("recovery_code", recovery.text)
        text.key("session")
        answer.write(into: &text)
        text.endObject()
        return Response.json(text, status: status)
    }
}

extension SignedIn {
    /// The person's or the agent's id.
    var id: Int64 {
        switch self {
        case .person(let id, _, _), .agent(let id, _): id
        }
    }

    var personID: Int64? { if case .person(let id, _, _) = self { id } else { nil } }
    var agentID: Int64? { if case .agent(let id, _) = self { id } else { nil } }
    var isAgent: Bool { agentID != nil }
}
