import Foundation
import Testing

@Suite("The repository keeps its shape")
struct RepositoryShapeTests {
    @Test("The top level holds what the architecture names, and nothing else")
    func topLevelIsFixed() {
        #expect(RepositoryShape.strangers(in: Repository.trackedPaths ?? []) == [])
        #expect(RepositoryShape.strangers(in: ["Sources/A.swift", "notes.md", "docs/a.md"]) == ["docs", "notes.md"])
    }

    @Test("Nothing that a machine builds or resolves is tracked")
    func nothingBuiltIsTracked() {
        #expect(RepositoryShape.built(in: Repository.trackedPaths ?? []) == [])
        let planted = [
            "Package.resolved", ".build/a", "Tests/A/__pycache__/a.pyc", "Sources/A.swift", ".turn/turn.lock",
        ]
        #expect(RepositoryShape.built(in: planted).count == 4)
    }

    @Test("No file holds a note of unfinished work or a path of one machine")
    func nothingIsLeftOver() {
        for path in Repository.trackedPaths ?? [] where !path.hasPrefix("Tests/HouseTests/") {
            let found = RepositoryShape.leftovers(in: Repository.text(at: path) ?? "")
            #expect(found.isEmpty, "\(path): \(found)")
        }
        #expect(RepositoryShape.leftovers(in: "a\n# \(["TO", "DO"].joined()) b") == ["2: \(["TO", "DO"].joined())"])
        #expect(RepositoryShape.leftovers(in: "cd /\("home")/me").count == 1)
        #expect(RepositoryShape.leftovers(in: "todo, hacks and mktemp XXXXXX") == [])
    }

    @Test("Folders are named for their subject")
    func foldersAreSlices() {
        #expect(RepositoryShape.foldersByKind(in: Repository.sources.map(\.path)) == [])
        #expect(
            RepositoryShape.foldersByKind(in: ["Sources/A/Models/B.swift", "Sources/A/Tickets/B.swift"]).count == 1)
    }

    @Test("The README can be read in one go")
    func readmeIsShort() throws {
        let text = try #require(Repository.text(at: "README.md"))
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= Limits.linesInTheReadme + 1)
    }

    @Test(
        "The documents are there",
        arguments: ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"])
    func documentsExist(_ name: String) throws {
        #expect(try #require(Repository.text(at: name)).count > 200)
    }

    @Test("Links between the documents lead somewhere", arguments: Repository.documents)
    func linksLeadSomewhere(_ name: String) throws {
        let text = try #require(Repository.text(at: name))
        for piece in text.components(separatedBy: "](").dropFirst() {
            let link = String(piece.prefix { $0 != ")" && $0 != "#" && $0 != "\n" })
            guard !link.isEmpty, !link.contains("://") else { continue }
            let exists = FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(link).path)
            #expect(exists, "\(name) links to \(link)")
        }
    }

    @Test("Shell scripts parse and can be started", arguments: Repository.shellScripts)
    func scriptsParse(_ path: String) {
        let answer = Repository.run("bash", ["-n", path])
        #expect(answer.status == 0, "\(answer.output)")
        let isExecutable = FileManager.default.isExecutableFile(
            atPath: Repository.root.appendingPathComponent(path).path)
        #expect(isExecutable || path.hasSuffix(".sh"), "\(path) is not executable")
    }

    @Test("A script that does not parse is found")
    func brokenScriptIsFound() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).sh")
        try "if true; then\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(Repository.run("bash", ["-n", file.path]).status != 0)
    }

    @Test("Migrations are numbered without a gap")
    func migrationsHaveNoGaps() {
        let numbers = Repository.sources.filter { $0.target == "BranchStore" }.flatMap(RepositoryShape.migrationNumbers)
        #expect(RepositoryShape.gaps(in: numbers) == (numbers.isEmpty ? [1] : []))
        #expect(RepositoryShape.gaps(in: [1, 2, 4, 4]) == [3, 4])
        let sample = SourceFile(
            path: "Sources/BranchStore/Migrations.swift",
            text: "let all = [(1, First.statements), (3, Third.statements)]")
        #expect(RepositoryShape.migrationNumbers(in: sample) == [1, 3])
    }

    @Test("Every refusal of the rules is described to integrators")
    func refusalsAreDescribed() throws {
        let description = try #require(Repository.text(at: "Sources/BranchServer/OpenAPI/openapi.yaml"))
        let source = try #require(Repository.text(at: "Sources/QueueDomain/Deciding/Rejection.swift"))
        let codes = SwiftLexer.tokens(of: source).filter { $0.kind == .literal }.map(\.text)
        #expect(codes.contains("invalid_transition"))
        for code in codes where code != "not_due" {
            #expect(description.contains("- \(code)\n"), "\(code) is not in openapi.yaml")
        }
    }
}

extension Repository {
    static let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]

    /// Files of `scripts` and `.ci` whose first line names bash or sh.
    static let shellScripts: [String] = (paths(under: "scripts", suffix: "") + paths(under: ".ci", suffix: ""))
        .filter { path in
            guard let first = text(at: path)?.prefix(while: { $0 != "\n" }) else { return false }
            return path.hasSuffix(".sh") || (first.hasPrefix("#!") && first.hasSuffix("sh"))
        }
}
