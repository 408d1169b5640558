import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/setup`: the first admin of a branch, by a code that only somebody at the box can read.
enum SetupRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/setup/state", operation: .readSetup) { call throws(Problem) in
            try await state(call)
        },
        Route(method: .post, path: "/setup", operation: .beginSetup, handle: begin),
        Route(method: .patch, path: "/setup", operation: .continueSetup, handle: goOn),
    ]

    private static func state(_ call: Call) async throws(Problem) -> Response {
        let setup = try await call.reading { store throws(StoreError) in try await store.setupState() }
        var text = JSONText(capacity: 64)
        text.beginObject()
        text.member("state", setup.word)
        text.member("step", setup.step)
        text.endObject()
        return .json(text)
    }

    /// Makes the first admin; later the code of the console sets an admin's passphrase anew, should it be lost.
    private static func begin(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (code, name, passphrase) = try body.read { fields throws(FieldError) in
            (
                try fields.text("code", maxLength: Limits.secret),
                try fields.text("name", minLength: 1, maxLength: 60),
                try fields.text("passphrase", maxLength: Limits.secret)
            )
        }
        let signIn = SignIn(call)
        try signIn.check(passphrase: passphrase, name: name, field: "passphrase")
        let codeHash = try await check(code, call)
        let recovery = RecoveryCode()
        let access = call.services.access
        let secret = try await access.hash(passphrase)
        let recoveryHash = try await access.hash(recovery.letters)
        let person = try await admin(call, code: codeHash, name: name, secret: secret, recovery: recoveryHash)
        access.browsers.removeSessions { $0.personID == person.id }
        return try await signIn.begin(
            .person(id: person.id, name: person.name, role: .admin), status: .created, recovery: recovery)
    }

    /// - Returns: the hash of the code, which is used up later, in the transaction that it leads to.
    private static func check(_ typed: String, _ call: Call) async throws(Problem) -> [UInt8] {
        let tick = call.store.moment().tick
        let guess = AccessDesk.Guess(target: "set-up code", source: call.context.caller.address)
        try call.services.access.beginGuess(guess, tick: tick)
        let stored = try await call.reading { store throws(StoreError) in try await store.setupCode(at: tick) }
        guard let stored, let code = UserCode(typed), code.hash == SecretHash(bytes: stored) else {
            if call.services.access.notesRefusal(from: call.context.caller.address, tick: tick) {
                try await call.storing { store throws(StoreError) in
                    try await store.record(AuditNote(call.auditActor, "setup.refused"))
                }
            }
            throw Problem.wrongCredentials
        }
        call.services.access.succeeded(guess)
        return stored
    }

    private static func admin(
        _ call: Call, code: [UInt8], name: String, secret: String, recovery: String
    ) async throws(Problem) -> StoredPerson {
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            if let known = try await store.person(named: name) {
                var change = PersonChange()
                change.passphrase = secret
                change.recovery = recovery
                change.role = Role.admin.rawValue
                change.isActive = true
                return try await store.changePerson(
                    known.person.id, change, setupCode: code, by: actor, as: "person.recovered")
            }
            return try await store.createPerson(
                name: name, role: Role.admin.rawValue, passphrase: secret, recovery: recovery, setupCode: code,
                by: actor)
        }
        switch result {
        case .success(let person): return person
        case .failure(let refusal): throw Problem(refusal)
        }
    }

    private static func goOn(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (step, isDone) = try body.read { fields throws(FieldError) in
            (try fields.optionalInt("step", in: Limits.setupSteps), try fields.optionalText("state", maxLength: 10))
        }
        guard isDone == nil || isDone == "done" else {
            throw Problem.badRequest("state can only become done.", field: "state")
        }
        let actor = call.auditActor
        try await call.storing { store throws(StoreError) in
            try await store.setSetup(step: step, isDone: isDone != nil, by: actor)
        }
        return try await state(call)
    }
}

extension Problem {
    init(_ refusal: PersonRefusal) {
        switch refusal {
        case .unknown: self.init(.notFound, "person_not_found", "There is no such person.")
        case .nameTaken: self.init(.conflict, "name_in_use", "Another one has this name.")
        case .lastAdmin: self.init(.conflict, "last_admin", "Nobody would be left who may change anything.")
        case .staleVersion: self.init(.conflict, "version_conflict", "It has changed since you saw it.")
        case .codeUsed: self = .wrongCredentials
        case .tooMany: self.init(.conflict, "limit_reached", "There are as many as there may be.")
        }
    }
}
