import QueueTestSupport
import Testing

/// A branch that runs, with a token of each kind.
struct TestBranch: Sendable {
    let site: BranchSite
    var server: RunningBranch
    let admin: String
    let supervisor: String
    let agent: String
    let worker: String
    let kiosk: String
    let display: String
    let metrics: String

    /// No role is throttled and a counter may complete at once, so that tests go as fast as the machine.
    static let settings = [
        "TURN_COUNTERS_MIN_CALLED": "0", "TURN_RATES_KIOSK_PER_SECOND": "0", "TURN_RATES_DISPLAY_PER_SECOND": "0",
        "TURN_RATES_AGENT_PER_SECOND": "0",
    ]

    /// Sets a branch up and starts it.
    /// - Parameter environment: settings beside `settings`, which they replace.
    static func start(
        _ plan: BranchPlan = .oneQueue(), dataFolder: String? = nil, environment: [String: String] = [:]
    ) async throws -> TestBranch {
        let all = settings.merging(environment) { _, given in given }
        let site = try BranchSite(dataFolder: dataFolder, environment: all)
        try await site.apply(plan)
        let admin = try await site.token("admin")
        let supervisor = try await site.token("supervisor")
        let agent = try await site.token("agent", agent: 1, counter: 1)
        let worker = try await site.token("worker")
        let kiosk = try await site.token("kiosk")
        let display = try await site.token("display")
        let metrics = try await site.token("metrics")
        let server = try await site.serve()
        _ = try await server.ready()
        return TestBranch(
            site: site, server: server, admin: admin, supervisor: supervisor, agent: agent, worker: worker,
            kiosk: kiosk, display: display, metrics: metrics)
    }

    /// A WebSocket to the branch.
    func socket(
        _ token: String, path: String = "/ws", receiveBuffer: Int? = nil
    ) async throws -> WebSocketTestClient {
        try await WebSocketTestClient.open(
            port: server.port, path: path, token: token, receiveBuffer: receiveBuffer)
    }

    /// Issues a ticket in a queue with a worker's token, and returns it.
    func issue(queue: Int64 = 1, name: String? = nil) async throws -> JSON {
        let client = server.client(worker)
        let answer = try await client.post(
            "/tickets", ["queue_id": .integer(queue), "customer_name": name.map { .string($0) } ?? .null])
        await client.close()
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.json()
    }

    /// The tickets that wait in a queue, as an admin sees them.
    func waiting(queue: Int64 = 1) async throws -> [JSON] {
        let client = server.client(admin)
        let answer = try await client.get("/tickets/waiting?queue_id=\(queue)")
        await client.close()
        return try answer.json().elements
    }

    /// What the server has written, for the message of a failed test.
    var log: String { String(server.child.output().suffix(2_000)) }
}

/// Runs a test against a branch of its own, and removes it afterwards whatever happened.
func withBranch(
    _ plan: BranchPlan = .oneQueue(), dataFolder: String? = nil, environment: [String: String] = [:],
    _ test: (TestBranch) async throws -> Void
) async throws {
    let branch = try await TestBranch.start(plan, dataFolder: dataFolder, environment: environment)
    do {
        try await test(branch)
        if case .signalled(let signal) = branch.server.child.ended(), signal != 9 {
            Issue.record("The server crashed with signal \(signal): \(branch.log)")
        }
    } catch {
        Issue.record("\(error)\nserver: \(branch.log)")
    }
    await branch.server.killNow()
    branch.site.remove()
}
