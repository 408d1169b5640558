import Foundation
import GRDB
import QueueDomain

/// How far the set-up of a branch is.
package struct SetupState: Equatable, Sendable {
    /// Nobody may sign in yet.
    package var isNew: Bool
    /// The wizard was finished.
    package var isDone: Bool
    /// The page of the wizard to go on with, 1…6.
    package var step: Int
}

extension WriterSession {
    private static let codeKey = "setup_code_hash"

    fileprivate func set(_ key: String, _ value: (any DatabaseValueConvertible)?) throws {
        guard let value else {
            try db.change("DELETE FROM settings WHERE key = ?", [key])
            return
        }
        try db.change("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", [key, value])
    }

    fileprivate func startSetupCode(_ hash: [UInt8], until tick: Int64) throws {
        try set(Self.codeKey, Data(hash))
        try set("setup_code_until", tick)
    }

    /// Uses the set-up code up: it is good once.
    /// - Returns: false when it isn't the one that is stored.
    func useSetupCode(_ hash: [UInt8]) throws -> Bool {
        let stored = try db.first("SELECT value FROM settings WHERE key = ?", [Self.codeKey]) { Array($0[0] as Data) }
        guard stored == hash else { return false }
        try set(Self.codeKey, nil)
        try set("setup_code_until", nil)
        return true
    }
}

extension BranchStore {
    /// How far the set-up is.
    package func setupState() async throws(StoreError) -> SetupState {
        try await readers.read { db in
            let hasPeople = try db.first("SELECT 1 FROM people LIMIT 1", []) { _ in true } ?? false
            let step = try db.first("SELECT value FROM settings WHERE key = 'setup_step'", []) { $0[0] as Int }
            let isDone = try db.first("SELECT 1 FROM settings WHERE key = 'setup_done'", []) { _ in true } ?? false
            return SetupState(isNew: !hasPeople, isDone: isDone && hasPeople, step: step ?? 1)
        }
    }

    /// Notes how far the wizard is.
    package func setSetup(step: Int? = nil, isDone: Bool = false, by actor: AuditActor) async throws(StoreError) {
        try await writer.perform { session in
            if let step { try session.set("setup_step", step) }
            guard isDone else { return }
            try session.set("setup_done", 1)
            try session.record(AuditNote(actor, "setup.finished"))
        }
    }

    /// Stores a new set-up code in place of the one before.
    /// - Parameters:
    ///   - hash: SHA-256 of its letters.
    ///   - age: milliseconds that it is good for.
    package func startSetupCode(_ hash: [UInt8], age: Int64) async throws(StoreError) {
        try await writer.perform { session in
            try session.startSetupCode(hash, until: session.now.tick + age)
            try session.record(AuditNote(.console, "setup.code"))
        }
    }

    /// SHA-256 of the set-up code that is good now, or nil.
    package func setupCode(at tick: Int64) async throws(StoreError) -> [UInt8]? {
        try await readers.read { db in
            let until = try db.first("SELECT value FROM settings WHERE key = 'setup_code_until'", []) {
                $0[0] as Int64
            }
            guard let until, tick < until else { return nil }
            return try db.first("SELECT value FROM settings WHERE key = 'setup_code_hash'", []) {
                Array($0[0] as Data)
            }
        }
    }
}
