import ArgumentParser
import Foundation
import Logging
import PostgresDriver
import ProgramSettings
import RedisStreams

/// What every verb takes, and how it gets to PostgreSQL and Redis.
struct ProgramOptions: ParsableArguments {
    @Option(help: "The settings file; it must exist when it is named (default config/hq.yaml).")
    var config: String?

    /// - Parameter flags: key name → text, from a verb's own options.
    func settings(_ flags: [String: String] = [:]) throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        let named = config ?? environment["TURN_CONFIG"]
        let sources = SettingsSources(
            flags: flags, environment: environment, workingFolder: FileManager.default.currentDirectoryPath,
            file: named.map { .named($0) } ?? .standard(HQSettings.standardFile))
        do throws(SettingsError) {
            return try Settings.load(HQSettings.table, from: sources)
        } catch {
            complain("\(error)")
            throw ProgramExit.wrongSettings
        }
    }

    /// Has work done on a connection of its own; what goes wrong is said and ends the program with its exit code.
    func withDatabase<Value: Sendable>(
        _ settings: Settings, _ change: (inout PostgresOptions) -> Void = { _ in },
        _ work: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        var options = try settings.database()
        change(&options)
        do throws(PostgresError) {
            let connection = try await PostgresConnection.connect(options)
            let value = try await connection.perform(work)
            await connection.close()
            return value
        } catch {
            if let cause = error.cause {
                complain("\(cause)")
                throw ProgramExit.refused
            }
            complain("PostgreSQL (\(options)) can't be used: \(error.message)")
            throw ProgramExit.unavailable
        }
    }
}

extension Settings {
    /// How to reach PostgreSQL.
    func database() throws -> PostgresOptions {
        let url = try secret(HQSettings.databaseURLFile, or: HQSettings.databaseURL)
        var options = PostgresOptions(url, applicationName: "turn-hq")
        options.connectTimeout = self[HQSettings.databaseConnectTimeout]
        options.statementTimeout = self[HQSettings.databaseStatementTimeout]
        return options
    }

    /// Where Redis is, as text: with whatever user and password it has.
    func redisURL() throws -> String { try secret(HQSettings.redisURLFile, or: HQSettings.redisURL) }

    /// How to reach Redis.
    func redis() throws -> (address: RedisAddress, options: RedisOptions) {
        let caFile = self[HQSettings.redisCAFile]
        let url = try redisURL()
        do throws(RedisURLError) {
            return (try RedisAddress(url: url), RedisOptions(caFile: caFile.isEmpty ? nil : caFile))
        } catch {
            complain("redis.url: \(error)")
            throw ProgramExit.wrongSettings
        }
    }

    private func secret(_ file: SettingKey<String>, or value: SettingKey<String>) throws -> String {
        guard !self[file].isEmpty else { return self[value] }
        do throws(SecretFileError) {
            return try SecretFile.read(self[file], environment: ProcessInfo.processInfo.environment)
        } catch {
            complain("\(file.name): \(error)")
            throw ProgramExit.wrongSettings
        }
    }
}

/// Exit codes beside 0 and ArgumentParser's own 64, as sysexits.h names them.
enum ProgramExit {
    static let refused = ExitCode(1)
    static let concerns = ExitCode(3)
    static let unavailable = ExitCode(69)
    static let wrongSettings = ExitCode(78)
}

/// Says something to the person at the terminal.
func complain(_ text: String) {
    FileHandle.standardError.write(Data("turn-hq: \(text)\n".utf8))
}
