import BranchAccess
import BranchServer
import BranchStore
import Logging
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing

@Suite struct OverloadTests {
    @Test func whatWouldWaitTooLongGets503AtOnceAndTheRestIsServed() async throws {
        try await BranchFixture.run({ options in
            options.store = {
                // A slow machine sends slowly too, so the capacity is far below what any machine sends.
                $0.writer.flushDelay = 200
                $0.writer.batch = 4
                $0.writer.maxWait = 600
            }
        }) { branch in
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 1]).expect(201)
            let statuses = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<100 { group.addTask { try await branch.post("/tickets", as: .kiosk, ["queue_id": 1]) } }
                var answers: [TestAnswer] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            let refused = statuses.filter { $0.status == 503 }
            #expect(!refused.isEmpty && statuses.count { $0.status == 201 } == 100 - refused.count)
            #expect(refused.allSatisfy { $0.code == "overloaded" })
            #expect(refused.allSatisfy { Int($0.header("Retry-After") ?? "").map { $0 >= 1 } ?? false })
            #expect(try await branch.store.queues()[0].waiting == 101 - refused.count)
        }
    }

    @Test func aClosedStoreAnswersThatTheServerEnds() async throws {
        try await BranchFixture.run { branch in
            await branch.store.close()
            let answer = try await branch.post("/tickets", as: .kiosk, ["queue_id": 1])
            #expect(answer.status == 503 && answer.code == "shutting_down")
            #expect(answer.header("Retry-After") == "1")
        }
    }

    @Test func aFullDiskStopsNewTicketsAndNothingElse() async throws {
        try await BranchFixture.run { branch in
            branch.setFreeBytes(63 * 1_024 * 1_024)
            try await branch.issueMany(1)
            let answer = try await branch.post("/tickets", as: .kiosk, ["queue_id": 1])
            #expect(answer.status == 507 && answer.code == "disk_full")
            #expect(answer.json["title"] == "Insufficient Storage")
            try await branch.post("/counters/1/call-next").expect(200)
            try await branch.post("/tickets/1/complete").expect(200)
            try await branch.get("/tickets/waiting?queue_id=1").expect(200)
        }
    }

    @Test func aFullDiskStillRepeatsTheFirstAnswer() async throws {
        try await BranchFixture.run { branch in
            let body: JSON = ["queue_id": 1]
            let first = try await branch.post("/tickets", as: .kiosk, body, key: "k")
            first.expect(201)
            branch.setFreeBytes(0)
            try await branch.post("/tickets", as: .kiosk, body).expect(507)
            let again = try await branch.post("/tickets", as: .kiosk, body, key: "k")
            #expect(again.status == 201 && again.json == first.json)
            try await branch.post("/tickets", as: .kiosk, ["queue_id": 2], key: "k").expect(422)
        }
    }

    @Test func whoAsksTooFastGets429() async throws {
        try await BranchFixture.run({ options in
            options.rates.kiosk = .init(perSecond: 2, burst: 3)
            options.rates.agent = .init(perSecond: 1, burst: 1)
        }) { branch in
            for _ in 0..<3 { try await branch.get("/queues", as: .kiosk).expect(200) }
            let answer = try await branch.get("/queues", as: .kiosk)
            #expect(answer.status == 429 && answer.code == "rate_limited" && answer.header("Retry-After") == "1")
            try await branch.get("/queues", as: .agent).expect(200)
            try await branch.get("/queues", as: .bound).expect(200)
            for _ in 0..<50 { try await branch.get("/queues", as: .worker).expect(200) }
            branch.clock.advance(seconds: 1)
            for _ in 0..<2 { try await branch.get("/queues", as: .kiosk).expect(200) }
            try await branch.get("/queues", as: .kiosk).expect(429)
        }
    }

    @Test func whatARoleMayNotDoCostsNothingOfItsRate() async throws {
        try await BranchFixture.run({ $0.rates.kiosk = .init(perSecond: 1, burst: 1) }) { branch in
            for _ in 0..<3 { try await branch.get("/tickets", as: .kiosk).expect(403) }
            try await branch.get("/queues", as: .kiosk).expect(200)
        }
    }
}
