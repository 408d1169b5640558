import ArgumentParser
import BranchControl

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show who changed what, and who signed in.",
        discussion: """
            The log can't be changed: each line's hash covers all lines before it, which is checked first. Names are \
            those of today.
            Exit codes: 0 done, 69 the log is damaged or can't be read, 75 the data directory is in use.
            """)

    @OptionGroup var control: ControlOptions

    @Option(help: "How many of the newest lines (1 to 1000).")
    var limit = 100

    func run() async throws { try await control.run(.audit(limit: limit), offline: .whenNothingRuns) }
}
