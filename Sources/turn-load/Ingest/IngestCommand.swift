import ArgumentParser
import Foundation
import HQIngest

/// `turn-load ingest`: head office's way from Redis to PostgreSQL, in this process.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Fills streams with frames and measures how fast an ingest commits them.",
        discussion: """
            Database and Redis must be throw-away ones: the database is migrated and gets branches and events. What is \
            measured lies between the first commit and the last, in this process alone; pin it and the servers to \
            cores to compare.
            """)

    @Option(help: "An empty database, as postgresql://user@host/database.")
    var database: String

    @Option(help: "A Redis that holds nothing, as redis://127.0.0.1:6379.")
    var redis: String

    @Option(help: "Branches that send at the same time.")
    var branches = 100

    @Option(help: "Events altogether.")
    var events = 300_000

    @Option(help: "Events of one frame, 1 to 128.")
    var frame = 128

    @Flag(help: "Print one JSON object instead of the table.")
    var json = false

    func validate() throws {
        guard (1...HQIngestLimits.servedBranches).contains(branches) else {
            throw ValidationError("--branches must be 1 to \(HQIngestLimits.servedBranches).")
        }
        guard (branches...Limits.preparedEvents).contains(events) else {
            throw ValidationError("--events must be \(branches) to \(Limits.preparedEvents).")
        }
        guard (1...128).contains(frame) else { throw ValidationError("--frame must be 1 to 128.") }
    }

    func run() async throws {
        let result = try await IngestRun(
            database: database, redis: redis, branches: branches, eventsOfBranch: Int64(events / branches),
            eventsOfFrame: Int64(frame)
        ).measure()
        print(json ? result.json() : result.table())
    }
}
