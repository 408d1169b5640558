import BranchAccess
import BranchServer
import BranchStore
import HTTPTypes
import QueueDomain
import QueueTestSupport
import Testing

@Suite struct SessionTests {
    private static let logIn: JSON = ["name": "Ada", "passphrase": .string(BranchFixture.passphrase)]

    @Test func aPersonSignsInAndOut() async throws {
        try await BranchFixture.run { branch in
            _ = try await branch.admin()
            let browser = TestBrowser(branch)
            #expect(try await browser.get("/session").json["role"].isNull)
            try await browser.post("/session", Self.logIn).expect(200)
            #expect(try await browser.get("/queues").status == 200)
            try await browser.send(.delete, "/session").expect(204)
            #expect(browser.session == nil)
            try await browser.get("/queues").expect(401)
        }
    }

    @Test func theCookieIsOfNoUseAfterSigningOut() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let stolen = admin.session
            try await admin.send(.delete, "/session").expect(204)
            let thief = TestBrowser(branch)
            thief.take("turn_session", stolen)
            try await thief.get("/queues").expect(401)
        }
    }

    @Test func everywhereMeansEveryBrowserOfThePerson() async throws {
        try await BranchFixture.run { branch in
            let one = try await branch.admin()
            let two = TestBrowser(branch)
            try await two.post("/session", Self.logIn).expect(200)
            try await two.send(.delete, "/session?everywhere=true").expect(204)
            try await one.get("/people").expect(401)
        }
    }

    /// A session that somebody planted is never the one that signing in begins (session fixation).
    @Test func signingInBeginsANewSession() async throws {
        try await BranchFixture.run { branch in
            _ = try await branch.admin()
            let browser = TestBrowser(branch)
            browser.take("turn_session", String(repeating: "A", count: 43))
            try await browser.post("/session", Self.logIn).expect(200)
            #expect(browser.session != String(repeating: "A", count: 43))
            let before = browser.session
            try await browser.post("/session", Self.logIn).expect(200)
            #expect(browser.session != before)
            let old = TestBrowser(branch)
            old.take("turn_session", before)
            try await old.get("/people").expect(401)
            // Nor would a restart bring it back.
            #expect(try await branch.store.sessions().count == 2)
        }
    }

    @Test(arguments: [nil, "http://evil.example", "null", "http://localhost:1", "http://localhost"])
    func aBrowserThatWritesNamesItsOrigin(_ origin: String?) async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            admin.origin = origin
            let answer = try await admin.post("/queues", ["name": "New", "prefix": "N"])
            #expect(answer.status == 403 && answer.code == "bad_origin")
            try await admin.get("/people").expect(200)
        }
    }

    @Test func aFormOfAnotherSiteIsNoJSON() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let answer = try await admin.send(
                .post, "/queues", ["name": "N", "prefix": "N"], fields: [("Content-Type", "text/plain")])
            #expect(answer.status == 415)
        }
    }

    @Test func wrongNamesAndPassphrasesAreToldAlikeAndCounted() async throws {
        try await BranchFixture.run { branch in
            _ = try await branch.admin()
            for name in ["Ada", "Nobody"] {
                let browser = TestBrowser(branch, from: "10.0.1.\(name.count)")
                let wrong: JSON = ["name": .string(name), "passphrase": "wrong horse battery"]
                for _ in 0..<5 {
                    let answer = try await browser.post("/session", wrong)
                    #expect(answer.status == 401 && answer.code == "wrong_credentials")
                }
                let locked = try await browser.post("/session", Self.logIn)
                #expect(locked.status == (name == "Ada" ? 429 : 200))
            }
            // Nobody locks somebody out for everybody else.
            try await TestBrowser(branch, from: "10.0.2.1").post("/session", Self.logIn).expect(200)
        }
    }

    @Test func changesNeedThePassphraseAgainAfterFifteenMinutes() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.post("/queues", ["name": "One", "prefix": "ONE"]).expect(201)
            branch.clock.advance(seconds: 15 * 60)
            try await branch.issue()
            let stale = try await admin.post("/queues", ["name": "Two", "prefix": "TWO"])
            #expect(stale.status == 403 && stale.code == "reauthenticate")
            try await admin.get("/people").expect(200)
            try await admin.post("/session", ["passphrase": "wrong horse battery"]).expect(401)
            try await admin.post("/session", ["passphrase": .string(BranchFixture.passphrase)]).expect(200)
            try await admin.post("/queues", ["name": "Two", "prefix": "TWO"]).expect(201)
        }
    }

    @Test func halfAnHourWithoutUseEndsASession() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            branch.clock.advance(seconds: 29 * 60)
            try await branch.issue()
            try await admin.get("/people").expect(200)
            branch.clock.advance(seconds: 30 * 60)
            try await branch.issue()
            // What a page does by itself keeps nobody signed in.
            #expect(try await admin.get("/session").json["role"].isNull)
            try await admin.get("/people").expect(401)
        }
    }

    @Test func oneChangesOnesOwnPassphraseAndOthersOfOneselfEnd() async throws {
        try await BranchFixture.run { branch in
            let one = try await branch.admin()
            let two = TestBrowser(branch)
            try await two.post("/session", Self.logIn).expect(200)
            let change: JSON = ["current": .string(BranchFixture.passphrase), "new": "a quite new phrase"]
            try await one.send(
                .put, "/session/secret", ["current": "wrong horse battery", "new": "a quite new phrase"]
            )
            .expect(401)
            try await one.send(.put, "/session/secret", change).expect(204)
            try await one.get("/people").expect(200)
            try await two.get("/people").expect(401)
            try await two.post("/session", Self.logIn).expect(401)
            try await TestBrowser(branch).send(.put, "/session/secret", change).expect(401)
        }
    }

    @Test func theRecoveryCodeIsGoodOnceAndGivesANewOne() async throws {
        try await BranchFixture.run { branch in
            let code = UserCode()
            try await branch.store.startSetupCode(code.hash.bytes, age: 60_000)
            let made = try await TestBrowser(branch).post(
                "/setup",
                ["code": .string(code.text), "name": "Ada", "passphrase": .string(BranchFixture.passphrase)])
            let recovery = made.json["recovery_code"]
            let browser = TestBrowser(branch, from: "10.0.3.1")
            let order: JSON = ["name": "Ada", "recovery_code": recovery, "new_passphrase": "found it once more"]
            let answer = try await browser.post("/session/recovery", order)
            #expect(answer.status == 200 && answer.json["session"]["role"] == "admin")
            #expect(answer.json["recovery_code"] != recovery)
            try await browser.post("/session/recovery", order).expect(401)
        }
    }

    @Test func theLastAdminStays() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            let id = try await admin.get("/people").json[0]["id"].int ?? 0
            for body in [["role": "supervisor"], ["active": false]] as [JSON] {
                let answer = try await admin.send(.patch, "/people/\(id)", body)
                #expect(answer.status == 409 && answer.code == "last_admin")
            }
            try await admin.send(.delete, "/people/\(id)").expect(409)
            let other: JSON = ["name": "Bo", "role": "admin", "passphrase": "second admin phrase"]
            try await admin.post("/people", other).expect(201)
            try await admin.send(.delete, "/people/\(id)").expect(204)
            try await admin.get("/people").expect(401)
        }
    }

    @Test func aSupervisorReadsAndDoesNotChange() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.post("/people", ["name": "Su", "role": "supervisor", "passphrase": "just looking here"])
                .expect(201)
            let browser = TestBrowser(branch)
            try await browser.post("/session", ["name": "su", "passphrase": "just looking here"]).expect(200)
            try await browser.get("/devices").expect(200)
            try await browser.get("/audit").expect(403)
            try await browser.post("/queues", ["name": "N", "prefix": "N"]).expect(403)
        }
    }

    /// Hashes, secrets and names of customers are in no answer and no line of the audit log.
    @Test func noAnswerHoldsASecret() async throws {
        try await BranchFixture.run { branch in
            let admin = try await branch.admin()
            try await admin.post("/agents", ["name": "Cy", "pin": "482915"]).expect(201)
            var texts: [String] = []
            for path in ["/people", "/agents", "/devices", "/audit", "/session"] {
                texts.append(try await admin.get(path).text)
            }
            for text in texts {
                #expect(!text.contains("argon2") && !text.contains("482915"))
                #expect(!text.contains(BranchFixture.passphrase))
            }
            #expect(texts[1].contains("\"has_pin\":true"))
        }
    }
}
