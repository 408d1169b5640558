import ArgumentParser
import BranchControl

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke the tokens that programs and devices show.",
        discussion: """
            Done by the running branch at once; on the files when no branch runs.
            Exit codes: 0 done, 1 refused, 69 the branch doesn't answer, 75 the data directory is in use.
            """,
        subcommands: [Create.self, List.self, Revoke.self, SetupCode.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token; it is shown once.",
            discussion: """
                Roles: admin (includes supervisor), supervisor (includes agent), agent, worker, kiosk, display, \
                metrics. A token of role agent may be bound to an agent and a counter.
                """)

        @OptionGroup var control: ControlOptions

        @Option(help: "What it may do.")
        var role: String

        @Option(help: "Its name, used once: 1 to 60 characters.")
        var name: String

        @Option(help: "The id of the agent who uses it.")
        var agent: Int64?

        @Option(help: "The id of the counter that it works at.")
        var counter: Int64?

        func run() async throws {
            let order = ControlRequest.TokenOrder(role: role, name: name, agent: agent, counter: counter)
            try await control.run(.createToken(order), offline: .whenNothingRuns)
            if !control.json { complain("keep it safe: it is stored nowhere and not shown again") }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all tokens, revoked ones too.")

        @OptionGroup var control: ControlOptions

        func run() async throws { try await control.run(.listTokens, offline: .whenNothingRuns) }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a token for good.")

        @OptionGroup var control: ControlOptions

        @Argument(help: "Its name or id.")
        var token: String

        func run() async throws { try await control.run(.revokeToken(token), offline: .whenNothingRuns) }
    }

    struct SetupCode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "setup-code",
            abstract: "Make a one-time code for the set-up page.",
            discussion: """
                Good once, for 30 minutes, in place of the code before. It makes the first admin; later it sets the \
                passphrase of an admin who has lost it, by the same name.
                """)

        @OptionGroup var control: ControlOptions

        func run() async throws { try await control.run(.setupCode, offline: .whenNothingRuns) }
    }
}
