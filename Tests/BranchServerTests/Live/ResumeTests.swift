import BranchStore
import HTTPTypes
import QueueDomain
import QueueTestSupport
import Testing
import WebSocketTransport

@Suite struct ResumeTests {
    @Test func whoComesBackGetsWhatWasMissedAndNoSnapshot() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let start = branch.store.writer.ring.head
                try await branch.issueMany(5)
                let socket = try await live.open("?since=\(live.place(start))", as: .display)
                let hello = try await socket.nextJSON()
                #expect(hello["type"] == "hello" && hello["seq"].int == start + 5)
                for seq in (start + 1)...(start + 5) { #expect(try await socket.nextEvent()["seq"].int == seq) }
                try await branch.issue()
                #expect(try await socket.nextEvent()["seq"].int == start + 6)
            }
        }
    }

    @Test func whoMissedNothingGetsHelloOnly() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let socket = try await live.open("?since=\(live.place(branch.store.writer.ring.head))", as: .display)
                #expect(try await socket.nextJSON()["type"] == "hello")
                try await branch.issue()
                #expect(try await socket.nextEvent()["event"] == "ticket.created")
            }
        }
    }

    @Test func anotherLogOrTheFutureGetsASnapshot() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let head = branch.store.writer.ring.head
                for place in [LivePlace.text(branch.store.lineage ^ 1, head), live.place(head + 1), live.place(.max)] {
                    let (_, hello, snapshot) = try await live.follow("?since=\(place)", as: .display)
                    #expect(hello["type"] == "hello" && snapshot["type"] == "snapshot", "\(place)")
                }
            }
        }
    }

    /// More than a mailbox holds, in portions: an honest client isn't taken for a slow one.
    @Test func twoThousandMissedEventsAreGivenAndMoreAreASnapshot() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let start = branch.store.writer.ring.head
                try await branch.issueMany(2_001)
                let resumed = try await live.open("?since=\(live.place(start + 1))", as: .display)
                #expect(try await resumed.nextJSON()["type"] == "hello")
                for expected in (start + 2)...(start + 2_001) {
                    let found = seq(of: try await resumed.nextText())
                    guard found == expected else {
                        Issue.record("\(String(describing: found)) instead of \(expected)")
                        return
                    }
                }
                let snapshot = try await live.follow("?since=\(live.place(start))", as: .display).snapshot
                #expect(snapshot["type"] == "snapshot")
            }
        }
    }

    @Test func aSnapshotBeyondTheMailboxIsGivenWhole() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(250)
            try await LiveBranch.run(branch, { $0.mailboxBytes = 16 * 1_024 }) { live in
                let (socket, _, snapshot) = try await live.follow("", as: .agent)
                #expect(snapshot["tickets"].elements.count == 200)
                try await branch.issue()
                #expect(try await socket.nextEvent()["event"] == "ticket.created")
            }
        }
    }

    /// After a restart missed events come from the database, where a board's view is cut out of the stored text: it
    /// must be what those who were there saw.
    @Test(arguments: [Who.display, .agent])
    func theDatabaseTellsWhatTheRingTold(_ who: Who) async throws {
        try await BranchFixture.run { branch in
            var told: [String] = []
            let start = branch.store.writer.ring.head
            try await LiveBranch.run(branch) { live in
                let socket = try await live.follow("?queue_id=1&queue_id=2", as: who).socket
                try await Self.makeHistory(branch)
                let end = branch.store.writer.ring.head
                while told.last.flatMap(seq(of:)) != end { told.append(try await socket.nextText()) }
            }
            await branch.store.close()
            try await BranchFixture.run({ $0.forebear = branch }) { later in
                try await LiveBranch.run(later) { live in
                    let query = "?queue_id=1&queue_id=2&since=\(live.place(start))"
                    let socket = try await live.open(query, as: who)
                    _ = try await socket.nextText()
                    for text in told { #expect(try await socket.nextText() == text) }
                }
            }
        }
    }

    /// One of most kinds of events, the last of them for everybody.
    private static func makeHistory(_ branch: BranchFixture) async throws {
        let ticket = try await branch.issue(name: "Ann", priority: 2)
        try await branch.act("call", on: ticket, as: .bound).expect(200)
        try await branch.act("recall", on: ticket).expect(200)
        try await branch.act("start", on: ticket).expect(200)
        try await branch.act("park", on: ticket, ["until": "2026-03-03T11:00:00Z"]).expect(200)
        try await branch.act("resume", on: ticket, ["counter_id": 1]).expect(200)
        try await branch.act("transfer", on: ticket, ["queue_id": 2, "place": "last"]).expect(200)
        try await branch.post("/queues/2/reserve", as: .worker).expect(200)
        try await branch.post("/tickets/1/updates", as: .worker, ["progress": 10, "estimated_time": 60]).expect(200)
        try await branch.act("complete", on: ticket).expect(200)
        try await branch.act("undo", on: ticket).expect(200)
        try await branch.act("no-show", on: ticket).expect(200)
        try await branch.act("reinstate", on: ticket, as: .supervisor).expect(200)
        try await branch.act("cancel", on: ticket).expect(200)
        try await branch.issue(queue: 3)
        try await branch.post("/counters/1/open", as: .bound).expect(200)
        try await branch.post("/counters/3/open").expect(200)
        try await branch.post("/agents", as: .admin, ["name": "Cy"]).expect(201)
        try await branch.post("/queues", as: .admin, ["name": "Extra", "prefix": "X"]).expect(201)
        try await branch.send(.patch, "/queues/1", as: .admin, ["credit": 60, "names": ["de": "Kasse"]]).expect(200)
        try await branch.send(.patch, "/counters/2", as: .admin, ["automatic": true]).expect(200)
        try await branch.send(.delete, "/queues/4", as: .admin).expect(204)
        let zone = BranchEdit.changeBranch(BranchProfile(name: "Harbour", timeZone: "UTC"), expecting: nil)
        _ = try await branch.store.writer.submit(WriteRequest(Command(actor: .system, request: .edit(zone))))
    }
}
