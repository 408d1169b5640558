import Glibc

/// A `turn-branch serve` that runs.
package struct RunningBranch: Sendable {
    package let child: ChildProcess
    package let port: Int
    /// When the program was spawned.
    package let began: ContinuousClock.Instant

    /// A client for it; nil token for none.
    package func client(_ token: String? = nil, timeout: Duration = .seconds(30)) -> HTTPConnection {
        HTTPConnection(port: port, token: token, timeout: timeout)
    }

    /// Waits until `/readyz` answers 200, and returns the time since the program was spawned.
    /// - Throws: ``ProcessFailure/tooSlow(_:output:)``.
    package func ready(within limit: Duration = .seconds(60)) async throws -> Duration {
        let deadline = ContinuousClock.now.advanced(by: limit)
        let client = client(timeout: .seconds(5))
        var last = "nothing was answered"
        while ContinuousClock.now < deadline, child.ended() == nil {
            do {
                let answer = try await client.get("/readyz")
                if answer.status == 200 {
                    let took = began.duration(to: .now)
                    await client.close()
                    return took
                }
                last = "\(answer.status) \(answer.text)"
            } catch {
                last = "\(error)"
            }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw ProcessFailure.tooSlow("not ready: \(last)", output: child.output())
    }

    /// True while `/livez` answers 200.
    package func isAlive() async -> Bool {
        guard child.ended() == nil else { return false }
        let client = client(timeout: .seconds(20))
        // No answer means that it is not alive, whatever the reason.
        let answer = try? await client.get("/livez")
        await client.close()
        return answer?.status == 200
    }

    /// SIGTERM, then waits; nil when it still runs after `limit`.
    package func terminate(within limit: Duration = .seconds(30)) async -> ExitStatus? {
        child.signal(SIGTERM)
        return await child.waitForEnd(within: limit)
    }

    /// kill -9.
    package func killNow() async { await child.killNow() }
}
