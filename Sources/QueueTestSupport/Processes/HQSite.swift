/// Head office for a test: the `turn-hq` program with the PostgreSQL and the Redis that it is told of.
package struct HQSite: Sendable {
    package let binary: String
    /// Where settings and outputs of the test lie; removed by ``remove()``.
    package let workFolder: String
    /// Settings as environment variables, as `DATABASE_URL`.
    package var environment: [String: String]

    /// Makes the folder; nothing is started.
    /// - Throws: ``ProcessFailure/notBuilt(name:searched:)``, or Foundation's error.
    package init(databaseURL: String, redisURL: String, environment: [String: String] = [:]) throws {
        binary = try BuiltProgram.path("turn-hq")
        workFolder = try TextFile.makeTemporaryFolder("turn-hq-site")
        self.environment = environment
        self.environment["DATABASE_URL"] = databaseURL
        self.environment["UPSTASH_REDIS_URL"] = redisURL
    }

    /// Removes the site's folder.
    package func remove() { TextFile.removeFolder(workFolder) }

    /// Runs a verb to its end and returns what it wrote to stdout.
    /// - Throws: ``ProcessFailure/failed(command:status:output:)`` when it ends with another status than 0.
    @discardableResult
    package func run(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> String {
        let (status, output, errors) = try await attempt(arguments, within: limit)
        guard status == .exited(code: 0) else {
            throw ProcessFailure.failed(
                command: arguments.joined(separator: " "), status: status, output: output + errors)
        }
        return output
    }

    /// Runs a verb to its end, whatever that is. A nil status says that it ran out of time and was killed.
    /// - Throws: ``ProcessFailure/notStarted(path:code:)``.
    package func attempt(
        _ arguments: [String], within limit: Duration = .seconds(60)
    ) async throws -> (status: ExitStatus?, output: String, errors: String) {
        let child = try start(arguments, name: "verb")
        let status = await child.waitForEnd(within: limit)
        if status == nil { await child.killNow() }
        return (status, TextFile.read(child.standardOutput), TextFile.read(child.standardError))
    }

    /// Starts `ingest` on a free port and waits until it has printed its address.
    /// - Throws: ``ProcessFailure``; with ``ProcessFailure/tooSlow(_:output:)`` the program has been killed.
    package func ingest(within limit: Duration = .seconds(60)) async throws -> (child: ChildProcess, port: Int) {
        let child = try start(["ingest", "--port", "0"], name: "ingest")
        let deadline = ContinuousClock.now.advanced(by: limit)
        while ContinuousClock.now < deadline {
            if let port = BranchSite.announcedPort(in: child.output()) { return (child, port) }
            if let status = child.ended() {
                throw ProcessFailure.failed(command: "ingest", status: status, output: child.output())
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        await child.killNow()
        throw ProcessFailure.tooSlow("ingest printed no address", output: child.output())
    }

    private func start(_ arguments: [String], name: String) throws(ProcessFailure) -> ChildProcess {
        try ChildProcess(
            path: binary, arguments: arguments,
            environment: environment.merging(["PATH": "/usr/bin:/bin", "HOME": workFolder, "LANG": "C.UTF-8"]) {
                own, _ in own
            }, folder: workFolder, output: workFolder + "/\(name)-\(UInt32.random(in: 0 ... .max))")
    }
}
