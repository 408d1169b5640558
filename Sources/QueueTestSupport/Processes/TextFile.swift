import Foundation

/// Small files that tests read and write.
package enum TextFile {
    /// The file's text up to a bound; empty when there is none, as before a program's first line of output.
    package static func read(_ path: String) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else { return "" }
        // An unreadable file has nothing to show, like a missing one.
        let data = try? handle.read(upToCount: Limits.outputBytes)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    /// Replaces the file's text.
    /// - Throws: Foundation's error.
    package static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// Resident memory of a process in bytes (VmRSS of /proc); nil when there is no such process.
    package static func residentBytes(of pid: Int32) -> Int? {
        for line in read("/proc/\(pid)/status").split(separator: "\n") where line.hasPrefix("VmRSS:") {
            return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1_024 }
        }
        return nil
    }

    /// A new empty folder under the system's place for temporary files.
    /// - Throws: Foundation's error.
    package static func makeTemporaryFolder(_ prefix: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(prefix)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    /// Removes a folder and all in it; a folder that is gone already is fine.
    package static func removeFolder(_ path: String) {
        // Nothing depends on the removal; what is left lies under the system's temporary folder.
        try? FileManager.default.removeItem(atPath: path)
    }
}
