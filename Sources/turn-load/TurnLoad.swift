import ArgumentParser

@main
struct TurnLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn-load", abstract: "Puts load on a branch, or a part of one, and measures.",
        subcommands: [EchoCommand.self])
}
