import Testing

/// A rule of the house that can be decided from one Swift file.
struct Rule: Sendable, CustomTestStringConvertible {
    let name: String
    /// Which files it is about.
    let covers: @Sendable (SourceFile) -> Bool
    /// The lines that break it, each with what to do.
    let check: @Sendable (SourceFile) -> [Breach]

    var testDescription: String { name }

    func findings(in file: SourceFile) -> [String] {
        covers(file) ? check(file).map { "\(file.path):\($0.line): \($0.message)" } : []
    }

    static let all: [Rule] = size + safety + layers + naming + documentation + testing
}

/// One place where a rule is broken.
struct Breach: Sendable, Equatable {
    var line: Int
    var message: String
}

extension Rule {
    @Sendable static func everyFile(_: SourceFile) -> Bool { true }
    @Sendable static func products(_ file: SourceFile) -> Bool { file.area == "Sources" }
    @Sendable static func unitTests(_ file: SourceFile) -> Bool {
        file.area == "Tests" && !["SystemTests", "IntegrationTests"].contains(file.target)
    }
}
