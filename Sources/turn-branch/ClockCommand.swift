import ArgumentParser
import BranchControl

struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Settle an alarm of the wall clock.",
        subcommands: [Confirm.self])

    struct Confirm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell the branch that the machine's wall clock is right.",
            discussion: """
                A clock that jumped, or that stood behind the last event at a start, is not believed and the business \
                day goes on by the branch's own count, until time synchronisation or this word.
                """)

        @OptionGroup var control: ControlOptions

        func run() async throws { try await control.run(.confirmClock, offline: .never) }
    }
}
