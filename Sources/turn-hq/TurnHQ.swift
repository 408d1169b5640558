import ArgumentParser

/// `turn-hq`: head office's side of the uplink.
@main
struct TurnHQ: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn-hq", abstract: "Takes the branches' events from Redis into PostgreSQL.")
}
