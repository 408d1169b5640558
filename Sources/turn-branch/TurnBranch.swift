import ArgumentParser

/// The program on the branch's box.
@main
struct TurnBranch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn-branch",
        abstract: "Axelyn Turn: the queue of one branch.",
        discussion: """
            Serves kiosk, counter and display programs over HTTP and WebSocket, and keeps every ticket in SQLite.

            First steps:
              turn-branch apply --offline config/demo-branch.yaml
              turn-branch token create --role kiosk --name entrance
              turn-branch serve

            Results go to standard output, everything else to standard error.
            Exit codes: 0 done, 1 refused, 3 not running, 64 wrong usage, 69 unavailable, 74 the disk failed,
            75 the data directory is in use, 78 wrong settings.
            """,
        version: ProgramVersion.text,
        subcommands: [
            ServeCommand.self, StatusCommand.self, ApplyCommand.self, TokenCommand.self, EnrolCommand.self,
            AuditCommand.self, ClockCommand.self,
        ]
    )
}
