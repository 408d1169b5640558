import ArgumentParser
import Foundation

/// Where the branch's data are; every verb takes it.
struct DataOptions: ParsableArguments {
    @Option(
        name: .customLong("data-dir"),
        help: "The data directory. Default: $TURN_DATA_DIR, else ./.turn in a checkout, else /var/lib/turn.")
    var dataDirectory: String?

    /// The directory that was asked for, or the default one.
    var directory: String {
        if let dataDirectory { return dataDirectory }
        if let named = ProcessInfo.processInfo.environment["TURN_DATA_DIR"], !named.isEmpty { return named }
        let isCheckout = FileManager.default.fileExists(atPath: "Package.swift")
        return isCheckout ? "./.turn" : "/var/lib/turn"
    }
}

/// Exit codes beside 0 and ArgumentParser's own 64, as sysexits.h names them.
enum ProgramExit {
    static let refused = ExitCode(1)
    static let notRunning = ExitCode(3)
    static let unavailable = ExitCode(69)
    static let locked = ExitCode(75)
    static let wrongSettings = ExitCode(78)
}

/// Says something to the person at the terminal.
func complain(_ text: String) {
    FileHandle.standardError.write(Data("turn-branch: \(text)\n".utf8))
}
