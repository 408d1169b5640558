import Foundation
import GRDB
package import QueueDomain

/// A paired device's row.
package struct StoredDevice: Equatable, Sendable {
    package var id: Int64
    /// `kiosk`, `counter`, `display` or `worker`.
    package var kind: String
    /// 1…60 characters, unique whatever its case.
    package var name: String
    package var counterID: Int64?
    /// SHA-256 of its secret, and of the one before.
    package var hash: [UInt8]
    package var previousHash: [UInt8]?
    package var rotatedTick: Int64
    package var createdAt: Timestamp
    package var lastSeenAt: Timestamp?
    /// Where it was last, and what it said of itself.
    package var address: String?
    package var pageVersion: String?
    /// Milliseconds that its clock is ahead of the branch's.
    package var clockDifference: Int64?
    package var version: Int64
}

/// What a device says of itself.
package struct DeviceReport: Sendable {
    package var address: String
    package var pageVersion: String?
    package var clockDifference: Int64?

    /// - Parameters:
    ///   - address: where it is.
    ///   - pageVersion: of its page.
    ///   - clockDifference: milliseconds that its clock is ahead.
    package init(address: String, pageVersion: String?, clockDifference: Int64?) {
        self.address = address
        self.pageVersion = pageVersion
        self.clockDifference = clockDifference
    }
}

/// Why a device was not stored or changed.
package enum DeviceRefusal: Error, Equatable, Sendable {
    case unknown
    case nameTaken
    case counterUnknown
    case tooMany
    case staleVersion
}

extension BranchStore {
    private static let deviceColumns = """
        id, kind, name, counter_id, hash, previous_hash, rotated_tick, created_at, last_seen_at, address,
        page_version, clock_difference, version
        """

    /// Every paired device, by id.
    package func devices() async throws(StoreError) -> [StoredDevice] {
        try await readers.read { db in
            try db.every("SELECT \(Self.deviceColumns) FROM devices ORDER BY id", [], Self.device)
        }
    }

    /// Stores a device that an admin has approved.
    /// - Parameter hash: SHA-256 of the secret that it will fetch.
    package func createDevice(
        kind: String, name: String, counterID: Int64?, hash: [UInt8], address: String, by actor: AuditActor
    ) async throws(StoreError) -> Result<StoredDevice, DeviceRefusal> {
        try await writer.perform { session in
            let db = session.db
            if let refusal = try Self.refusal(name: name, counterID: counterID, of: nil, session) {
                return .failure(refusal)
            }
            let count = try db.first("SELECT count(*) FROM devices", []) { $0[0] as Int } ?? 0
            guard count < StoreLimits.devices else { return .failure(.tooMany) }
            let id = try session.drawCredentialID()
            try db.change(
                """
                INSERT INTO devices (id, kind, name, counter_id, hash, rotated_tick, created_at, address, version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
                """,
                [
                    id, kind, name, counterID, Data(hash), session.now.tick, session.now.wall.milliseconds, address,
                ])
            guard let made = try Self.device(id, db) else { return .failure(.unknown) }
            try session.record(
                AuditNote(actor, "device.paired", target: "device \(id)", after: Self.note(made)))
            return .success(made)
        }
    }

    /// Changes a device's name or counter; sessions at another counter end.
    package func changeDevice(
        _ id: Int64, name: String?, counterID: Int64?, expecting: Int64?, by actor: AuditActor
    ) async throws(StoreError) -> Result<StoredDevice, DeviceRefusal> {
        try await writer.perform { session in
            let db = session.db
            guard let before = try Self.device(id, db) else { return .failure(.unknown) }
            if let expecting, expecting != before.version { return .failure(.staleVersion) }
            let newName = name ?? before.name
            let newCounter = before.kind == "counter" ? counterID ?? before.counterID : nil
            if let refusal = try Self.refusal(name: newName, counterID: newCounter, of: id, session) {
                return .failure(refusal)
            }
            try db.change(
                "UPDATE devices SET name = ?, counter_id = ?, version = version + 1 WHERE id = ?",
                [newName, newCounter, id])
            if newCounter != before.counterID {
                try db.change("DELETE FROM sessions WHERE device_id = ? AND agent_id IS NOT NULL", [id])
            }
            guard let after = try Self.device(id, db) else { return .failure(.unknown) }
            try session.record(
                AuditNote(
                    actor, "device.changed", target: "device \(id)", before: Self.note(before), after: Self.note(after))
            )
            return .success(after)
        }
    }

    /// Revokes a device: its secret is nobody's from now on, and sessions at it end.
    package func revokeDevice(
        _ id: Int64, expecting: Int64?, by actor: AuditActor
    ) async throws(StoreError) -> Result<Void, DeviceRefusal> {
        try await writer.perform { session in
            let db = session.db
            guard let device = try Self.device(id, db) else { return .failure(.unknown) }
            if let expecting, expecting != device.version { return .failure(.staleVersion) }
            try db.change("DELETE FROM devices WHERE id = ?", [id])
            try session.record(
                AuditNote(actor, "device.revoked", target: "device \(id)", before: Self.note(device)))
            return .success(())
        }
    }

    /// Notes what a device says of itself, and gives it a new secret where one is offered.
    /// - Parameter hash: SHA-256 of the new secret; the one before stays good until the new one has been used.
    package func report(
        _ report: DeviceReport, of id: Int64, newHash hash: [UInt8]?
    ) async throws(StoreError) -> StoredDevice? {
        try await writer.perform { session in
            let db = session.db
            try db.change(
                """
                UPDATE devices SET address = ?, page_version = coalesce(?, page_version), clock_difference = ?,
                    last_seen_at = ? WHERE id = ?
                """,
                [report.address, report.pageVersion, report.clockDifference, session.now.wall.milliseconds, id])
            if let hash {
                try db.change(
                    "UPDATE devices SET previous_hash = hash, hash = ?, rotated_tick = ? WHERE id = ?",
                    [Data(hash), session.now.tick, id])
            }
            return try Self.device(id, db)
        }
    }

    private static func refusal(
        name: String, counterID: Int64?, of id: Int64?, _ session: WriterSession
    ) throws -> DeviceRefusal? {
        let owner: Int64? = try session.db.first("SELECT id FROM devices WHERE name = ?", [name]) { $0[0] }
        if let owner, owner != id { return .nameTaken }
        if let counterID, try session.counter(CounterID(counterID)) == nil { return .counterUnknown }
        return nil
    }

    private static func note(_ device: StoredDevice) -> String {
        let counter = device.counterID.map(String.init) ?? "null"
        return #"{"kind":"\#(device.kind)","counter_id":\#(counter)}"#
    }

    private static func device(_ id: Int64, _ db: Database) throws -> StoredDevice? {
        try db.first("SELECT \(deviceColumns) FROM devices WHERE id = ?", [id], device)
    }

    private static func device(_ row: Row) -> StoredDevice {
        StoredDevice(
            id: row[0], kind: row[1], name: row[2], counterID: row[3], hash: Array(row[4] as Data),
            previousHash: (row[5] as Data?).map(Array.init), rotatedTick: row[6],
            createdAt: Timestamp(milliseconds: row[7]),
            lastSeenAt: (row[8] as Int64?).map(Timestamp.init(milliseconds:)), address: row[9], pageVersion: row[10],
            clockDifference: row[11], version: row[12])
    }
}
