import ArgumentParser
import BranchControl
import BranchStore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how the branch is; when nothing runs, what is wrong.",
        discussion: "Exit codes: 0 it runs, 3 it doesn't (the output says why and what to do).")

    @OptionGroup var control: ControlOptions

    func run() async throws {
        do throws(ControlFailure) {
            let answer = try await control.call.perform(.status, offline: .never)
            for line in control.json ? [answer.json] : answer.lines { print(line) }
        } catch {
            try tell(error)
            throw ProgramExit.notRunning
        }
    }

    private func tell(_ failure: ControlFailure) throws {
        do throws(StoreError) {
            let absence = try control.call.explain(failure)
            for line in control.json ? [absence.json] : absence.lines { print(line) }
        } catch {
            complain("\(error)")
        }
    }
}
