import ArgumentParser
import BranchControl
import Foundation

struct EnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Take the enrolment that head office made for this branch.",
        discussion: """
            The file is what `turn-hq branch add NAME` printed; - reads standard input. It holds a secret: bring it by \
            a safe way and delete it afterwards. Enrolling may happen before or after the first start; a running \
            branch connects at once. Enrolling again with the same branch replaces key and address.
            Exit codes: 0 done, 1 the file is wrong, 69 the branch can't do it, 75 the data directory is in use.
            """)

    @OptionGroup var control: ControlOptions

    @Argument(help: "The enrolment's file, or - for standard input.")
    var file: String

    func run() async throws {
        let data =
            file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        guard let data else {
            complain("cannot read the file \(file)")
            throw ProgramExit.refused
        }
        try await control.run(.enrol(String(decoding: data, as: UTF8.self)), offline: .whenNothingRuns)
    }
}
