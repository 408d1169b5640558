import BranchAccess
import BranchStore
import HTTPTypes
import Hummingbird
import QueueDomain
import QueueEvents

/// `/people`: admins and supervisors.
enum PeopleRoutes {
    static let all: [Route] = [
        Route(method: .get, path: "/people", operation: .listPeople) { call throws(Problem) in
            let people = try await call.reading { store throws(StoreError) in try await store.people() }
            return try RowAnswer.page(people, for: call, id: \.id) { write($0, into: &$1) }
        },
        Route(method: .post, path: "/people", operation: .createPerson, handle: create),
        Route(method: .patch, path: "/people/{id}", operation: .patchPerson, handle: patch),
        Route(method: .delete, path: "/people/{id}", operation: .deletePerson, handle: delete),
    ]

    private enum PersonRole: String, CaseIterable {
        case admin, supervisor
    }

    private static func create(_ call: Call) async throws(Problem) -> Response {
        let body = try await call.body()
        let (name, role, passphrase) = try body.read { fields throws(FieldError) in
            (
                try fields.text("name", minLength: 1, maxLength: 60), try fields.choice("role", of: PersonRole.self),
                try fields.text("passphrase", maxLength: Limits.secret)
            )
        }
        try SignIn(call).check(passphrase: passphrase, name: name, field: "passphrase")
        let hash = try await call.services.access.hash(passphrase)
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            try await store.createPerson(name: name, role: role.rawValue, passphrase: hash, by: actor)
        }
        switch result {
        case .success(let person): return answer(person, status: .created)
        case .failure(let refusal): throw Problem(refusal)
        }
    }

    private static func patch(_ call: Call) async throws(Problem) -> Response {
        let id = try call.pathID()
        let body = try await call.body()
        let expected = try call.expected(body)
        var change = PersonChange()
        let passphrase: String?
        (change.name, change.role, change.isActive, passphrase) = try body.read { fields throws(FieldError) in
            (
                try fields.optionalText("name", minLength: 1, maxLength: 60),
                try fields.optionalChoice("role", of: PersonRole.self)?.rawValue,
                try fields.optionalBool("active"), try fields.optionalText("passphrase", maxLength: Limits.secret)
            )
        }
        if let passphrase {
            try SignIn(call).check(passphrase: passphrase, name: change.name ?? "", field: "passphrase")
            change.passphrase = try await call.services.access.hash(passphrase)
        }
        let (actor, chosen) = (call.auditActor, change)
        let result = try await call.storing { store throws(StoreError) in
            try await store.changePerson(id, chosen, expecting: expected.version, by: actor)
        }
        switch result {
        case .success(let person):
            await call.renewSessions()
            return answer(person)
        case .failure(let refusal): throw Problem(refusal, isPrecondition: expected.isPrecondition)
        }
    }

    private static func delete(_ call: Call) async throws(Problem) -> Response {
        let id = try call.pathID()
        let version = try call.ifMatch()
        let actor = call.auditActor
        let result = try await call.storing { store throws(StoreError) in
            try await store.deletePerson(id, expecting: version, by: actor)
        }
        if case .failure(let refusal) = result { throw Problem(refusal, isPrecondition: version != nil) }
        call.services.access.browsers.removeSessions { $0.personID == id }
        return Response(status: .noContent)
    }

    private static func answer(_ person: StoredPerson, status: HTTPResponse.Status = .ok) -> Response {
        var text = JSONText()
        write(person, into: &text)
        var response = Response.json(text, status: status)
        response.headers[.eTag] = ETag.text(person.version)
        return response
    }

    private static func write(_ person: StoredPerson, into text: inout JSONText) {
        text.beginObject()
        text.member("id", person.id)
        text.member("name", person.name)
        text.member("role", person.role)
        text.member("active", person.isActive)
        text.member("last_seen_at", person.lastSeenAt.map { UTCText.text(milliseconds: $0.milliseconds) })
        text.member("version", person.version)
        text.endObject()
    }
}

extension Problem {
    init(_ refusal: PersonRefusal, isPrecondition: Bool) {
        self.init(refusal)
        if refusal == .staleVersion, isPrecondition { status = .preconditionFailed }
    }
}
