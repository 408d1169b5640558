package import PostgresDriver
package import QueueEvents

/// A branch as head office knows it.
package struct RegisteredBranch: Equatable, Sendable {
    package let id: Int64
    package let name: String
    package let redisUser: String
    package let isEnabled: Bool
    /// Milliseconds since 1970.
    package let createdAt: Int64

    /// The keys of its streams and hashes.
    package var keys: UplinkKeys { UplinkKeys(branch: id) }
}

/// The table `branch`: who may send events. Every function blocks, on the connection's thread.
package enum BranchRegistry {
    /// Takes a new branch in.
    /// - Returns: the branch, and what it must be given; the key can't be read again.
    /// - Throws: ``RegistryError/nameTaken(_:)``, ``RegistryError/name``, else `PostgresError`.
    package static func add(_ name: String, _ session: PostgresSession) throws -> (RegisteredBranch, BranchKey) {
        guard (1...HQIngestLimits.branchNameCharacters).contains(name.unicodeScalars.count),
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw RegistryError.name }
        let key = BranchKey()
        do throws(PostgresError) {
            let rows = try session.execute(
                """
                WITH drawn AS MATERIALIZED (SELECT nextval(pg_get_serial_sequence('branch', 'id')) AS id)
                INSERT INTO branch (id, name, key_hash, redis_user)
                SELECT id, $1, $2, 'turn-branch-' || id FROM drawn
                RETURNING id, name, redis_user, enabled, created_at
                """, [.text(name), .bytes(key.hash)])
            guard let row = rows.first else { throw RegistryError.lost(operation: "branch add") }
            return (try branch(row), key)
        } catch {
            if error.sqlState == .uniqueViolation, error.constraint == "branch_name_key" {
                throw RegistryError.nameTaken(name)
            }
            throw error
        }
    }

    /// Every branch, by name.
    package static func list(_ session: PostgresSession) throws(PostgresError) -> [RegisteredBranch] {
        let rows = try session.execute(
            "SELECT id, name, redis_user, enabled, created_at FROM branch ORDER BY name, id")
        var branches: [RegisteredBranch] = []
        for row in rows { branches.append(try branch(row)) }
        return branches
    }

    /// No longer takes events of the branch; what is held stays. Its Redis user must be taken out too.
    /// - Parameter name: its name, or its number where no branch has that name.
    /// - Throws: ``RegistryError/unknown(_:)``, else `PostgresError`.
    package static func disable(_ name: String, _ session: PostgresSession) throws -> RegisteredBranch {
        let rows = try session.execute(
            """
            UPDATE branch SET enabled = false WHERE id = (
                SELECT id FROM branch WHERE name = $1 OR id = $2 ORDER BY (name = $1) DESC LIMIT 1)
            RETURNING id, name, redis_user, enabled, created_at
            """, [.text(name), .int(Int64(name) ?? 0)])
        guard let row = rows.first else { throw RegistryError.unknown(name) }
        return try branch(row)
    }

    /// The lines of Redis' ACL for all enabled branches, for a `users.acl` file or behind `ACL SETUSER`.
    package static func accessLines(_ session: PostgresSession) throws(PostgresError) -> [String] {
        let rows = try session.execute("SELECT id, redis_user, key_hash FROM branch WHERE enabled ORDER BY id")
        var lines: [String] = []
        for row in rows {
            lines.append(
                RedisAccess.line(branch: try row.int(0), user: try row.text(1), keyHash: try row.bytes(2)))
        }
        return lines
    }

    private static func branch(_ row: PostgresRow) throws(PostgresError) -> RegisteredBranch {
        RegisteredBranch(
            id: try row.int(0), name: try row.text(1), redisUser: try row.text(2), isEnabled: try row.bool(3),
            createdAt: try row.time(4))
    }
}

/// Why a branch was not taken in, or not found.
package enum RegistryError: Error, Equatable, Sendable, CustomStringConvertible {
    case name
    case nameTaken(String)
    case unknown(String)

    package var description: String {
        switch self {
        case .name: "a name has 1 to \(HQIngestLimits.branchNameCharacters) characters and no control characters"
        case .nameTaken(let name): "a branch named \(name) exists already"
        case .unknown(let name): "no branch has the name or number \(name)"
        }
    }

    /// PostgreSQL returned no row where it must.
    static func lost(operation: String) -> PostgresError {
        PostgresError(.other("row"), "the new row didn't come back", operation: operation)
    }
}
