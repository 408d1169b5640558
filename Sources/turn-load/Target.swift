import ArgumentParser
import Foundation
import QueueTestSupport

/// The server under load, and what every load needs to know about a run.
struct Target: ParsableArguments {
    @Option(help: "The server, as http://127.0.0.1:8080.")
    var url = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp("Length of the run in seconds.", valueName: "seconds"))
    var duration = 10.0

    @Option(help: ArgumentHelp("Seconds at the start that are not measured.", valueName: "seconds"))
    var warmup = 0.0

    @Option(help: "Process id of the server; its resident memory and processor time are reported.")
    var pid: Int32?

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    var host: String { URL(string: url)?.host() ?? "" }
    var port: Int { URL(string: url)?.port ?? 80 }

    func validate() throws {
        guard URL(string: url)?.scheme == "http", !host.isEmpty else {
            throw ValidationError("--url must be http://HOST:PORT.")
        }
        guard (0.1...Limits.seconds).contains(duration), (0..<duration).contains(warmup) else {
            throw ValidationError("--duration must be 0.1 to \(Limits.seconds), --warmup less than it.")
        }
    }

    /// The one token, or the lines of the file that `@path` names.
    static func tokens(_ arguments: [String]) throws -> [String] {
        var all: [String] = []
        for argument in arguments {
            if argument.hasPrefix("@") {
                all += TextFile.read(String(argument.dropFirst())).split(whereSeparator: \.isNewline).map(String.init)
            } else {
                all.append(argument)
            }
        }
        guard all.count <= Limits.tokens else { throw ValidationError("More than \(Limits.tokens) tokens.") }
        return all
    }
}
