import BranchAccess
import BranchServer
import BranchStore
import HTTPTypes
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct FollowTests {
    private static let name = "Zebulon Quirk"

    @Test func aClientGetsHelloSnapshotAndThenWhatHappens() async throws {
        try await BranchFixture.run { branch in
            try await branch.issue(name: Self.name)
            try await LiveBranch.run(branch) { live in
                let head = branch.store.writer.ring.head
                let (socket, hello, snapshot) = try await live.follow("", as: .agent)
                #expect(hello.names == ["type", "incarnation", "seq"] && hello["seq"].int == head)
                #expect(snapshot.names == ["type", "incarnation", "seq", "queues", "counters", "tickets"])
                #expect(snapshot["type"] == "snapshot" && snapshot["seq"].int == head)
                #expect(snapshot["incarnation"] == hello["incarnation"])
                #expect(snapshot["queues"].elements.count == 3 && snapshot["counters"].elements.count == 3)
                #expect(snapshot["tickets"][0]["customer_name"].text == Self.name)
                try await branch.issue(name: Self.name, priority: 3)
                let event = try await socket.nextEvent()
                #expect(event["seq"].int == head + 1 && event["event"] == "ticket.created")
                #expect(event["ticket"]["priority"] == 3 && !event.has("type"))
                #expect(!event["ticket"].has("customer_name"))
            }
        }
    }

    @Test(arguments: [Who.display, .kiosk, .metrics])
    func aBoardSeesNoNamePriorityOrActor(_ who: Who) async throws {
        try await BranchFixture.run { branch in
            try await branch.issue(name: Self.name, priority: 3)
            try await LiveBranch.run(branch) { live in
                let socket = try await live.open("", as: who)
                var texts = [try await socket.nextText(), try await socket.nextText()]
                let ticket = try await branch.issue(name: Self.name, priority: 4)
                try await branch.act("call", on: ticket, as: .bound).expect(200)
                try await branch.act("park", on: ticket, as: .bound, ["reason": .string(Self.name)]).expect(200)
                try await branch.post("/counters/1/open", as: .bound).expect(200)
                for _ in 0..<4 { texts.append(try await socket.nextText()) }
                let called = try JSON(parsing: texts[3].utf8)
                #expect(called["event"] == "ticket.reserved" && called["actor"] == ["role": "agent", "id": nil])
                for text in texts {
                    #expect(!text.contains(Self.name))
                    for member in ["priority", "customer_name", "note", "agent_id", "holder", "reason", "automatic"] {
                        #expect(!text.contains("\"\(member)\""), "\(text)")
                    }
                }
            }
        }
    }

    @Test func aClientOfAQueueGetsItsEventsAndBothSidesOfATransfer() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let one = try await live.follow("?queue_id=1", as: .display).socket
                let two = try await live.follow("?queue_id=2", as: .display).socket
                let three = try await live.follow("?queue_id=3&queue_id=3", as: .display).socket
                let ticket = try await branch.issue(queue: 1)
                try await branch.act("call", on: ticket, ["counter_id": 1]).expect(200)
                try await branch.act("transfer", on: ticket, ["queue_id": 2]).expect(200)
                try await branch.issue(queue: 3)
                var types: [[String?]] = []
                for (socket, count) in [(one, 3), (two, 1), (three, 1)] {
                    var events: [JSON] = []
                    for _ in 0..<count { events.append(try await socket.nextEvent()) }
                    types.append(events.map { $0["event"].text })
                    if count != 1 || events[0]["queue_id"] == 2 {
                        #expect(events.last?["details"]["previous_queue_id"] == 1)
                        #expect(events.last?["queue_id"] == 2)
                    }
                }
                #expect(
                    types == [
                        ["ticket.created", "ticket.reserved", "ticket.transferred"], ["ticket.transferred"],
                        ["ticket.created"],
                    ])
            }
        }
    }

    @Test func aSnapshotOfAQueueHoldsWhatConcernsIt() async throws {
        try await BranchFixture.run { branch in
            for queue: Int64 in 1...3 { try await branch.issue(queue: queue) }
            try await LiveBranch.run(branch) { live in
                let snapshot = try await live.follow("?queue_id=2", as: .display).snapshot
                #expect(snapshot["queues"].elements.map { $0["id"].int } == [2])
                #expect(snapshot["counters"].elements.map { $0["id"].int } == [1, 2])
                #expect(snapshot["tickets"].elements.map { $0["queue_id"].int } == [2])
            }
        }
    }

    @Test func aCountersEventsGoToTheQueuesThatItServesOrServed() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let one = try await live.follow("?queue_id=1", as: .display).socket
                let two = try await live.follow("?queue_id=2", as: .display).socket
                let three = try await live.follow("?queue_id=3", as: .display).socket
                try await branch.post("/counters/2/pause").expect(200)
                try await branch.send(.patch, "/counters/1", as: .admin, ["queues": [["queue_id": 3]]]).expect(200)
                try await branch.post("/counters/1/close").expect(200)
                for socket in [one, two] {
                    if socket === two {
                        #expect(try await socket.nextEvent()["event"] == "counter.paused")
                    }
                    let changed = try await socket.nextEvent()
                    #expect(changed["event"] == "counter.changed")
                    #expect(changed["details"]["counter"]["queues"][0]["queue_id"] == 3)
                }
                #expect(try await three.nextEvent()["event"] == "counter.changed")
                #expect(try await three.nextEvent()["event"] == "counter.closed")
            }
        }
    }

    @Test func agentsConcernStaffOnlyAndNeverByName() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let staff = try await live.follow("", as: .supervisor).socket
                let board = try await live.follow("", as: .display).socket
                try await branch.post("/agents", as: .admin, ["name": .string(Self.name)]).expect(201)
                try await branch.issue()
                let text = try await staff.nextText()
                #expect(text.contains("agent.changed") && !text.contains(Self.name))
                #expect(try await board.nextEvent()["event"] == "ticket.created")
            }
        }
    }

    @Test func countersBeatEverySecondAndDisplaysEveryFive() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let counter = try await live.follow("", as: .agent).socket
                let display = try await live.follow("", as: .display).socket
                let beat = try await display.waitFor { $0["type"] == "beat" }
                #expect(beat.names == ["type", "seq", "at"])
                #expect(beat["seq"].int == branch.store.writer.ring.head && beat["at"] == "2026-03-03T10:00:00.000Z")
                for _ in 0..<4 {
                    #expect(try await counter.nextJSON(timeout: .seconds(1))["type"] == "beat")
                }
            }
        }
    }

    @Test func aRevokedTokenLosesItsConnectionAtOnce() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let display = try await live.follow("", as: .display).socket
                let agent = try await live.follow("", as: .agent).socket
                let joined = await eventually { branch.server.hub.followers == 2 }
                #expect(joined)
                try branch.revoke(.display)
                #expect(try await display.closeCode() == 4401)
                try await branch.issue()
                #expect(try await agent.nextEvent()["event"] == "ticket.created")
            }
        }
    }

    @Test func aShutdownSays1001() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let sockets = [
                    try await live.follow("", as: .display).socket, try await live.follow("", as: .agent).socket,
                ]
                await live.beginShutdown()
                for socket in sockets { #expect(try await socket.closeCode() == 1001) }
            }
        }
    }

    @Test func aWaitForEventsEndsWithTheServer() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let place = live.place(branch.store.writer.ring.head)
                let client = HTTPConnection(port: live.port, token: branch.template.secrets[.worker]?.text)
                async let waiting = client.get("/events?after=\(place)&wait=60")
                let isWaiting = await eventually { !branch.tokens.takeLastSeen().isEmpty }
                #expect(isWaiting)
                let began = ContinuousClock.now
                await live.beginShutdown()
                let answer = try await waiting
                #expect(answer.status == 200 && answer.text == "[]")
                #expect(began.duration(to: .now) < .seconds(2))
            }
        }
    }
}
