/// Rules about the repository as a whole: each is a function from names and texts to findings, so that it can be
/// shown a bad sample.
enum RepositoryShape {
    /// The top level is fixed.
    static let topLevel: Set<String> = [
        "Package.swift", "Sources", "Tests", "config", "systemd", "scripts", "README.md", "ARCHITECTURE.md",
        "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", ".ci", ".swift-format", ".editorconfig",
        ".gitignore",
    ]

    static func strangers(in paths: [String]) -> [String] {
        Set(paths.map { String($0.prefix { $0 != "/" }) }).subtracting(topLevel).sorted()
    }

    /// What is built or resolved on a machine stays there.
    static func built(in paths: [String]) -> [String] {
        paths.filter { path in
            let parts = path.split(separator: "/")
            return parts.contains { $0.hasPrefix(".build") || $0 == "__pycache__" || $0 == ".turn" || $0 == ".env" }
                || parts.last == "Package.resolved" || path.hasSuffix(".sqlite") || path.hasSuffix(".o")
        }
    }

    /// Notes of unfinished work and paths of one machine, by line.
    static func leftovers(in text: String) -> [String] {
        let folders = ["home", "root", "Users"].map { "/\($0)/" }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            if let marker = words.first(where: Rule.markers.contains) { return "\(index + 1): \(marker)" }
            if let folder = folders.first(where: { line.contains($0) }) { return "\(index + 1): \(folder)" }
            return nil
        }
    }

    /// Folder names that say what kind of thing is inside instead of what it is about.
    static func foldersByKind(in paths: [String]) -> [String] {
        let kinds: Set = [
            "Models", "Controllers", "Views", "Services", "Extensions", "Utils", "Helpers", "Common",
            "Managers", "Core", "Misc",
        ]
        return paths.filter { path in path.split(separator: "/").dropLast().contains { kinds.contains(String($0)) } }
    }

    /// Numbers that are missing or double in a list that must run 1, 2, 3 ….
    static func gaps(in numbers: [Int]) -> [Int] {
        let counted = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
        let double = counted.filter { $0.value > 1 }.keys
        let missing = Set(1...max(numbers.max() ?? 1, 1)).subtracting(numbers)
        return missing.union(double).sorted()
    }

    /// The numbers of a migration table's rows: `(1, Schema1.statements)`.
    static func migrationNumbers(in file: SourceFile) -> [Int] {
        guard file.path.hasSuffix("/Migrations.swift") else { return [] }
        return file.code.indices.dropLast(2).compactMap { index in
            guard file.code[index].isMark("("), file.code[index + 1].kind == .number, file.code[index + 2].isMark(",")
            else { return nil }
            return Int(file.code[index + 1].text)
        }
    }
}
