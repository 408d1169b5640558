import ArgumentParser
import BranchControl

/// What every verb that talks to the daemon takes.
struct ControlOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(help: "The daemon's control socket. Default: turn.sock in the data directory.")
    var socket: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    /// Has a verb done and prints its result; a failure goes to standard error and ends with its exit code.
    @discardableResult
    func run(_ request: ControlRequest, offline: ControlCall.Offline, hint: String? = nil) async throws -> ControlAnswer
    {
        do throws(ControlFailure) {
            let answer = try await call.perform(request, offline: offline)
            for line in json ? [answer.json] : answer.lines { print(line) }
            return answer
        } catch {
            complain("\(error)")
            if let hint, case .nothingListens = error { complain(hint) }
            throw ExitCode(error.exitStatus)
        }
    }

    var call: ControlCall {
        ControlCall(
            directory: data.directory, socket: socket, version: ProgramVersion.text, uplink: .offline)
    }
}
