import Foundation
import GRDB
import QueueTestSupport
import Synchronization
import Testing

/// A branch that runs and sends its events to head office through the proxy.
final class EnrolledBranch: Sendable {
    let site: BranchSite
    let kiosk: String
    let worker: String
    /// Head office's number of it.
    let number: Int64
    /// Guards the process that runs now.
    private let running: Mutex<RunningBranch>

    var server: RunningBranch { running.withLock { $0 } }

    private init(site: BranchSite, kiosk: String, worker: String, number: Int64, server: RunningBranch) {
        self.site = site
        self.kiosk = kiosk
        self.worker = worker
        self.number = number
        running = Mutex(server)
    }

    private static let settings = [
        "TURN_COUNTERS_MIN_CALLED": "0", "TURN_RATES_KIOSK_PER_SECOND": "0", "TURN_RATES_AGENT_PER_SECOND": "0",
        "TURN_UPLINK_COMMAND_TIMEOUT": "2 s", "TURN_UPLINK_CONNECT_TIMEOUT": "2 s",
    ]

    static func start(enrolment: String, proxyPort: Int) async throws -> EnrolledBranch {
        var site = try BranchSite(environment: settings)
        site.environment["UPSTASH_REDIS_URL"] = "redis://127.0.0.1:\(proxyPort)"
        try await site.apply(.oneQueue(counters: 2))
        let kiosk = try await site.token("kiosk")
        let worker = try await site.token("worker")
        let report = try JSON(parsing: try await site.run(["enrol", enrolment, "--json"]).utf8)
        let server = try await site.serve()
        _ = try await server.ready()
        return EnrolledBranch(
            site: site, kiosk: kiosk, worker: worker, number: Int64(report["branch_id"].int ?? 0), server: server)
    }

    /// Another box on a copy of a data folder, as somebody would start a clone.
    static func start(copy folder: String, of branch: EnrolledBranch) async throws -> EnrolledBranch {
        let site = try BranchSite(dataFolder: folder, environment: branch.site.environment)
        let server = try await site.serve()
        _ = try await server.ready()
        return EnrolledBranch(
            site: site, kiosk: branch.kiosk, worker: branch.worker, number: branch.number, server: server)
    }

    func restart() async throws {
        let server = try await site.serve()
        _ = try await server.ready()
        running.withLock { $0 = server }
    }

    /// Takes tickets and ends each, which makes three events a ticket.
    /// - Returns: what was answered with 2xx.
    @discardableResult
    func serveCustomers(_ count: Int) async throws -> Int {
        let kiosk = server.client(kiosk)
        let worker = server.client(worker)
        var served = 0
        for _ in 0..<count {
            let issued = try await kiosk.post("/tickets", ["queue_id": 1])
            try #require(issued.status == 201, "\(issued.text)")
            let called = try await worker.post("/queues/1/reserve", JSON.object([:]))
            try #require(called.status == 200, "\(called.text)")
            let ticket = try called.json()
            let end: JSON = ["expected_status": "processing", "status": "done", "version": ticket["version"]]
            let done = try await worker.post("/tickets/\(ticket["id"].int ?? 0)/status", end)
            try #require(done.status == 200, "\(done.text)")
            served += 1
        }
        await kiosk.close()
        await worker.close()
        return served
    }

    /// The uplink's part of `status --json`.
    func uplink() async throws -> JSON {
        try JSON(parsing: try await site.run(["status", "--json"]).utf8)["uplink"]
    }

    /// Makes events of a branch that doesn't run look older, so that its next start prunes them.
    func age(through seq: Int64, days: Int64) async throws {
        let queue = try DatabaseQueue(path: site.database)
        try await queue.write { db in
            try db.execute(
                sql: "UPDATE events SET tick = tick - ? WHERE seq <= ?", arguments: [days * 86_400_000, seq])
        }
        try queue.close()
    }

    /// Copies the data folder of a branch that doesn't run.
    func copyData(to name: String) throws -> String {
        let copy = site.workFolder + "/" + name
        try FileManager.default.copyItem(atPath: site.dataFolder, toPath: copy)
        return copy
    }

    func remove() async {
        await server.killNow()
        site.remove()
    }
}
