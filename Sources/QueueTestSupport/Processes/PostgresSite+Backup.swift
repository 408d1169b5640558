import Foundation

extension PostgresSite {
    /// Takes a base backup of the running server and returns its folder.
    /// - Throws: ``ProcessFailure``.
    package func takeBackup() async throws -> String {
        let backup = folder + "/backup-\(UInt32.random(in: 0 ... .max))"
        try await PostgresAccount.run(
            PostgresAccount.programs + "pg_basebackup",
            [
                "-d", socketConninfo(), "-D", backup, "-X", "stream", "--checkpoint=fast", "--no-sync",
            ], folder: folder)
        return backup
    }

    /// Ends the server, puts the backup in the place of its data, and starts it on a new timeline.
    ///
    /// What was committed after the backup is gone, as after a restore in earnest. The backup is used up.
    /// - Throws: ``ProcessFailure``, Foundation's error.
    package func restore(_ backup: String) async throws {
        await stop(.immediate)
        let old = folder + "/lost-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.moveItem(atPath: dataFolder, toPath: old)
        try FileManager.default.moveItem(atPath: backup, toPath: dataFolder)
        try await PostgresAccount.run("/usr/bin/touch", [dataFolder + "/recovery.signal"], folder: folder)
        // There is no archive: recovery ends where the backup's own log does, and opens a timeline.
        let line = "restore_command = '/bin/false'\n"
        let file = dataFolder + "/postgresql.auto.conf"
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(line.utf8))
        try handle.close()
        try await start()
    }
}
