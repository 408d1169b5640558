import ArgumentParser

/// The load generator's command line.
@main
struct TurnLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn-load",
        abstract: "Puts load on a branch and says how it bore it.",
        discussion: """
            Results go to stdout, progress goes to stderr. Loads are for machines of your own: each one is bounded in \
            time and in connections.
            """,
        subcommands: [
            HTTPCommand.self, DisplaysCommand.self, EchoCommand.self, StoreCommand.self, IngestCommand.self,
            UplinkCommand.self,
        ])
}
