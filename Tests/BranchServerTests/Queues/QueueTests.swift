import BranchAccess
import BranchStore
import HTTPTypes
import QueueTestSupport
import Synchronization
import Testing

@Suite struct QueueTests {
    @Test func aQueueIsMadeChangedAndDeleted() async throws {
        try await BranchFixture.run { branch in
            let made = try await branch.post("/queues", as: .admin, ["name": "Extra", "prefix": "X", "cap": 1])
            #expect(made.status == 201 && made.json["id"] == 4 && made.json["cap"] == 1 && made.json["open"] == true)
            #expect(made.json["credit"] == 600 && made.json["undo_window"] == 15 && made.etag == "\"1\"")
            try await branch.post("/tickets", ["queue_id": 4]).expect(201)
            let full = try await branch.post("/tickets", ["queue_id": 4])
            #expect(full.status == 409 && full.code == "queue_full")
            let changed = try await branch.send(.patch, "/queues/4", as: .admin, ["cap": nil, "open": false])
            #expect(changed.json["cap"].isNull && changed.json["open"] == false && changed.json["name"] == "Extra")
            let closed = try await branch.post("/tickets", ["queue_id": 4])
            #expect(closed.status == 409 && closed.code == "queue_closed")
            let inUse = try await branch.send(.delete, "/queues/4", as: .admin)
            #expect(inUse.status == 409 && inUse.code == "queue_in_use")
            try await branch.post("/tickets/1/cancel").expect(200)
            try await branch.send(.delete, "/queues/4", as: .admin).expect(204)
            try await branch.send(.delete, "/queues/4", as: .admin).expect(404)
            try await branch.send(.patch, "/queues/4", as: .admin, ["open": true]).expect(404)
        }
    }

    @Test(
        arguments: [
            (["name": "Desk", "prefix": "X"], 409, "name_in_use"),
            (["name": "X", "prefix": "A"], 409, "prefix_in_use"),
            (["name": "X", "prefix": "x"], 400, "invalid_setting"),
            (["name": "X", "prefix": "ABCD"], 400, "bad_request"), (["prefix": "X"], 400, "bad_request"),
            (["name": "X", "prefix": "X", "first_number": 5, "last_number": 4], 400, "invalid_setting"),
            (["name": "X", "prefix": "X", "last_number": 1_000_000], 400, "bad_request"),
            (["name": "X", "prefix": "X", "cap": 0], 400, "bad_request"),
            (["name": "X", "prefix": "X", "credit": 86_401], 400, "bad_request"),
            (["name": "X", "prefix": "X", "strict": "yes"], 400, "bad_request"),
            (["name": "a\u{0}b", "prefix": "X"], 400, "bad_request"),
        ] as [(JSON, Int, String)])
    func aWrongQueueIsRefused(_ body: JSON, _ status: Int, _ code: String) async throws {
        try await BranchFixture.run { branch in
            let answer = try await branch.post("/queues", as: .admin, body)
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
        }
    }

    @Test func reserveTakesTheHeadOfItsQueue() async throws {
        try await BranchFixture.run { branch in
            try await branch.post("/queues/1/reserve", as: .worker).expect(204)
            try await branch.issue(name: "Ann")
            let answer = try await branch.post("/queues/1/reserve", as: .worker)
            #expect(answer.status == 200 && answer.json["state"] == "called" && answer.json["customer_name"] == "Ann")
            #expect(answer.json["holder"].int == branch.tokenID(.worker) && answer.json["counter_id"].isNull)
            let unknown = try await branch.post("/queues/9/reserve", as: .worker)
            #expect(unknown.status == 404 && unknown.code == "queue_not_found")
        }
    }

    @Test func reserveWithACounterCompletesNothing() async throws {
        try await BranchFixture.run { branch in
            for _ in 0..<2 { try await branch.issue(queue: 2) }
            let answer = try await branch.post("/queues/2/reserve", as: .bound)
            #expect(answer.json["counter_id"] == 1 && answer.json["agent_id"] == 1)
            let again = try await branch.post("/queues/2/reserve", as: .agent, ["counter_id": 1])
            #expect(again.status == 409 && again.code == "counter_changed" && again.json["ticket"]["id"] == 1)
        }
    }

    @Test func aWaitIsCutToTheSetting() async throws {
        // Guards how long the list was asked to wait.
        let waits = Mutex<[Duration]>([])
        try await BranchFixture.run({ options in
            options.maxWait = .seconds(7)
            options.onReserve = { span in waits.withLock { $0.append(span) } }
        }) { branch in
            for wait in ["", "?wait=0", "?wait=5", "?wait=7", "?wait=60"] {
                try await branch.post("/queues/1/reserve\(wait)", as: .worker).expect(204)
            }
            #expect(waits.withLock { $0 } == [.seconds(5), .seconds(7), .seconds(7)])
            for wait in ["61", "-1", "x", "1.5"] {
                let answer = try await branch.post("/queues/1/reserve?wait=\(wait)", as: .worker)
                #expect(answer.status == 400 && answer.json["field"] == "wait")
            }
        }
    }

    @Test func aTokenRevokedAsItIsGivenACustomerIsToldWhom() async throws {
        // Guards the branch whose worker loses its token with the next commit.
        let armed = Mutex<BranchFixture?>(nil)
        try await BranchFixture.run({
            $0.store = {
                $0.writer.failpoint = { point in
                    guard point == .afterCommit else { return }
                    do {
                        try armed.withLock { $0.take() }?.revoke(.worker)
                    } catch {
                        Issue.record("The token could not be revoked: \(error)")
                    }
                }
            }
        }) { branch in
            let ticket = try await branch.issue()
            armed.withLock { $0 = branch }
            let answer = try await branch.post("/queues/1/reserve?wait=10", as: .worker)
            #expect(answer.status == 200 && answer.json["id"] == ticket["id"], "\(answer.text)")
            try await branch.get("/queues", as: .worker).expect(401)
        }
    }

    @Test func aTokenRevokedInTheWaitGetsNobody() async throws {
        try await BranchFixture.run({ $0.reservesNobody = true }) { branch in
            async let waiting = branch.post("/queues/1/reserve?wait=60", as: .worker)
            let passedTheGate = await eventually { !branch.tokens.takeLastSeen().isEmpty }
            #expect(passedTheGate)
            try branch.revoke(.worker)
            let answer = try await waiting
            #expect(answer.status == 401 && answer.code == "unauthorized")
        }
    }
}
