/// A box for a test: a data folder of its own, and the `turn-branch` program that works on it.
package struct BranchSite: Sendable {
    package let binary: String
    /// The folder that `--data-dir` names.
    package let dataFolder: String
    /// Where configuration, output files and ledgers of the test lie.
    package let workFolder: String
    /// Settings as environment variables, as `TURN_COUNTERS_MIN_CALLED`.
    package var environment: [String: String]

    /// Counters may complete at once and no role is throttled, so that tests run as fast as the machine does.
    package static let fastSettings = ["TURN_COUNTERS_MIN_CALLED": "0"]

    /// Makes the folders; nothing is started.
    /// - Parameter dataFolder: nil for one below the site's temporary folder.
    /// - Throws: ``ProcessFailure/notBuilt(name:searched:)``, or Foundation's error.
    package init(dataFolder: String? = nil, environment: [String: String] = fastSettings) throws {
        binary = try BuiltProgram.path("turn-branch")
        workFolder = try TextFile.makeTemporaryFolder("turn-site")
        self.dataFolder = dataFolder ?? workFolder + "/data"
        self.environment = environment
    }

    /// The path of the database.
    package var database: String { dataFolder + "/turn.sqlite" }

    /// Removes everything of the site that lies in its own temporary folder.
    package func remove() { TextFile.removeFolder(workFolder) }

    /// Runs `apply --offline` on the plan.
    /// - Throws: ``ProcessFailure``.
    package func apply(_ plan: BranchPlan) async throws {
        let file = workFolder + "/plan.yaml"
        try TextFile.write(plan.yaml, to: file)
        _ = try await run(["apply", file, "--offline"])
    }

    /// Creates a token by the command line and returns its text.
    /// - Parameters:
    ///   - role: as the command line names it.
    ///   - name: unique in the branch.
    ///   - agent, counter: bind an agent's token.
    /// - Throws: ``ProcessFailure``, ``ConnectionFailure/malformed(reason:)``.
    package func token(
        _ role: String, name: String? = nil, agent: Int64? = nil, counter: Int64? = nil
    ) async throws -> String {
        var arguments = ["token", "create", "--role", role, "--name", name ?? role, "--json"]
        if let agent { arguments += ["--agent", "\(agent)"] }
        if let counter { arguments += ["--counter", "\(counter)"] }
        let output = try await run(arguments)
        guard let token = try JSON(parsing: output.utf8)["token"].text else {
            throw ConnectionFailure.malformed(reason: "no token in \(output)")
        }
        return token
    }

    /// Runs a verb to its end and returns what it wrote to stdout.
    /// - Throws: ``ProcessFailure/failed(command:status:output:)`` when it ends with another status than 0.
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
        let name = workFolder + "/verb-\(UInt32.random(in: 0 ... .max))"
        let child = try ChildProcess(
            path: binary, arguments: arguments + ["--data-dir", dataFolder], environment: childEnvironment,
            folder: workFolder, output: name)
        let status = await child.waitForEnd(within: limit)
        if status == nil { await child.killNow() }
        return (status, TextFile.read(child.standardOutput), TextFile.read(child.standardError))
    }

    /// Starts `serve` on a free port and waits until it has printed its address.
    /// - Throws: ``ProcessFailure``; with ``ProcessFailure/tooSlow(_:output:)`` the program has been killed.
    package func serve(
        port: Int = 0, arguments: [String] = [], within limit: Duration = .seconds(60)
    ) async throws -> RunningBranch {
        let output = workFolder + "/serve-\(UInt32.random(in: 0 ... .max))"
        let began = ContinuousClock.now
        let child = try ChildProcess(
            path: binary, arguments: ["serve", "--data-dir", dataFolder, "--port", "\(port)"] + arguments,
            environment: childEnvironment, folder: workFolder, output: output)
        let deadline = began.advanced(by: limit)
        while ContinuousClock.now < deadline {
            if let port = Self.announcedPort(in: child.output()) {
                return RunningBranch(child: child, port: port, began: began)
            }
            if let status = child.ended() {
                throw ProcessFailure.failed(command: "serve", status: status, output: child.output())
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        await child.killNow()
        throw ProcessFailure.tooSlow("serve printed no address", output: child.output())
    }

    private var childEnvironment: [String: String] {
        environment.merging(["PATH": "/usr/bin:/bin", "HOME": workFolder, "LANG": "C.UTF-8"]) { own, _ in own }
    }

    /// The port in `listening on http://HOST:PORT`, once the whole line is there.
    static func announcedPort(in output: String) -> Int? {
        guard let found = output.firstRange(of: "listening on http://") else { return nil }
        let address = output[found.upperBound...].prefix { !$0.isWhitespace && $0 != "\"" && $0 != "/" }
        guard address.endIndex < output.endIndex, let colon = address.lastIndex(of: ":") else { return nil }
        return Int(address[address.index(after: colon)...])
    }
}
