import ArgumentParser
import HQIngest
import Logging
import ProgramSettings
import RedisStreams

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how every branch's events stand, the silent ones first.",
        discussion: """
            How many events a branch has not sent yet only the branch knows: turn-branch status.
            Exit codes: 0 all is well, 3 something is wrong (the output says what), 69 PostgreSQL can't be used.
            """)

    @OptionGroup var options: ProgramOptions

    @Flag(help: "Print it as one JSON object.")
    var json = false

    func run() async throws {
        let settings = try options.settings()
        let redisFault = try await Self.redisFault(settings)
        if let redisFault, !json { complain("Redis can't be used: \(redisFault)") }
        var status = try await options.withDatabase(settings) { try HQStatus.read($0) }
        status.redisFault = redisFault
        for line in json ? [String(decoding: status.json, as: UTF8.self)] : status.lines { print(line) }
        if status.hasConcerns { throw ProgramExit.concerns }
    }

    /// Nil when Redis answers.
    private static func redisFault(_ settings: Settings) async throws -> String? {
        let (address, redisOptions) = try settings.redis()
        do throws(RedisError) {
            let connection = try await RedisConnection.connect(
                to: address, options: redisOptions, logger: Logger(label: "turn-hq") { _ in SwiftLogNoOpLogHandler() })
            do throws(RedisError) {
                try await connection.ping()
            } catch {
                await connection.close()
                return "\(error)"
            }
            await connection.close()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
