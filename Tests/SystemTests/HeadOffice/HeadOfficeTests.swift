import Glibc
import QueueTestSupport
import Testing

extension SystemSuite {
    /// The program `turn-hq` as an operator uses it.
    @Suite(.serialized, .timeLimit(.minutes(3))) struct HeadOfficeTests {
        private func withOffice(
            migrated: Bool = true, _ body: (HQSite, PostgresSite, RedisSite) async throws -> Void
        ) async throws {
            let postgres = try await PostgresSite()
            let redis = try await RedisSite.start(RedisSite.Plan(password: "hq-canary"))
            let office = try HQSite(databaseURL: postgres.url(), redisURL: redis.url(password: "hq-canary"))
            let result = await Result {
                if migrated { try await office.run(["migrate"]) }
                try await body(office, postgres, redis)
            }
            office.remove()
            await redis.stop()
            await postgres.remove()
            try result.get()
        }

        @Test func migratingTwiceIsMigratingOnce() async throws {
            try await withOffice(migrated: false) { office, _, _ in
                let outputs = [try await office.run(["migrate"]), try await office.run(["migrate"])]
                #expect(outputs == ["schema 1, 1 step done\n", "schema 1, nothing to do\n"])
            }
        }

        @Test func anUnmigratedDatabaseAndANewerOneAreRefusedWithTheWayOut() async throws {
            try await withOffice(migrated: false) { office, postgres, _ in
                let (status, output, errors) = try await office.attempt(["status"])
                #expect(status == .exited(code: 1) && output == "" && errors.contains("run turn-hq migrate"))
                try await office.run(["migrate"])
                try await postgres.psql("INSERT INTO schema_step (number) VALUES (99)")
                let newer = try await office.attempt(["migrate"])
                #expect(newer.status == .exited(code: 1) && newer.errors.contains("install the program that migrated"))
            }
        }

        @Test func takingABranchInPrintsItsEnrolmentAndNothingElse() async throws {
            try await withOffice { office, postgres, redis in
                let (status, output, errors) = try await office.attempt(["branch", "add", "North Street"])
                #expect(status == .exited(code: 0))
                let file = try JSON(parsing: output.utf8)
                #expect(file["branch_id"].int == 1 && file["name"].text == "North Street")
                #expect(file["redis_url"].text == "redis://127.0.0.1:\(redis.port)")
                let key = try #require(file["key"].text)
                #expect(!errors.contains(key) && !output.contains("canary"))
                let again = try await office.attempt(["branch", "add", "North Street"])
                #expect(
                    again.status == .exited(code: 1) && again.output == "" && again.errors.contains("exists already"))
                let list = try JSON(parsing: try await office.run(["branch", "list", "--json"]).utf8)
                #expect(list.elements.count == 1 && list[0]["redis_user"].text == "turn-branch-1")
                let line = try await office.run(["branch", "acl"])
                #expect(line.hasPrefix("user turn-branch-1 reset on #") && !line.contains(key))
                #expect(try await office.run(["branch", "disable", "North Street"]).contains("(disabled)"))
                #expect(try await office.run(["branch", "acl"]) == "")
                let unknown = try await office.attempt(["branch", "disable", "South"])
                #expect(unknown.status == .exited(code: 1))
                #expect(try await postgres.psql("SELECT octet_length(key_hash) FROM branch") == "32")
            }
        }

        @Test func theStatusSaysWhatIsWrongByItsExitCodeToo() async throws {
            try await withOffice { office, postgres, redis in
                #expect(try await office.run(["status"]).contains("nobody takes the events of 64 shards"))
                try await office.run(["branch", "add", "North"])
                let silent = try await office.attempt(["status", "--json"])
                #expect(silent.status == .exited(code: 3) && silent.errors == "")
                let json = try JSON(parsing: silent.output.utf8)
                #expect(json["branches"][0]["concerns"][0].text == "never heard of" && json["redis_fault"].isNull)
                await redis.killNow()
                let noRedis = try await office.attempt(["status"])
                #expect(noRedis.status == .exited(code: 3) && noRedis.errors.contains("Redis can't be used"))
                await postgres.stop(.immediate)
                let nothing = try await office.attempt(["status"])
                #expect(nothing.status == .exited(code: 69) && nothing.output == "")
                #expect(nothing.errors.contains("PostgreSQL (host=127.0.0.1"))
                #expect(!nothing.errors.contains(PostgresSite.password) && !nothing.errors.contains("canary"))
            }
        }

        @Test func aSecretMayComeFromACredential() async throws {
            try await withOffice { office, postgres, _ in
                var office = office
                office.environment["DATABASE_URL"] = nil
                office.environment["CREDENTIALS_DIRECTORY"] = office.workFolder
                office.environment["TURN_DATABASE_URL_FILE"] = "database"
                let missing = try await office.attempt(["branch", "list"])
                #expect(missing.status == .exited(code: 78) && missing.errors.contains("database.url_file"))
                try TextFile.write(postgres.url() + "\n", to: office.workFolder + "/database")
                #expect(try await office.run(["branch", "list"]) == "")
            }
        }

        @Test func aWrongSettingStopsTheStart() async throws {
            try await withOffice(migrated: false) { office, _, _ in
                var office = office
                office.environment["TURN_INGEST_LEASE"] = "soon"
                let wrongSpan = try await office.attempt(["ingest"])
                #expect(wrongSpan.status == .exited(code: 78))
                office.environment["TURN_INGEST_LEASE"] = nil
                office.environment["UPSTASH_REDIS_URL"] = "redis://"
                #expect(try await office.attempt(["ingest"]).status == .exited(code: 78))
            }
        }

        @Test func theRolesAreMadeByPrintedSQL() async throws {
            try await withOffice { office, postgres, _ in
                try await postgres.psql(try await office.run(["roles"]))
                let roles = "SELECT count(*) FROM pg_roles WHERE rolname IN ('turn_ingest', 'turn_reader')"
                #expect(try await postgres.psql(roles) == "2")
            }
        }

        @Test func theIngestTellsHowItIsAndEndsWhenAsked() async throws {
            try await withOffice { office, postgres, _ in
                let (child, port) = try await office.ingest()
                let http = HTTPConnection(port: port)
                #expect(try await http.get("/livez").status == 200)
                let isKnown = try await eventually { try await http.get("/status").status == 200 }
                #expect(isKnown)
                let metrics = try await http.get("/metrics")
                #expect(metrics.status == 200 && metrics.text.contains("\nturn_hq_database_up 1\n"))
                if Promtool.isInstalled { #expect(try await Promtool.complaints(about: metrics.text) == "") }
                #expect(try await http.get("/other").problemCode == "not_found")
                await postgres.stop(.immediate)
                let isDown = try await eventually {
                    try await http.get("/readyz").text.contains("PostgreSQL: ")
                }
                #expect(isDown)
                #expect(try await http.get("/livez").status == 200)
                try await postgres.start()
                let isBack = try await eventually {
                    try await http.get("/metrics").text.contains("\nturn_hq_database_up 1\n")
                }
                #expect(isBack)
                await http.close()
                child.signal(SIGTERM)
                #expect(await child.waitForEnd(within: Pace.stop) == .exited(code: 0))
                #expect(!child.output().contains(PostgresSite.password) && !child.output().contains("canary"))
            }
        }
    }
}

extension Result where Failure == any Error, Success == Void {
    /// What came of the body, so that what must be done after it can be done first.
    fileprivate init(_ body: () async throws -> Void) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
