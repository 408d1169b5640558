import ArgumentParser
import Foundation

/// `turn-load store`: the writer alone, in this process, without HTTP.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Issues tickets through the writer alone, with synchronous FULL, in a database of its own.",
        discussion: "Each caller has one ticket in flight; a ticket counts when its transaction is durable.")

    @Option(help: "Callers at the same time.")
    var callers = 64

    @Option(help: "Seconds to measure.")
    var duration = 5.0

    @Option(help: "The folder for the database; left out: a temporary one. It is removed at the end.")
    var folder: String?

    @Flag(help: "Print one JSON object instead of the table.")
    var json = false

    func validate() throws {
        guard (1...Limits.connections).contains(callers) else {
            throw ValidationError("--callers must be 1 to \(Limits.connections).")
        }
        guard duration > 0, duration <= Limits.seconds else {
            throw ValidationError("--duration must be above 0 and at most \(Int(Limits.seconds)).")
        }
    }

    func run() async throws {
        let parent = folder ?? FileManager.default.temporaryDirectory.path
        let directory = parent + "/turn-load-store-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: directory) }  // What stays is in the temporary folder.
        let result = try await StoreRun(callers: callers, seconds: duration, directory: directory).measure()
        print(json ? result.json() : result.table())
    }
}
