import Foundation
import GRDB
package import QueueDomain

/// An admin or a supervisor. The hash of the passphrase is handed out only where it is compared.
package struct StoredPerson: Equatable, Sendable {
    package var id: Int64
    /// 1…60 characters, unique whatever its case.
    package var name: String
    /// `admin` or `supervisor`.
    package var role: String
    package var isActive: Bool
    package var lastSeenAt: Timestamp?
    package var version: Int64
}

/// A person with what is compared with what somebody types.
package struct PersonSecrets: Sendable {
    package var person: StoredPerson
    /// Argon2's encoding of the passphrase.
    package var passphrase: String
    /// Argon2's encoding of the recovery code; nil once it was used.
    package var recovery: String?
}

/// What is changed of a person; nil stays as it is.
package struct PersonChange: Sendable {
    package var name: String?
    package var role: String?
    package var isActive: Bool?
    /// Argon2's encoding.
    package var passphrase: String?
    /// Argon2's encoding.
    package var recovery: String?

    /// Changes nothing yet.
    package init() {}
}

/// Why a person was not stored or changed.
package enum PersonRefusal: Error, Equatable, Sendable {
    case unknown
    case nameTaken
    /// Nobody would be left who may change anything.
    case lastAdmin
    case staleVersion
    case tooMany
    /// The set-up code was used by somebody else meanwhile.
    case codeUsed
}

extension BranchStore {
    private static let personColumns = "id, name, role, active, last_seen_at, version"

    /// Everybody who signs in with a passphrase, by id.
    package func people() async throws(StoreError) -> [StoredPerson] {
        try await readers.read { db in
            try db.every("SELECT \(Self.personColumns) FROM people ORDER BY id", [], Self.person)
        }
    }

    /// Somebody by name, whatever its case, with the secrets.
    package func person(named name: String) async throws(StoreError) -> PersonSecrets? {
        try await secrets("name = ?", name)
    }

    /// Somebody by id, with the secrets.
    package func person(_ id: Int64) async throws(StoreError) -> PersonSecrets? {
        try await secrets("id = ?", id)
    }

    private func secrets(
        _ condition: String, _ value: any DatabaseValueConvertible & Sendable
    ) async throws(StoreError) -> PersonSecrets? {
        try await readers.read { db in
            try db.first(
                "SELECT \(Self.personColumns), secret, recovery FROM people WHERE \(condition)", [value]
            ) { row in
                PersonSecrets(person: Self.person(row), passphrase: row[6], recovery: row[7])
            }
        }
    }

