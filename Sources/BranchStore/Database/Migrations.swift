package import GRDB

/// The schema, as numbered steps that only grow.
///
/// Each step runs in a transaction of its own; a newer database than the program knows is refused.
package enum Migrations {
    package static let all: [(number: Int, statements: [String])] = [
        (1, Schema1.statements), (2, Schema2.statements), (3, Schema3.statements),
    ]

    /// The schema's number of this program.
    package static var newest: Int { all.last?.number ?? 0 }

    /// Brings the database to `newest`.
    /// - Parameter failpoint: test only, see `WriterOptions.failpoint`.
    /// - Throws: `StoreError.cannotOpen` for a newer database, else SQLite's error.
    package static func run(
        on queue: DatabaseQueue, failpoint: (Failpoint) -> Void = { _ in }
    ) throws {
        try queue.writeWithoutTransaction { db in
            let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard found <= newest else {
                throw StoreError.cannotOpen(
                    "the database has schema \(found), this program knows up to \(newest); "
                        + "install the program that wrote it, or restore the backup made before the upgrade")
            }
            for step in all where step.number > found {
                try db.inTransaction(.immediate) {
                    for statement in step.statements { try db.execute(sql: statement) }
                    try db.execute(sql: "PRAGMA user_version = \(step.number)")
                    failpoint(.beforeMigrationCommit)
                    return .commit
                }
            }
        }
    }
}
