/// A text that breaks one rule, beside one that keeps it. Each rule must tell them apart.
struct PlantedSample: Sendable {
    var rule: String
    var path = "Sources/BranchStore/Writing/Sample.swift"
    var bad: String
    var good: String

    static let all: [PlantedSample] = size + safety + layers + naming + documentation + testing

    private static let size: [PlantedSample] = [
        PlantedSample(
            rule: "a file has at most 400 lines", bad: lines(401), good: lines(400)),
        PlantedSample(
            rule: "an executable's file has at most 150 lines", path: "Sources/turn-branch/Serve.swift",
            bad: lines(151), good: lines(150)),
        PlantedSample(
            rule: "a line has at most 120 columns", bad: String(repeating: "é", count: 121),
            good: String(repeating: "é", count: 120)),
        PlantedSample(
            rule: "a function has at most 70 lines", bad: "func long() {\n\(lines(69))}",
            good: "func fits() {\n\(lines(68))}"),
        PlantedSample(
            rule: "a function has at most 70 lines",
            bad: "func long(a: [String: () -> Int] = [:]) async throws(E) -> [Int]\nwhere T: P {\n\(lines(68))}",
            good: "protocol P {\n    func needed() -> Int\n    var x: Int { get }\n}\nenum E {\n\(lines(90))}"),
        PlantedSample(
            rule: "a function has at most 70 lines", bad: "var long: Int {\n\(lines(69))}",
            good: "let table = [\n\(lines(90))]"),
    ]

    private static let safety: [PlantedSample] = [
        PlantedSample(
            rule: "nothing in a product is unwrapped, tried or cast by force", bad: "let a = b!.c",
            good: "let a = b != c ? \"b!\" : !d"),
        PlantedSample(
            rule: "nothing in a product is unwrapped, tried or cast by force", bad: "let a = try! b()",
            good: "let a = try b()"),
        PlantedSample(
            rule: "nothing in a product is unwrapped, tried or cast by force", bad: "var a: Int!", good: "var a: Int?"),
        PlantedSample(
            rule: "an impossible state is a preconditionFailure with a sentence", bad: "fatalError(\"no\")",
            good: "preconditionFailure(\"A closed counter has no ticket.\")"),
        PlantedSample(
            rule: "an impossible state is a preconditionFailure with a sentence", bad: "preconditionFailure()",
            good: "let fatalErrors = 1"),
        PlantedSample(
            rule: "an error that is dropped says why", bad: "a()\n\ntry? b()",
            good: "// The peer may be gone already.\ntry? b()"),
        PlantedSample(
            rule: "an unchecked Sendable says why", bad: "final class A: @unchecked Sendable {}",
            good: "// The C library locks by itself.\nfinal class A: @unchecked Sendable {}"),
        PlantedSample(
            rule: "unsafe isolation says why", bad: "nonisolated(unsafe) var a = 1",
            good: "nonisolated(unsafe) var a = 1  // Written once, before the first thread."),
        PlantedSample(
            rule: "an unstructured task says why", bad: "func a() {\n    Task { await b() }\n}",
            good: "// A handler cannot await; the channel's closing ends this task.\nTask { await b() }"),
        PlantedSample(
            rule: "an unstructured task says why", bad: "Task.detached { await b() }",
            good: "try await Task.sleep(for: .seconds(1))"),
        PlantedSample(
            rule: "a lock says what it guards", bad: "private let state = Mutex(State())",
            good: "/// Guards the list of waiters.\nprivate let state = Mutex(State())"),
        PlantedSample(rule: "a library does not print", bad: "print(a)", good: "report.print(a)"),
        PlantedSample(
            rule: "a log message is a constant", bad: "logger.info(\"opened \\(name)\")",
            good: "logger.info(\"opened\", metadata: [\"name\": \"\\(name)\"])"),
    ]

    private static let naming: [PlantedSample] = [
        PlantedSample(
            rule: "nothing is public: no product exports a library", bad: "public struct A {}",
            good: "enum Visibility { case public, open }\nlet a = Visibility.public\nlet open = a"),
        PlantedSample(
            rule: "a name says what a thing is", bad: "struct TicketManager {}", good: "struct ManagedScore {}"),
        PlantedSample(
            rule: "a name says what a thing is", bad: "enum JSONUtils {}",
            good: "import struct NIOCore.TimeAmount\nextension HTTPCore {}"),
        PlantedSample(
            rule: "a name says what a thing is", path: "Sources/BranchStore/StoreHelpers.swift", bad: "", good: ""),
        PlantedSample(
            rule: "a file's imports stand at its top, one a line", bad: "struct A {}\nimport Foundation",
            good: "import struct Foundation.Data\nimport Logging\n\nstruct A {}"),
    ]

    private static let documentation: [PlantedSample] = [
        PlantedSample(
            rule: "what a target shows to others is documented", bad: "package struct Ticket {}",
            good: "/// One customer's stay.\npackage struct Ticket {}"),
        PlantedSample(
            rule: "what a target shows to others is documented",
            bad: "/// A.\npackage struct A {\n    package func b() {}\n}",
            good: "/// Opens and closes.\npackage func open() {\n}\npackage func close() {}"),
        PlantedSample(
            rule: "what a target shows to others is documented",
            bad: "/// A.\npackage func a() {}\n\npackage func b() {}",
            good: "/// A.\n@frozen\npackage struct A {\n    package let b: Int\n    package var c: Int\n}"
        ),
        PlantedSample(
            rule: "what a target shows to others is documented",
            bad: "package init(a: Int) {\n    self.a = max(a, 1)\n}",
            good: "package init(a: Int) {\n    self.a = a\n}\npackage var description: String { \"\" }"),
        PlantedSample(
            rule: "what a target shows to others is documented",
            bad: "/// A.\npackage struct A {\n    package var b: Int { 1 }\n}", good: "private struct A {}"),
        PlantedSample(
            rule: "what a target shows to others is documented",
            bad: "// An ordinary remark.\npackage enum A {}", good: "package import Foundation"),
        PlantedSample(
            rule: "work that is left is an issue, not a note in the code", bad: "// \(["TO", "DO"].joined()): later",
            good: "// The list of what to do is short."),
    ]

    private static let testing: [PlantedSample] = [
        PlantedSample(
            rule: "a unit test never sleeps", path: "Tests/BranchStoreTests/Sample.swift",
            bad: "try await Task.sleep(for: .seconds(1))", good: "try await clock.sleep(for: .seconds(1))"),
        PlantedSample(
            rule: "a unit test never sleeps", path: "Tests/BranchStoreTests/Sample.swift", bad: "usleep(100)",
            good: "func sleep(until: Int) {}"),
        PlantedSample(
            rule: "tests are written with Swift Testing", path: "Tests/BranchStoreTests/Sample.swift",
            bad: "import XCTest", good: "import Testing"),
        PlantedSample(
            rule: "tests see a target as other targets do", path: "Tests/BranchStoreTests/Sample.swift",
            bad: "@testable import BranchStore", good: "import BranchStore"),
        PlantedSample(
            rule: "a test is not switched off", path: "Tests/BranchStoreTests/Sample.swift",
            bad: "@Test(.disabled(\"flaky\")) func a() {}", good: "@Test func a() {}"),
    ]

    private static func lines(_ count: Int) -> String {
        String(repeating: "let a = 1\n", count: count)
    }
}
