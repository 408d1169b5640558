package import PostgresDriver

/// Head office's schema, as numbered steps that only grow.
///
/// Each step runs in a transaction of its own, which holds an advisory lock: of two programs that migrate at the same
/// time one waits, and finds the work done. A newer database than the program knows is refused.
package enum Migrations {
    package static let all: [(number: Int, statements: [String])] = [
        (1, Schema1.statements)
    ]

    /// The schema's number of this program.
    package static var newest: Int { all.last?.number ?? 0 }

    /// Brings the database to `newest`. Blocks; on the connection's thread. The connection's time-outs hold for every
    /// statement, so that a step over a large table needs one that has none.
    /// - Returns: the numbers of the steps that were done now.
    /// - Throws: ``SchemaError`` for a newer database, else `PostgresError`.
    @discardableResult
    package static func apply(_ session: PostgresSession) throws -> [Int] {
        var done: [Int] = []
        for step in all {
            let isNew = try session.transaction {
                try session.execute("SELECT pg_advisory_xact_lock($1)", [.int(lock)])
                let found = try number(session)
                guard found <= newest else { throw SchemaError.newer(found: found) }
                guard step.number > found else { return false }
                for statement in step.statements { try session.script(statement) }
                try session.execute("INSERT INTO schema_step (number) VALUES ($1)", [.int(Int64(step.number))])
                return true
            }
            if isNew { done.append(step.number) }
        }
        return done
    }

    /// The number of the database's schema, 0 without one.
    package static func number(_ session: PostgresSession) throws(PostgresError) -> Int {
        let found = try session.execute("SELECT to_regclass('public.schema_step') IS NOT NULL")
        guard let row = found.first, try row.bool(0) else { return 0 }
        let rows = try session.execute("SELECT coalesce(max(number), 0)::bigint FROM schema_step")
        guard let row = rows.first else { return 0 }
        return Int(clamping: try row.int(0))
    }

    /// Why this program can't work on the database, nil when it can.
    package static func fault(_ session: PostgresSession) throws(PostgresError) -> SchemaError? {
        let found = try number(session)
        if found == newest { return nil }
        return found > newest ? .newer(found: found) : .older(found: found)
    }

    /// Any number that no other program of the database takes; "turnhq" as bytes.
    private static let lock: Int64 = 0x7475_726E_6871
}

/// The database's schema is not this program's.
package enum SchemaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A newer program made it.
    case newer(found: Int)
    /// `turn-hq migrate` has not been run.
    case older(found: Int)

    package var description: String {
        switch self {
        case .newer(let found):
            "the database has schema \(found), this program knows up to \(Migrations.newest); "
                + "install the program that migrated it, or restore the backup made before"
        case .older(let found):
            "the database has schema \(found), this program needs \(Migrations.newest); run turn-hq migrate"
        }
    }
}
