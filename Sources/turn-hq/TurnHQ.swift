import ArgumentParser

/// `turn-hq`: head office's side of the uplink.
@main
struct TurnHQ: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn-hq",
        abstract: "Axelyn Turn at head office: takes the branches' events from Redis into PostgreSQL.",
        discussion: """
            First steps:
              export DATABASE_URL=postgresql://… UPSTASH_REDIS_URL=rediss://…
              turn-hq migrate
              turn-hq branch add "North Street" > north-street.json
              turn-hq ingest

            Settings come from TURN_… environment variables, then .env, then config/hq.yaml. Results go to standard \
            output, everything else to standard error.
            Exit codes: 0 done, 1 refused, 3 something is wrong (status), 64 wrong usage, 69 PostgreSQL can't be used, \
            78 wrong settings.
            """,
        version: ProgramVersion.text,
        subcommands: [
            MigrateCommand.self, IngestCommand.self, StatusCommand.self, BranchCommand.self, RolesCommand.self,
        ])
}

/// The version of this program.
enum ProgramVersion {
    static let text = "0.1.0"
}
