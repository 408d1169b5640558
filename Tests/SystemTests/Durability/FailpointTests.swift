import QueueTestSupport
import Testing

extension SystemSuite {
    /// The program dies by itself at a named place of the writer, where a random kill would seldom hit.
    @Suite struct FailpointTests {
        @Test(arguments: ["before_begin", "before_commit", "after_commit", "after_broadcast", "after_answer"])
        func aDeathAroundTheCommitLosesNothingAndDoublesNothing(_ place: String) async throws {
            try await withBranch { branch in
                let before = try await branch.issue()
                #expect(await branch.server.terminate() == .exited(code: 0))

                var fragile = branch.site
                fragile.environment["TURN_TESTING_FAILPOINT"] = place
                let (acknowledged, key) = try await Self.issueUntilDeath(fragile, token: branch.worker)

                var again = branch
                again.server = try await branch.site.serve()
                _ = try await again.server.ready()
                let client = again.server.client(branch.worker)
                let answer = try await client.post("/tickets", ["queue_id": 1], key: key)
                #expect(answer.status == 201, "\(place): \(answer.text)")
                await client.close()
                let oracle = try DatabaseOracle(branch.site.database)
                let expected = [before["id"].int].compactMap(\.self) + acknowledged + [try answer.json()["id"].int ?? 0]
                #expect(try Set(oracle.numbers().keys) == Set(expected), "\(place)")
                #expect(try oracle.violations() == [], "\(place)")
                await again.server.killNow()
            }
        }

        @Test(arguments: ["before_checkpoint", "after_checkpoint"])
        func aDeathAroundACheckpointLosesNothing(_ place: String) async throws {
            try await withBranch(environment: ["TURN_TESTING_FAILPOINT": place]) { branch in
                var acknowledged: Set<Int64> = []
                for _ in 0..<50 { acknowledged.insert(try #require(try await branch.issue()["id"].int)) }
                // The checkpoint comes by itself when nothing has been written for a while.
                #expect(await branch.server.child.waitForEnd(within: Pace.patience) == .signalled(9), "\(place)")
                var whole = branch.site
                whole.environment["TURN_TESTING_FAILPOINT"] = nil
                let again = try await whole.serve()
                _ = try await again.ready()
                let oracle = try DatabaseOracle(branch.site.database)
                #expect(try acknowledged.isSubset(of: oracle.numbers().keys), "\(place)")
                #expect(try oracle.violations() == [], "\(place)")
                await again.killNow()
            }
        }

        @Test func aDeathInAMigrationIsMendedByTheNextStart() async throws {
            let fragile = try BranchSite(environment: ["TURN_TESTING_FAILPOINT": "before_migration_commit"])
            defer { fragile.remove() }
            for _ in 1...2 {
                let failure = await #expect(throws: ProcessFailure.self) { try await fragile.serve() }
                guard case .failed(_, .signalled(9), _) = failure else {
                    Issue.record("it ended otherwise: \(String(describing: failure))")
                    return
                }
            }
            var whole = fragile
            whole.environment["TURN_TESTING_FAILPOINT"] = nil
            let server = try await whole.serve()
            _ = try await server.ready()
            await server.killNow()
        }

        /// Issues with a key each until the server is gone: what was acknowledged, and the key that had no answer.
        private static func issueUntilDeath(
            _ site: BranchSite, token: String
        ) async throws -> (acknowledged: [Int64], key: String) {
            let server: RunningBranch
            do {
                server = try await site.serve()
            } catch ProcessFailure.failed {
                // It died in the commit of its own start, before it could be asked.
                return ([], "never-asked")
            }
            let client = server.client(token, timeout: .seconds(10))
            var acknowledged: [Int64] = []
            for number in 1...1_000 {
                let key = "until-death-\(number)"
                // No answer means that the server died; that is what is waited for.
                guard let answer = try? await client.post("/tickets", ["queue_id": 1], key: key) else {
                    #expect(await server.child.waitForEnd(within: Pace.patience) == .signalled(9))
                    return (acknowledged, key)
                }
                try #require(answer.status == 201, "\(answer.text)")
                acknowledged.append(try #require(try answer.json()["id"].int))
            }
            await server.killNow()
            throw ProcessFailure.tooSlow("the failpoint was never reached", output: server.child.output())
        }
    }
}
