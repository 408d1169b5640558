import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct SecondProcessTests {
        @Test func aSecondServerIsRefusedAndToldWhoHoldsTheDatabase() async throws {
            try await withBranch { branch in
                let (status, output, errors) = try await branch.site.attempt(["serve", "--port", "0"])
                let code = try #require(status, "the second server runs")
                #expect(code != .exited(code: 0))
                if case .signalled = code { Issue.record("the second server crashed: \(errors)") }
                #expect((output + errors).contains("\(branch.server.child.pid)"), "\(errors)")
                #expect(await branch.server.isAlive())
            }
        }

        @Test func aPortThatIsTakenIsNamedWithWhatHelps() async throws {
            try await withBranch { branch in
                let other = try BranchSite()
                defer { other.remove() }
                let port = branch.server.port
                let (status, _, errors) = try await other.attempt(["serve", "--port", "\(port)"])
                #expect(status == .exited(code: 69))
                #expect(errors.contains("cannot listen on 127.0.0.1 port \(port)") && errors.contains("server.port"))
                let (unknown, _, words) = try await other.attempt(["serve", "--host", "nobody.invalid", "--port", "0"])
                #expect(
                    unknown == .exited(code: 69) && words.contains("nobody.invalid") && words.contains("server.host"))
            }
        }

        @Test func anOfflineVerbIsRefusedWhileTheServerRuns() async throws {
            try await withBranch { branch in
                let plan = branch.site.workFolder + "/other.yaml"
                try TextFile.write(BranchPlan.oneQueue(counters: 3).yaml, to: plan)
                let (status, _, errors) = try await branch.site.attempt(["apply", plan, "--offline"])
                #expect(status != nil && status != .exited(code: 0))
                #expect(errors.contains("\(branch.server.child.pid)"), "\(errors)")
            }
        }

        @Test func theLockIsFreeAfterAKill() async throws {
            try await withBranch { branch in
                await branch.server.killNow()
                let again = try await branch.site.serve()
                _ = try await again.ready()
                await again.killNow()
            }
        }
    }
}
