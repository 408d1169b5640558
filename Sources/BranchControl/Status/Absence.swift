package import BranchStore

/// Why no branch answers, when none does.
package struct Absence: Codable, Equatable, Sendable {
    /// Stable, for programs.
    package enum Code: String, Codable, Sendable {
        case noDataDirectory = "no_data_directory"
        case neverStarted = "never_started"
        case stopped
        /// The last process did not stop by itself.
        case ended
        /// A process has the data directory and doesn't answer.
        case silent
        /// Another user's.
        case notAllowed = "not_allowed"
    }

    package var running = false
    package var code: Code
    package var sentence: String
    package var mend: String

    /// Looks at a data directory after a call has failed.
    /// - Throws: `StoreError.cannotOpen` when that can't be seen.
    package static func explain(_ failure: ControlFailure, directory: String) throws(StoreError) -> Absence {
        if case .notAllowed = failure {
            return Absence(
                code: .notAllowed, sentence: "\(failure).", mend: "Ask as the user that runs turn-branch, or as root.")
        }
        switch try DataLock.holder(of: directory) {
        case .noDirectory:
            return Absence(
                code: .noDataDirectory, sentence: "There is no data directory \(directory).",
                mend: "Name another one with --data-dir, or start with: turn-branch serve.")
        case .nobody:
            return Absence(
                code: .neverStarted, sentence: "Nothing was ever started in \(directory).",
                mend: "Start it with: turn-branch serve.")
        case .formerly(let note) where note.contains("stopped"):
            return Absence(
                code: .stopped, sentence: "It was stopped: \(oneLine(note)).", mend: "Start it with: turn-branch serve."
            )
        case .formerly(let note):
            return Absence(
                code: .ended, sentence: "It ended without stopping (killed, or a power cut): \(oneLine(note)).",
                mend: "Start it with: turn-branch serve; nothing that was answered is lost.")
        case .running(let note):
            return Absence(
                code: .silent, sentence: "\(oneLine(note)) has the data directory and doesn't answer: \(failure).",
                mend: "It may be another verb at work, or starting; try again, then look at its log.")
        }
    }

    private static func oneLine(_ note: String) -> String { note.split(separator: "\n").joined(separator: ", ") }

    /// For people.
    package var lines: [String] { ["not running: \(sentence)", mend] }
}
