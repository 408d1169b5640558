import Foundation

/// Finds the programs that belong to the running tests.
package enum BuiltProgram {
    /// The path of a program of this package, as `turn-branch`: in the folder TURN_BINARIES if that is set, else in the
    /// build folder of the test runner, so that release tests drive the release program.
    /// - Throws: ``ProcessFailure/notBuilt(name:searched:)``.
    package static func path(_ name: String) throws(ProcessFailure) -> String {
        var folders: [String] = []
        if let chosen = ProcessInfo.processInfo.environment["TURN_BINARIES"] { folders.append(chosen) }
        // The runner is started as .build/<triple>/<configuration>/<package>PackageTests.xctest, or as a tool of the
        // toolchain that gets this path as an argument.
        for argument in CommandLine.arguments where argument.contains(".xctest") || argument.contains(".build/") {
            folders.append(contentsOf: ancestors(of: argument))
        }
        for folder in folders {
            let path = folder + "/" + name
            if FileManager.default.isExecutableFile(atPath: path), !isFolder(path) { return path }
        }
        throw .notBuilt(name: name, searched: folders)
    }

    /// The folders above a path, up to the build folder, nearest first.
    private static func ancestors(of path: String) -> [String] {
        var folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
        var found: [String] = []
        while folder.path != "/", folder.lastPathComponent != ".build" {
            found.append(folder.path)
            folder.deleteLastPathComponent()
        }
        return found
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
