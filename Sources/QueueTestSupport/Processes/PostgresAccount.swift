import Glibc

/// Who PostgreSQL's programs run as: they refuse root, so then it is the user that Debian's package made.
enum PostgresAccount {
    /// Where Debian keeps the programs of its version.
    static let programs = "/usr/lib/postgresql/15/bin/"

    private static let user = "postgres"
    private static let setpriv = "/usr/bin/setpriv"
    private static var isRoot: Bool { geteuid() == 0 }

    /// Starts a program in `folder`, its output in `folder`/`name`.out and `.err`.
    /// - Throws: ``ProcessFailure/notStarted(path:code:)``.
    static func start(
        _ program: String, _ arguments: [String], folder: String, name: String
    ) throws(ProcessFailure) -> ChildProcess {
        var path = program
        var all = arguments
        if isRoot {
            // A change of user forgets the signal that ends a child with its parent, so it is set once more after.
            path = setpriv
            all =
                ["--reuid", user, "--regid", user, "--init-groups", setpriv, "--pdeathsig", "KILL", program]
                + arguments
        }
        let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder]
        return try ChildProcess(
            path: path, arguments: all, environment: environment, folder: folder, output: folder + "/" + name)
    }

    /// Runs a program to its end.
    /// - Throws: ``ProcessFailure``, also when it ends with another status than 0.
    static func run(
        _ program: String, _ arguments: [String], folder: String, within limit: Duration = .seconds(120)
    ) async throws(ProcessFailure) {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        let child = try start(program, arguments, folder: folder, name: "\(name)-\(UInt32.random(in: 0 ... .max))")
        guard let status = await child.waitForEnd(within: limit) else {
            await child.killNow()
            throw .tooSlow(name, output: child.output())
        }
        guard status == .exited(code: 0) else {
            throw .failed(command: name, status: status, output: child.output())
        }
    }

    /// A new folder that the account owns and nobody else reads.
    /// - Throws: Foundation's error.
    static func makeFolder(_ prefix: String) throws -> String {
        let folder = try TextFile.makeTemporaryFolder(prefix)
        chmod(folder, 0o700)
        if isRoot, let entry = getpwnam(user) { chown(folder, entry.pointee.pw_uid, entry.pointee.pw_gid) }
        return folder
    }
}
