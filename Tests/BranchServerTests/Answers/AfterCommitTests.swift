import BranchAccess
import BranchStore
import Dispatch
import Foundation
import GRDB
import HTTPTypes
import NIOCore
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing
import WebSocketTransport

/// Stands at the writer's point after a commit: holds it, or takes a table away from whoever reads next.
private final class AfterCommit: Sendable {
    private enum Deed {
        case nothing, hold
        case hide(table: String, path: String)
    }

    /// Guards what is done at the next commit, once.
    private let deed = Mutex(Deed.nothing)
    private let released = DispatchSemaphore(value: 0)

    var failpoint: @Sendable (Failpoint) -> Void {
        { [self] point in
            guard point == .afterCommit else { return }
            let next = deed.withLock { deed in
                defer { deed = .nothing }
                return deed
            }
            switch next {
            case .nothing: break
            case .hold: released.wait()
            case .hide(let table, let path):
                do {
                    let database = try DatabaseQueue(path: path)
                    try database.write { db in try db.execute(sql: "ALTER TABLE \(table) RENAME TO hidden") }
                } catch {
                    Issue.record("The table could not be hidden: \(error)")
                }
            }
        }
    }

    func hold() { deed.withLock { $0 = .hold } }
    func goOn() { released.signal() }
    func hide(_ table: String, in branch: BranchFixture) {
        deed.withLock { $0 = .hide(table: table, path: branch.directory + "/turn.sqlite") }
    }
}

@Suite struct AfterCommitTests {
    private func run(_ body: (BranchFixture, AfterCommit) async throws -> Void) async throws {
        let point = AfterCommit()
        try await BranchFixture.run({ $0.store = { $0.writer.failpoint = point.failpoint } }) { branch in
            try await body(branch, point)
        }
    }

    @Test func aTicketThatIsWrittenAfterTheDeadlineIsNotSaidToBeUndone() async throws {
        try await run { branch, point in
            try await LiveBranch.run(branch, { $0.wholeRequest = .milliseconds(300) }) { live in
                let kiosk = HTTPConnection(port: live.port, token: branch.template.secrets[.kiosk]?.text)
                point.hold()
                let late = try await kiosk.post("/tickets", ["queue_id": 1], key: "k")
                #expect(late.status == 504 && late.problemCode == "timed_out", "\(late.text)")
                #expect(late.field("retry-after") == nil)
                point.goOn()
                let again = try await kiosk.post("/tickets", ["queue_id": 1], key: "k")
                #expect(again.status == 201 && again.field("idempotency-replayed") == "true", "\(again.text)")
                #expect(try await branch.store.queues()[0].waiting == 1)
                await kiosk.close()
            }
        }
    }

    @Test func aCounterThatWasOpenedIsAnsweredThoughNobodyCanRead() async throws {
        try await run { branch, point in
            try await branch.issue()
            let called = try await branch.post("/counters/1/call-next")
            point.hide("counters", in: branch)
            let paused = try await branch.post("/counters/1/pause")
            #expect(paused.status == 200, "\(paused.text)")
            #expect(paused.json["state"] == "paused" && paused.json["ticket_id"] == called.json["id"])
        }
    }

    @Test func aReplayThatCannotBeReadSaysThatItMayHaveBeenDone() async throws {
        try await run { branch, point in
            try await branch.post("/counters/1/pause", key: "k").expect(200)
            point.hide("counters", in: branch)
            let again = try await branch.post("/counters/1/pause", key: "k")
            #expect(again.status == 504 && again.code == "timed_out", "\(again.text)")
        }
    }

    @Test func aLinkThatLetSomebodyAheadIsAnsweredThoughNobodyCanCount() async throws {
        try await run { branch, point in
            let token = try await branch.issue().linkToken
            try await branch.issue()
            point.hide("tickets", in: branch)
            let answer = try await branch.send(.post, "/api/public/tickets/\(token)/let-ahead")
            #expect(answer.status == 200 && answer.json["state"] == "waiting", "\(answer.text)")
            #expect(answer.json.has("people_ahead") && answer.json["people_ahead"].isNull)
        }
    }
}
