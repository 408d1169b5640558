import BranchAccess
import BranchStore
import HTTPTypes
import QueueTestSupport
import Testing

@Suite struct SetupTests {
    private static func order(_ code: String, _ passphrase: String = BranchFixture.passphrase) -> JSON {
        ["code": .string(code), "name": "Ada", "passphrase": .string(passphrase)]
    }

    @Test func theCodeMakesTheFirstAdminOnce() async throws {
        try await BranchFixture.run { branch in
            let browser = TestBrowser(branch)
            #expect(try await browser.get("/session").json["set_up"] == "new")
            #expect(try await browser.get("/setup/state").json == ["state": "new", "step": 1])
            let code = UserCode()
            try await branch.store.startSetupCode(code.hash.bytes, age: 60_000)
            let made = try await browser.post("/setup", Self.order(code.text.lowercased()))
            #expect(made.status == 201 && made.json["session"]["role"] == "admin")
            #expect(made.json["recovery_code"].text?.count == 24)
            #expect(try await browser.get("/session").json["person"]["name"] == "Ada")
            let again = try await TestBrowser(branch, from: "10.0.0.9").post("/setup", Self.order(code.text))
            #expect(again.status == 401 && again.code == "wrong_credentials")
        }
    }

    @Test func anOldCodeIsNone() async throws {
        try await BranchFixture.run { branch in
            let code = UserCode()
            try await branch.store.startSetupCode(code.hash.bytes, age: 1_000)
            branch.clock.advance(seconds: 2)
            // Time passes for the store with its next command.
            try await branch.issue()
            try await TestBrowser(branch).post("/setup", Self.order(code.text)).expect(401)
        }
    }

    @Test func aWrongCodeLocksItsAddressOnly() async throws {
        try await BranchFixture.run { branch in
            let code = UserCode()
            try await branch.store.startSetupCode(code.hash.bytes, age: 60_000)
            let stranger = TestBrowser(branch, from: "10.0.0.66")
            for _ in 0..<5 { try await stranger.post("/setup", Self.order("BBBB-BBBB")).expect(401) }
            let locked = try await stranger.post("/setup", Self.order(code.text))
            #expect(locked.status == 429 && locked.code == "locked_out" && locked.header("Retry-After") == "30")
            try await TestBrowser(branch).post("/setup", Self.order(code.text)).expect(201)
        }
    }

    @Test(arguments: ["short", "aaaaaaaaaaaaaa", "Ada Ada Ada Ada"])
    func aWeakPassphraseIsRefusedAndTheCodeStaysGood(_ passphrase: String) async throws {
        try await BranchFixture.run { branch in
            let code = UserCode()
            try await branch.store.startSetupCode(code.hash.bytes, age: 60_000)
            let browser = TestBrowser(branch)
            let weak = try await browser.post("/setup", Self.order(code.text, passphrase))
            #expect(weak.status == 400 && weak.json["field"] == "passphrase")
            try await browser.post("/setup", Self.order(code.text)).expect(201)
        }
    }

    @Test func theWizardGoesOnWhereItWas() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.send(.patch, "/setup", ["step": 4]).expect(200)
            #expect(try await branch.get("/setup/state").json == ["state": "open", "step": 4])
            try await admin.send(.patch, "/setup", ["step": 7]).expect(400)
            try await admin.send(.patch, "/setup", ["state": "done"]).expect(200)
            #expect(try await branch.get("/session").json["set_up"] == "done")
            try await TestBrowser(branch).send(.patch, "/setup", ["step": 1]).expect(401)
        }
    }

    @Test func aNewCodeOfTheConsoleSetsALostPassphraseAnew() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let code = UserCode()
            try await branch.store.startSetupCode(code.hash.bytes, age: 60_000)
            let browser = TestBrowser(branch, from: "10.0.0.8")
            try await browser.post("/setup", Self.order(code.text, "another fine phrase")).expect(201)
            #expect(try await admin.get("/session").json["role"].isNull)
            try await browser.post("/session", ["name": "ADA", "passphrase": "another fine phrase"]).expect(200)
            #expect(try await branch.store.people().count == 1)
        }
    }
}