    /// Stores somebody new.
    /// - Parameters:
    ///   - passphrase: Argon2's encoding.
    ///   - recovery: Argon2's encoding, or nil.
    ///   - setupCode: SHA-256 of the set-up code that leads here, which ends in the same transaction.
    package func createPerson(
        name: String, role: String, passphrase: String, recovery: String? = nil, setupCode: [UInt8]? = nil,
        by actor: AuditActor
    ) async throws(StoreError) -> Result<StoredPerson, PersonRefusal> {
        try await writer.perform { session in
            let db = session.db
            if let setupCode, try !session.useSetupCode(setupCode) { return .failure(.codeUsed) }
            if try Self.owner(of: name, db) != nil { return .failure(.nameTaken) }
            let count = try db.first("SELECT count(*) FROM people", []) { $0[0] as Int } ?? 0
            guard count < StoreLimits.people else { return .failure(.tooMany) }
            let id = try session.drawCredentialID()
            try db.change(
                """
                INSERT INTO people (id, name, role, active, secret, recovery, version) VALUES (?, ?, ?, 1, ?, ?, 1)
                """, [id, name, role, passphrase, recovery])
            try session.record(
                AuditNote(actor, "person.created", target: "person \(id)", after: #"{"role":"\#(role)"}"#))
            return .success(
                StoredPerson(id: id, name: name, role: role, isActive: true, lastSeenAt: nil, version: 1))
        }
    }

    /// Changes somebody. Whoever loses the role, is made inactive or gets another passphrase is signed out by the
    /// caller.
    package func changePerson(
        _ id: Int64, _ change: PersonChange, expecting: Int64? = nil, setupCode: [UInt8]? = nil,
        by actor: AuditActor, as action: String = "person.changed"
    ) async throws(StoreError) -> Result<StoredPerson, PersonRefusal> {
        try await writer.perform { session in
            let db = session.db
            guard var person = try Self.person(id, db) else { return .failure(.unknown) }
            let before = person
            if let setupCode, try !session.useSetupCode(setupCode) { return .failure(.codeUsed) }
            if let expecting, expecting != person.version { return .failure(.staleVersion) }
            if let name = change.name, let owner = try Self.owner(of: name, db), owner != id {
                return .failure(.nameTaken)
            }
            person.name = change.name ?? person.name
            person.role = change.role ?? person.role
            person.isActive = change.isActive ?? person.isActive
            person.version += 1
            let remains = person.role == "admin" && person.isActive
            if !remains, try Self.isLastAdmin(id, db) { return .failure(.lastAdmin) }
            try db.change(
                """
                UPDATE people SET name = ?, role = ?, active = ?, version = ?, secret = coalesce(?, secret),
                    recovery = coalesce(?, recovery) WHERE id = ?
                """,
                [person.name, person.role, person.isActive, person.version, change.passphrase, change.recovery, id])
            if person.isActive != before.isActive || person.role != before.role || change.passphrase != nil {
                try db.change("DELETE FROM sessions WHERE person_id = ?", [id])
            }
            try session.record(
                AuditNote(
                    actor, action, target: "person \(id)", before: Self.note(before),
                    after: Self.note(person, hasNewSecret: change.passphrase != nil)))
            return .success(person)
        }
    }

    /// Deletes somebody, with all sessions.
    package func deletePerson(
        _ id: Int64, expecting: Int64?, by actor: AuditActor
    ) async throws(StoreError) -> Result<Void, PersonRefusal> {
        try await writer.perform { session in
            let db = session.db
            guard let person = try Self.person(id, db) else { return .failure(.unknown) }
            if let expecting, expecting != person.version { return .failure(.staleVersion) }
            if try Self.isLastAdmin(id, db) { return .failure(.lastAdmin) }
            try db.change("DELETE FROM people WHERE id = ?", [id])
            try session.record(AuditNote(actor, "person.deleted", target: "person \(id)", before: Self.note(person)))
            return .success(())
        }
    }

    private static func note(_ person: StoredPerson, hasNewSecret: Bool = false) -> String {
        let secret = hasNewSecret ? #","passphrase":"changed""# : ""
        return #"{"role":"\#(person.role)","active":\#(person.isActive)\#(secret)}"#
    }

    private static func person(_ id: Int64, _ db: Database) throws -> StoredPerson? {
        try db.first("SELECT \(personColumns) FROM people WHERE id = ?", [id], person)
    }

    private static func owner(of name: String, _ db: Database) throws -> Int64? {
        try db.first("SELECT id FROM people WHERE name = ?", [name]) { $0[0] }
    }

    private static func isLastAdmin(_ id: Int64, _ db: Database) throws -> Bool {
        let sql = "SELECT id FROM people WHERE role = 'admin' AND active = 1 LIMIT 2"
        return try db.every(sql, []) { $0[0] as Int64 } == [id]
    }

    private static func person(_ row: Row) -> StoredPerson {
        StoredPerson(
            id: row[0], name: row[1], role: row[2], isActive: row[3],
            lastSeenAt: (row[4] as Int64?).map(Timestamp.init(milliseconds:)), version: row[5])
    }

    // MARK: Agents' PINs

    /// Argon2's encoding of an agent's PIN, with the agent's name; nil when there is none, or the agent is inactive.
    package func pin(of agent: AgentID) async throws(StoreError) -> (name: String, secret: String)? {
        try await readers.read { db in
            try db.first(
                """
                SELECT agents.name, agent_pins.secret FROM agents JOIN agent_pins ON agent_pins.agent_id = agents.id
                WHERE agents.id = ? AND agents.active = 1
                """, [agent.rawValue]
            ) { (name: $0[0], secret: $0[1]) }
        }
    }

    /// Agents who can sign in at a counter: active, with a PIN.
    package func agentsWithPIN() async throws(StoreError) -> [NamedAgent] {
        try await readers.read { db in
            try db.every(
                """
                SELECT agents.id, agents.active, agents.version, agents.name FROM agents
                JOIN agent_pins ON agent_pins.agent_id = agents.id WHERE agents.active = 1 ORDER BY agents.name
                """, [], AgentRow.read)
        }
    }

    /// Ids of agents that have a PIN.
    package func agentsHavingPIN() async throws(StoreError) -> Set<AgentID> {
        try await readers.read { db in
            Set(try db.every("SELECT agent_id FROM agent_pins", []) { AgentID($0[0]) })
        }
    }

    /// Sets an agent's PIN, or takes it away, and ends the agent's sessions.
    /// - Parameter secret: Argon2's encoding; nil = no PIN.
    /// - Returns: false when there is no such agent.
    package func setPIN(
        of agent: AgentID, _ secret: String?, by actor: AuditActor
    ) async throws(StoreError) -> Bool {
        try await writer.perform { session in
            guard try session.agent(agent) != nil else { return false }
            let db = session.db
            if let secret {
                try db.change(
                    """
                    INSERT INTO agent_pins (agent_id, secret, changed_at) VALUES (?, ?, ?)
                    ON CONFLICT (agent_id) DO UPDATE SET secret = excluded.secret, changed_at = excluded.changed_at
                    """, [agent.rawValue, secret, session.now.wall.milliseconds])
            } else {
                try db.change("DELETE FROM agent_pins WHERE agent_id = ?", [agent.rawValue])
            }
            try db.change("DELETE FROM sessions WHERE agent_id = ?", [agent.rawValue])
            try session.record(
                AuditNote(actor, secret == nil ? "pin.removed" : "pin.set", target: "agent \(agent.rawValue)"))
            return true
        }
    }
}
