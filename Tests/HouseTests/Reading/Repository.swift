import Foundation
import Glibc

/// The checkout that this test was built from.
enum Repository {
    static let root: URL = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }()

    /// Every Swift file below `Sources` and `Tests`, read once.
    static let sources: [SourceFile] =
        paths(under: "Sources", suffix: ".swift").map(read)
        + paths(under: "Tests", suffix: ".swift").map(read)

    static let manifest = Manifest(SourceFile(path: "Package.swift", text: text(at: "Package.swift") ?? ""))

    /// The content of a file, or nil when there is none or it is not text.
    static func text(at path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Paths from the root of all regular files in a folder with the suffix, sorted.
    static func paths(under folder: String, suffix: String) -> [String] {
        let base = root.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(suffix) && !isFolder("\(folder)/\($0)") }.map { "\(folder)/\($0)" }.sorted()
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// What git tracks, or nil outside a git checkout (a source archive).
    static let trackedPaths: [String]? = {
        let answer = run("git", ["-c", "safe.directory=*", "ls-files", "-z"])
        guard answer.status == 0 else { return nil }
        return answer.output.split(separator: "\0").map(String.init)
    }()

    /// Runs a program in the root and returns its exit status and everything it printed.
    static func run(_ program: String, _ arguments: [String]) -> (status: Int32, output: String) {
        let words = ([program] + arguments).map(quoted).joined(separator: " ")
        // Not Foundation's Process: it reads the table of descriptors while other tests change it, and has crashed.
        guard let stream = popen("cd \(quoted(root.path)) && exec \(words) </dev/null 2>&1", "r") else {
            return (127, "no shell")
        }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&part, 1, part.count, stream)
            if count == 0 { break }
            bytes += part[..<count]
        }
        let status = pclose(stream)
        return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128, String(decoding: bytes, as: UTF8.self))
    }

    private static func quoted(_ word: String) -> String {
        "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    private static func read(_ path: String) -> SourceFile {
        SourceFile(path: path, text: text(at: path) ?? "")
    }
}
