import BranchAccess
import BranchServer
import BranchStore
import HTTPTypes
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct DeviceTests {
    @Test func aKioskIsPairedAndTakesTickets() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let kiosk = try await branch.paired("kiosk", by: admin)
            #expect(try await kiosk.get("/session").json["role"] == "kiosk")
            try await kiosk.post("/tickets", ["queue_id": 1]).expect(201)
            try await kiosk.get("/agents").expect(403)
            let rows = try await admin.get("/devices").json
            #expect(rows[0]["kind"] == "kiosk" && rows[0]["missing"] == false)
        }
    }

    @Test func aCounterNeedsItsAgentAndAnAgentTheCounter() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.send(.patch, "/agents/1", ["pin": "482915"]).expect(200)
            let counter = try await branch.paired("counter", counter: 1, by: admin)
            try await counter.post("/counters/1/call-next").expect(401)
            #expect(try await counter.get("/session").json["agents"] == [["id": 1, "name": "Ada"]])
            let pin: JSON = ["agent_id": 1, "pin": "482915"]
            let elsewhere = try await TestBrowser(branch).post("/session", pin)
            #expect(elsewhere.status == 403 && elsewhere.code == "not_a_counter")
            try await counter.post("/session", ["agent_id": 1, "pin": "482916"]).expect(401)
            try await counter.post("/session", pin).expect(200)
            try await branch.issue()
            let ticket = try await counter.post("/counters/1/call-next")
            #expect(ticket.status == 200 && ticket.json["agent_id"] == 1 && ticket.json["counter_id"] == 1)
            try await counter.post("/counters/2/open").expect(403)
            // The session is worth nothing without its device.
            let thief = TestBrowser(branch)
            thief.take("turn_session", counter.session)
            try await thief.get("/queues").expect(401)
        }
    }

    @Test func anAgentChangesThePIN() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.send(.patch, "/agents/1", ["pin": "123456"]).expect(400)
            try await admin.send(.patch, "/agents/1", ["pin": "482915"]).expect(200)
            let counter = try await branch.paired("counter", counter: 1, by: admin)
            try await counter.post("/session", ["agent_id": 1, "pin": "482915"]).expect(200)
            try await counter.send(.put, "/session/secret", ["current": "482915", "new": "000000"]).expect(400)
            try await counter.send(.put, "/session/secret", ["current": "482915", "new": "739164"]).expect(204)
            try await counter.post("/session", ["agent_id": 1, "pin": "482915"]).expect(401)
            try await counter.post("/session", ["agent_id": 1, "pin": "739164"]).expect(200)
        }
    }

    @Test func anAgentWhoIsMadeInactiveIsSignedOut() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.send(.patch, "/agents/1", ["pin": "482915"]).expect(200)
            let counter = try await branch.paired("counter", counter: 1, by: admin)
            try await counter.post("/session", ["agent_id": 1, "pin": "482915"]).expect(200)
            try await admin.send(.patch, "/agents/1", ["active": false]).expect(200)
            try await counter.get("/queues").expect(401)
            #expect(try await branch.store.sessions().count == 1)
        }
    }

    @Test func aRevokedDeviceIsNobodyAtOnce() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let kiosk = try await branch.paired("kiosk", by: admin)
            let id = try await admin.get("/devices").json[0]["id"].int ?? 0
            try await admin.send(.delete, "/devices/\(id)").expect(204)
            try await kiosk.get("/queues").expect(401)
            try await admin.send(.delete, "/devices/\(id)").expect(404)
        }
    }

    @Test func itsSocketsCloseWith4401() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let admin = try await branch.admin(port: live.port)
                let display = try await branch.paired("display", by: admin)
                let cookie = "turn_device=\(display.device ?? "")"
                let origin = "http://127.0.0.1:\(live.port)"
                let socket = try await live.open(
                    as: nil, fields: [(name: "Cookie", value: cookie), (name: "Origin", value: origin)])
                _ = try await socket.nextJSON()
                let row = try await admin.get("/devices").json[0]
                #expect(row["connected"] == true && row["missing"] == false)
                try await admin.send(.delete, "/devices/\(row["id"].int ?? 0)").expect(204)
                #expect(try await socket.closeCode() == 4401)
            }
        }
    }

    /// A page of another site can't follow the branch with the cookies of a browser that it runs in.
    @Test(arguments: [nil, "http://evil.example"])
    func aSocketWithCookiesNamesItsOrigin(_ origin: String?) async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let display = try await branch.paired("display", by: try await branch.admin(port: live.port))
                var fields = [(name: "Cookie", value: "turn_device=\(display.device ?? "")")]
                if let origin { fields.append((name: "Origin", value: origin)) }
                let failure = await #expect(throws: ConnectionFailure.self) {
                    try await live.open(as: nil, fields: fields)
                }
                guard case .refused(let status, _) = failure else { return }
                #expect(status == 403)
            }
        }
    }

    @Test func aSilentDeviceIsMissingAfterThirtySeconds() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let kiosk = try await branch.paired("kiosk", by: admin)
            try await kiosk.post("/devices/self", ["page_version": "0.1", "now": "2026-03-10T09:00:05Z"]).expect(204)
            var row = try await admin.get("/devices").json[0]
            #expect(row["page_version"] == "0.1" && row["clock_difference_ms"].int != nil)
            #expect(row["missing"] == false)
            branch.clock.advance(seconds: 31)
            try await branch.issue()
            row = try await admin.get("/devices").json[0]
            #expect(row["missing"] == true)
            let tick = branch.store.moment().tick
            #expect(branch.access.browsers.missing(tick: tick).map(\.name) == ["kiosk 0"])
            try await TestBrowser(branch).post("/devices/self", [:]).expect(401)
        }
    }

    @Test func itsSecretIsRenewedAndTheOldOneServesUntilThen() async throws {
        try await BranchFixture.run { branch in
            let kiosk = try await branch.paired("kiosk", by: try await branch.admin())
            let old = kiosk.device
            branch.clock.advance(seconds: 30 * 86_400)
            try await branch.issue()
            try await kiosk.post("/devices/self", [:]).expect(204)
            #expect(kiosk.device != old)
            try await kiosk.get("/queues").expect(200)
            let lagging = TestBrowser(branch)
            lagging.take("turn_device", old)
            try await lagging.get("/queues").expect(200)
        }
    }

    @Test func aWorkerGetsABearerToken() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let begun = try await TestBrowser(branch).post("/devices/pair", ["kind": "worker"])
            let order: JSON = ["user_code": begun.json["user_code"], "name": "w"]
            try await admin.post("/devices", order).expect(201)
            let answer = try await TestBrowser(branch).post("/devices/pair", ["device_code": begun.json["device_code"]])
            #expect(answer.header("Set-Cookie") == nil)
            let token = answer.json["token"].text ?? ""
            let bearer = [("Authorization", "Bearer \(token)")]
            let events = try await branch.send(.get, "/events", fields: bearer)
            #expect(events.status == 200)
        }
    }

    @Test func codesAreReadAndDeniedByAdminsOnly() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let device = TestBrowser(branch, from: "10.0.5.5")
            let begun = try await device.post("/devices/pair", ["kind": "display"])
            let code = begun.json["user_code"].text ?? ""
            let shown = try await admin.get("/devices/codes/\(code)")
            #expect(shown.json["kind"] == "display" && shown.json["address"] == "10.0.5.5")
            try await device.get("/devices/codes/\(code)").expect(401)
            try await admin.send(.delete, "/devices/codes/\(code)").expect(204)
            let denied = try await device.post("/devices/pair", ["device_code": begun.json["device_code"]])
            #expect(denied.status == 403 && denied.code == "code_denied")
            try await admin.get("/devices/codes/BBBB-BBBB").expect(404)
        }
    }

    /// An admin's session that was stolen can't be used to try codes at will.
    @Test func guessingCodesLocksTheGuesser() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            for _ in 0..<5 { try await admin.get("/devices/codes/BBBB-BBBB").expect(404) }
            try await admin.get("/devices/codes/BBBB-BBBB").expect(429)
        }
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let browser = TestBrowser(branch)
            try await browser.post("/devices/pair", ["kind": "toaster"]).expect(400)
            try await browser.post("/devices/pair", [:]).expect(400)
            try await browser.post("/devices/pair", ["device_code": "nonsense"]).expect(410)
            let counter = try await browser.post("/devices/pair", ["kind": "counter"]).json["user_code"]
            try await admin.post("/devices", ["user_code": counter, "name": "c"]).expect(400)
            try await admin.post("/devices", ["user_code": counter, "name": "c", "counter_id": 99]).expect(404)
            try await admin.post("/devices", ["user_code": counter, "name": "c", "counter_id": 1]).expect(201)
            let other = try await browser.post("/devices/pair", ["kind": "kiosk"]).json["user_code"]
            let taken = try await admin.post("/devices", ["user_code": other, "name": "C"])
            #expect(taken.status == 409 && taken.code == "name_in_use")
        }
    }
}
