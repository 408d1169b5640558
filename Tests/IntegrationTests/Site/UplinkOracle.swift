import Foundation
import GRDB
import QueueTestSupport
import Testing

/// Compares what a branch has written with what head office holds, row by row, and trusts neither's own word.
enum UplinkOracle {
    struct Row: Equatable {
        let seq: Int64
        let uid: String
        let type: String
        let chain: String
        let body: String
    }

    /// The branch's log, out of its SQLite file.
    static func branchRows(_ branch: EnrolledBranch) throws -> [Row] {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: branch.site.database, configuration: configuration)
        return try queue.read { db in
            try GRDB.Row.fetchAll(db, sql: "SELECT seq, uid, type, hex(chain), hex(body) FROM events ORDER BY seq").map
            {
                Row(seq: $0[0], uid: $0[1], type: $0[2], chain: $0[3], body: $0[4])
            }
        }
    }

    /// The live history that head office holds of it.
    static func headOfficeRows(_ branch: EnrolledBranch, in site: UplinkSite) async throws -> [Row] {
        var all: [Row] = []
        while true {
            let page = try await page(after: all.last?.seq ?? 0, of: branch, in: site)
            if page.isEmpty { return all }
            all += page
        }
    }

    private static func page(after seq: Int64, of branch: EnrolledBranch, in site: UplinkSite) async throws -> [Row] {
        let text = try await site.postgres.psql(
            """
            SELECT seq, uid, type, upper(encode(chain, 'hex')), upper(encode(body, 'hex'))
            FROM branch_event_live WHERE branch_id = \(branch.number) AND seq > \(seq) ORDER BY seq, epoch LIMIT 200
            """)
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 5, let seq = Int64(parts[0]) else { return nil }
            return Row(seq: seq, uid: parts[1], type: parts[2], chain: parts[3], body: parts[4])
        }
    }

    /// Waits until head office holds the branch's whole log, then compares every row.
    /// - Parameter limit: from the moment when everything works again.
    static func expectEqual(
        _ branch: EnrolledBranch, in site: UplinkSite, within limit: Duration = .seconds(15),
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let began = ContinuousClock.now
        let wanted = try branchRows(branch)
        // The last link stands for everything before it; that each row is right is looked at afterwards.
        let end = wanted.last.map { "\($0.seq)|\($0.chain)" } ?? ""
        let caughtUp = try await eventually(within: limit * Pace.factor, every: .milliseconds(50)) {
            try await site.postgres.psql(
                """
                SELECT seq, upper(encode(chain, 'hex')) FROM branch_event_live
                WHERE branch_id = \(branch.number) ORDER BY seq DESC LIMIT 1
                """) == end
        }
        let took = began.duration(to: .now)
        let held = try await headOfficeRows(branch, in: site)
        if held != wanted {
            let first = zip(held, wanted).first { $0 != $1 }
            Issue.record(
                """
                after \(took): head office holds \(held.count) events, the branch has \(wanted.count) (caught up: \
                \(caughtUp)); first difference \(first.map { "\($0.0.seq) \($0.1.seq)" } ?? "at the end")
                uplink: \(try await branch.uplink())
                \(site.log)
                """, sourceLocation: location)
        }
        try await expectHonest(branch, in: site, location)
    }

    /// What the branch calls safe is in PostgreSQL, and once everything is there it says so.
    static func expectHonest(
        _ branch: EnrolledBranch, in site: UplinkSite, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let safe = try await branch.uplink()["safe_seq"].int ?? 0
        let held = try await site.postgres.psql(
            "SELECT coalesce(max(seq), 0) FROM branch_event_live WHERE branch_id = \(branch.number)")
        #expect(safe <= Int(held) ?? 0, "safe up to \(safe), held up to \(held)", sourceLocation: location)
    }

    /// Once the acknowledgement has come too, nothing is pending.
    static func expectSafe(
        _ branch: EnrolledBranch, within limit: Duration = .seconds(15), _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let head = try branchRows(branch).last?.seq
        let isSafe = try await eventually(within: limit * Pace.factor, every: .milliseconds(50)) {
            try await branch.uplink()["safe_seq"].int == head
        }
        let uplink = try await branch.uplink()
        #expect(isSafe, "\(uplink)", sourceLocation: location)
    }
}

/// Spans are promised for a usual machine; a slow one may take longer before a test calls it a fault.
enum Pace {
    static let factor = 3
}
