import Foundation

/// Prometheus' own judge of a metrics page. Its Debian package brings a server along, so no script installs it; tests
/// ask it where it is.
package enum Promtool {
    private static let path = "/usr/bin/promtool"

    /// Whether this machine has it.
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What `promtool check metrics` says of a page; empty when it finds nothing.
    /// - Throws: ``ProcessFailure``, or Foundation's error.
    package static func complaints(about page: String) async throws -> String {
        let folder = try TextFile.makeTemporaryFolder("promtool")
        defer { TextFile.removeFolder(folder) }
        try TextFile.write(page, to: folder + "/page")
        let child = try ChildProcess(
            path: "/bin/sh", arguments: ["-c", "exec \(path) check metrics <page"], environment: [:], folder: folder,
            output: folder + "/told")
        let status = await child.waitForEnd(within: .seconds(30))
        if status == nil { await child.killNow() }
        let told = TextFile.read(child.standardOutput) + TextFile.read(child.standardError)
        return status == .exited(code: 0) ? told : "ended with \(String(describing: status)): \(told)"
    }
}
