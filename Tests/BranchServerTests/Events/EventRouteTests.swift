import BranchAccess
import BranchStore
import QueueTestSupport
import Testing

@Suite struct EventRouteTests {
    @Test func theLogIsReadPageByPageWithoutGaps() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(250)
            var seqs: [Int64] = []
            var next: String? = "/events"
            var after: String?
            while let path = next {
                let page = try await branch.get(path, as: .worker)
                #expect(page.status == 200)
                seqs += page.json.elements.compactMap { $0["seq"].int }
                after = page.header("Turn-After")
                next = page.next
            }
            let head = branch.store.writer.ring.head
            #expect(seqs == Array(1...head))
            #expect(after == LivePlace.text(branch.store.lineage, head))
            let tail = try await branch.get("/events?after=\(after ?? "")")
            #expect(tail.json == [] && tail.next == nil && tail.header("Turn-After") == after)
        }
    }

    @Test func anEventHasItsShape() async throws {
        try await BranchFixture.run { branch in
            let head = branch.store.writer.ring.head
            let ticket = try await branch.issue()
            try await branch.act("call", on: ticket, as: .bound).expect(200)
            let place = LivePlace.text(branch.store.lineage, head)
            let events = try await branch.get("/events?after=\(place)").json
            let common: Set<String> = [
                "seq", "uid", "event", "tv", "at", "actor", "ticket_id", "queue_id", "status", "state", "version",
                "ticket", "details",
            ]
            #expect(events.elements.allSatisfy { $0.names == common })
            #expect(events.elements.map { $0["event"].text } == ["ticket.created", "ticket.reserved"])
            #expect(events[1]["actor"] == ["role": "agent", "id": 1])
            #expect(events[1]["version"] == 2 && events[1]["status"] == "processing")
        }
    }

    @Test func aPlaceOfAnotherLogOrOfTheFutureIsGone() async throws {
        try await BranchFixture.run { branch in
            let head = branch.store.writer.ring.head
            for place in [
                LivePlace.text(branch.store.lineage ^ 1, 1), LivePlace.text(branch.store.lineage, head + 1),
                LivePlace.text(branch.store.lineage, .max),
            ] {
                let answer = try await branch.get("/events?after=\(place)")
                #expect(answer.status == 410 && answer.code == "events_gone", "\(place)")
            }
        }
    }

    @Test func whatWasPrunedIsGoneAndTheRestIsThere() async throws {
        let day = 86_400 as Int64
        try await BranchFixture.run({ $0.store = { $0.retention.events = 10 * day * 1_000 } }) { branch in
            branch.clock.advance(seconds: 11 * day)
            try await branch.issueMany(3)
            let head = branch.store.writer.ring.head
            _ = try await branch.store.purge()
            // The ring still has them all; only a new start reads what is kept.
            await branch.store.close()
            try await BranchFixture.run({ $0.forebear = branch }) { later in
                let all = try await later.get("/events")
                #expect(all.json.elements.compactMap { $0["seq"].int } == [head - 2, head - 1, head])
                try await later.get("/events?after=\(LivePlace.text(later.store.lineage, head - 4))").expect(410)
                try await later.get("/events?after=\(LivePlace.text(later.store.lineage, head - 3))").expect(200)
            }
        }
    }

    @Test func aWaitEndsWithTheNextEvent() async throws {
        try await BranchFixture.run { branch in
            let place = LivePlace.text(branch.store.lineage, branch.store.writer.ring.head)
            async let waiting = branch.get("/events?after=\(place)&wait=60", as: .worker)
            try await branch.issue()
            let answer = try await waiting
            #expect(answer.json.elements.map { $0["event"].text } == ["ticket.created"])
        }
    }

    @Test func aWaitIsCutToTheSettingAndEndsEmpty() async throws {
        try await BranchFixture.run({ $0.maxWait = .milliseconds(50) }) { branch in
            let place = LivePlace.text(branch.store.lineage, branch.store.writer.ring.head)
            let began = ContinuousClock.now
            let answer = try await branch.get("/events?after=\(place)&wait=60")
            #expect(answer.status == 200 && answer.json == [])
            #expect(began.duration(to: .now) < .seconds(30))
        }
    }

    @Test func aTokenRevokedInTheWaitGetsNothing() async throws {
        try await BranchFixture.run { branch in
            let place = LivePlace.text(branch.store.lineage, branch.store.writer.ring.head)
            async let waiting = branch.get("/events?after=\(place)&wait=60", as: .worker)
            let passedTheGate = await eventually { !branch.tokens.takeLastSeen().isEmpty }
            #expect(passedTheGate)
            try branch.revoke(.worker)
            try await waiting.expect(401)
        }
    }
}
