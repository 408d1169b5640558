import ArgumentParser
import HQIngest
import PostgresDriver

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema to this program's.",
        discussion: """
            Each step is one transaction. Two of them at the same time do no harm; a newer schema is refused. Run it \
            before the programs of a new version start.
            Exit codes: 0 done, 1 the schema is newer, 69 PostgreSQL can't be used.
            """)

    @OptionGroup var options: ProgramOptions

    func run() async throws {
        let settings = try options.settings()
        let done = try await options.withDatabase(
            settings,
            {
                $0.statementTimeout = .zero
                $0.idleInTransactionTimeout = .zero
            },
            { try Migrations.apply($0) })
        print(
            done.isEmpty
                ? "schema \(Migrations.newest), nothing to do"
                : "schema \(Migrations.newest), \(done.count == 1 ? "1 step" : "\(done.count) steps") done")
    }
}

struct RolesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles",
        abstract: "Print the SQL that makes the database's roles with least privileges.",
        discussion: """
            turn_ingest is for turn-hq ingest and status, turn_reader for reports. Run it as the owner of the tables \
            after each migrate: turn-hq roles | psql "$DATABASE_URL"
            """)

    func run() { print(DatabaseRoles.sql, terminator: "") }
}
