import Foundation
import HQIngest
import Logging
import PostgresDriver
import QueueEvents
import QueueTestSupport
import RedisStreams

/// Frames of many branches that wait in Redis, and one ingest that takes them.
struct IngestRun: Sendable {
    let database: String
    let redis: String
    let branches: Int
    let eventsOfBranch: Int64
    let eventsOfFrame: Int64

    /// Something that a run can't go on after.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func measure() async throws -> LoadReport {
        let address = try RedisAddress(url: redis)
        let ids = try await addBranches()
        let bytes = try await fill(ids, at: address)
        Progress.say("\(total) events wait in Redis")
        let options = IngestOptions(redis: address, database: PostgresOptions(database))
        let service = IngestService(options: options, logger: Logger(label: "turn.load"))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            let report = try await watch(service, bytes: bytes)
            group.cancelAll()
            try await group.waitForAll()
            return report
        }
    }

    private var total: Int64 { eventsOfBranch * Int64(branches) }

    private func addBranches() async throws -> [Int64] {
        let connection = try await PostgresConnection.connect(PostgresOptions(database))
        let ids = try await connection.perform { [branches] session in
            try Migrations.apply(session)
            return try (1...branches).map { try BranchRegistry.add("Load \($0)", session).0.id }
        }
        await connection.close()
        return ids
    }

    /// Returns the bytes of all frames as they were sent.
    private func fill(_ ids: [Int64], at address: RedisAddress) async throws -> Int {
        let connection = try await RedisConnection.connect(to: address, logger: Logger(label: "turn.load"))
        var bytes = 0
        for id in ids {
            var log = BranchLog(branch: id)
            while log.last < eventsOfBranch {
                let commands = (0..<16).compactMap { _ in
                    log.nextFrame(of: min(eventsOfFrame, eventsOfBranch - log.last))
                }
                bytes += commands.reduce(0) { $0 + $1.encodedBytes }
                for case .error(let error) in try await connection.pipeline(commands) {
                    throw Failure(description: "Redis refused a frame: \(error.message)")
                }
            }
        }
        await connection.close()
        return bytes
    }

    private func watch(_ service: IngestService, bytes: Int) async throws -> LoadReport {
        let deadline = ContinuousClock.now + .seconds(Limits.seconds)
        guard await eventually(within: .seconds(60), every: .milliseconds(1), { service.status.counts.events > 0 })
        else { throw Failure(description: "nothing was committed; \(service.status)") }
        let began = (ContinuousClock.now, service.status.counts, ServerUsage.processorSeconds(of: getpid()))
        while service.status.counts.events < total {
            guard ContinuousClock.now < deadline else { throw Failure(description: "\(service.status)") }
            try await Task.sleep(for: .milliseconds(2))
        }
        let seconds = (ContinuousClock.now - began.0) / .seconds(1)
        let counts = service.status.counts
        let events = counts.events - began.1.events
        let used = ServerUsage.processorSeconds(of: getpid()) - began.2
        var report = LoadReport()
        report.title = "\(branches) branches, frames of \(eventsOfFrame) events, one ingest"
        report.seconds = seconds
        report.goodput = Double(events) / seconds
        report.answers = [:]
        report.counts = [
            ("events", Int(events)), ("events per second", Int(Double(events) / seconds)),
            ("transactions", Int(counts.commits - began.1.commits)),
            ("milliseconds in transactions", Int(counts.commitMilliseconds - began.1.commitMilliseconds)),
            ("processor microseconds per 1000 events", Int(used * 1e9 / Double(max(1, events)))),
            ("bytes per event in Redis", bytes / Int(total)),
        ]
        return report
    }
}

/// The log of a branch that writes itself: events as a ticket's life makes them, chained.
private struct BranchLog {
    let branch: Int64
    private(set) var last: Int64 = 0
    private var chain: EventChain

    init(branch: Int64) {
        self.branch = branch
        chain = EventChain(lineage: UInt64(branch))
    }

    /// XADD of the next events; nil for none.
    mutating func nextFrame(of count: Int64) -> RedisCommand? {
        guard count > 0 else { return nil }
        let previous = chain
        let first = last + 1
        var bodies: [[UInt8]] = []
        for _ in 0..<count {
            last += 1
            let event = Self.event(last)
            bodies.append(event.body(for: .staff))
            chain = chain.next(uid: event.uid, body: bodies[bodies.count - 1])
        }
        let (codec, data) = FrameData.encode(bodies)
        let header = FrameHeader(
            codec: codec, branch: branch, epoch: 1, lineage: UInt64(branch), firstSeq: first, lastSeq: last,
            previousChain: previous)
        return .xadd(
            UplinkKeys(branch: branch).up, id: FrameID(gen: 1, epoch: 1, lastSeq: last).text,
            fields: [StreamField(name: "h", bytes: header.text), StreamField(name: "d", bytes: data)], makesStream: true
        )
    }

    private static func event(_ seq: Int64) -> EventEnvelope {
        let at = 1_795_508_150_123 + seq * 7_919
        let ticket = TicketPayload(
            id: seq / 4 + 1, queueID: seq % 6 + 1, number: "A\(100 + seq % 900)", status: "called", state: "called",
            priority: 5, estimatedTime: 300, progress: nil, language: "de", version: seq % 5 + 1,
            counterID: seq % 4 + 1,
            targetCounterID: nil, agentID: seq % 9 + 1, holder: nil, callCount: 1, day: "2026-11-24",
            waitingTime: 512_000 + seq % 10_000, walkingTime: nil, handlingTime: nil, arrivedAt: at - 600_000,
            queuedAt: at - 590_000, firstCalledAt: at, calledAt: at, startedAt: nil, parkedAt: nil, parkUntil: nil,
            endedAt: nil, endedByRole: nil, endedByID: nil, outcome: nil, updatedAt: at)
        let random = UInt64(bitPattern: seq) &* 0x9E37_79B9_7F4A_7C15
        return EventEnvelope(
            seq: seq, uid: EventUID(milliseconds: at, random: (UInt16(truncatingIfNeeded: random), random)),
            type: .ticketReserved, at: at, actorRole: "agent", actorID: seq % 9 + 1,
            subject: .ticket(ticket, TicketDetails(previousState: "waiting")))
    }
}
