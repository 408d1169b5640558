import ArgumentParser
import BranchControl
import Foundation

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring queues, counters and agents to what a file says.",
        discussion: """
            The file is YAML: branch {name, time_zone}, queues, counters, agents; config/demo-branch.yaml shows it. \
            Rows are matched by name, queues also by prefix. What differs is created or changed, nothing is deleted; \
            a key that is left out keeps what the row has. `open: true` opens a closed counter. Applying twice \
            changes nothing.

            The running branch does it. --offline does it on the files of a branch that doesn't run.
            Exit codes: 0 done, 1 the file or the rules refuse it, 69 no branch runs, 75 the data directory is in use.
            """)

    @OptionGroup var control: ControlOptions

    @Flag(help: "Work on the data directory itself, while no branch runs on it.")
    var offline = false

    @Argument(help: "The file.")
    var file: String

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            complain("cannot read the file \(file)")
            throw ProgramExit.refused
        }
        let plan = ControlRequest.PlanText(file: file, yaml: String(decoding: data, as: UTF8.self))
        try await control.run(
            .apply(plan), offline: offline ? .only : .never,
            hint: "start it with turn-branch serve, or work on its files with --offline")
    }
}
