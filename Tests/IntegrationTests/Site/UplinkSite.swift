import Foundation
import QueueEvents
import QueueTestSupport
import Testing

/// The whole way, as separate processes: branches, a proxy before Redis, redis-server, PostgreSQL and `turn-hq ingest`.
final class UplinkSite {
    let redis: RedisSite
    let postgres: PostgresSite
    /// Between the branches and Redis; head office has a straight line.
    let proxy: FaultProxy
    private let binary: String
    private let folder: String
    private(set) var ingests: [ChildProcess] = []
    private(set) var branches: [EnrolledBranch] = []

    private init(redis: RedisSite, postgres: PostgresSite, proxy: FaultProxy) throws {
        self.redis = redis
        self.postgres = postgres
        self.proxy = proxy
        binary = try BuiltProgram.path("turn-hq")
        folder = try TextFile.makeTemporaryFolder("turn-hq")
    }

    /// Starts head office, without an ingest.
    static func start(_ plan: RedisSite.Plan = RedisSite.Plan()) async throws -> UplinkSite {
        let redis = try await RedisSite.start(plan)
        let postgres = try await PostgresSite()
        let site = try UplinkSite(
            redis: redis, postgres: postgres, proxy: try await FaultProxy.start(target: redis.port))
        _ = try await site.hq(["migrate"])
        return site
    }

    /// Runs a verb of turn-hq to its end and returns what it wrote to standard output.
    func hq(_ arguments: [String]) async throws -> String {
        let child = try start(arguments, name: "verb-\(UInt32.random(in: 0 ... .max))")
        let status = await child.waitForEnd(within: .seconds(60))
        if status == nil { await child.killNow() }
        // 3 says that something is to be seen to, which many tests bring about.
        guard status == .exited(code: 0) || (arguments.first == "status" && status == .exited(code: 3)) else {
            throw ProcessFailure.failed(
                command: arguments.joined(separator: " "), status: status, output: child.output())
        }
        return TextFile.read(child.standardOutput)
    }

    private func start(_ arguments: [String], name: String, _ settings: [String: String] = [:]) throws -> ChildProcess {
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "DATABASE_URL": postgres.url(),
            "UPSTASH_REDIS_URL": redis.url(), "TURN_SERVER_PORT": "0",
        ]
        return try ChildProcess(
            path: binary, arguments: arguments, environment: environment.merging(settings) { $1 }, folder: folder,
            output: folder + "/" + name)
    }

    /// Starts one more ingest.
    /// - Parameter failpoint: where it kills itself.
    @discardableResult
    func ingest(failpoint: String? = nil) throws -> ChildProcess {
        let settings = failpoint.map { ["TURN_TESTING_FAILPOINT": $0] } ?? [:]
        let child = try start(["ingest"], name: "ingest-\(ingests.count)", settings)
        ingests.append(child)
        return child
    }

    /// Takes a branch in at head office, enrols a new box and starts it.
    func addBranch(_ name: String) async throws -> EnrolledBranch {
        let enrolment = folder + "/\(name).json"
        try TextFile.write(try await hq(["branch", "add", name]), to: enrolment)
        try await admit()
        let branch = try await EnrolledBranch.start(enrolment: enrolment, proxyPort: proxy.port)
        branches.append(branch)
        return branch
    }

    /// Takes a branch that was started otherwise under the site's care.
    func adopt(_ branch: EnrolledBranch) { branches.append(branch) }

    /// Talks to Redis as an admin by redis-cli.
    @discardableResult
    func redisCommand(_ words: [String]) async throws -> String {
        let name = folder + "/cli-\(UInt32.random(in: 0 ... .max))"
        let child = try ChildProcess(
            path: "/usr/bin/redis-cli", arguments: ["-p", "\(redis.port)"] + words,
            environment: ["PATH": "/usr/bin:/bin"], folder: folder, output: name)
        guard await child.waitForEnd(within: .seconds(20)) == .exited(code: 0) else {
            throw ProcessFailure.failed(command: words.joined(separator: " "), status: nil, output: child.output())
        }
        return TextFile.read(child.standardOutput).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Ends everything and removes it.
    func remove() async {
        for branch in branches { await branch.remove() }
        for ingest in ingests where ingest.ended() == nil { await ingest.killNow() }
        await proxy.stop()
        await redis.stop()
        await postgres.remove()
        TextFile.removeFolder(folder)
    }

    /// What the programs have written, for the message of a failed test.
    var log: String {
        let parts =
            branches.enumerated().map { "branch \($0): " + String($1.server.child.output().suffix(3_000)) }
            + ingests.enumerated().map { "ingest \($0): " + String($1.output().suffix(3_000)) }
        return parts.joined(separator: "\n")
    }
}

/// Runs a test against a site of its own, and removes it whatever happened.
func withSite(
    _ plan: RedisSite.Plan = RedisSite.Plan(), _ test: (UplinkSite) async throws -> Void
) async throws {
    let site = try await UplinkSite.start(plan)
    do {
        try await test(site)
    } catch {
        Issue.record("\(error)\n\(site.log)")
    }
    await site.remove()
}

extension UplinkSite {
    /// The key of a branch's stream.
    func stream(of branch: EnrolledBranch) -> String { UplinkKeys(branch: branch.number).up }

    /// Gives Redis the users of all branches, also after it has forgotten them.
    func admit() async throws {
        for line in try await hq(["branch", "acl"]).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            try await redisCommand(["ACL", "SETUSER"] + words.dropFirst())
        }
    }
}
