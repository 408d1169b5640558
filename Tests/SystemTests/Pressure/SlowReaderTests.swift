import NIOCore
import QueueTestSupport
import Testing

extension SystemSuite {
    /// Clients that ask and never read. They may hurt nobody but themselves.
    @Suite struct SlowReaderTests {
        @Test func anHTTPClientThatNeverReadsDelaysNobody() async throws {
            try await withBranch { branch in
                for _ in 0..<100 { _ = try await branch.issue() }
                let honest = branch.server.client(branch.worker)
                var greedy: [ByteConnection] = []
                for _ in 0..<8 {
                    let connection = try await ByteConnection.connect(
                        host: "127.0.0.1", port: branch.server.port, reading: false, receiveBuffer: 4_096)
                    let one =
                        "GET /tickets/waiting?queue_id=1&limit=200 HTTP/1.1\r\n"
                        + "Host: 127.0.0.1:\(branch.server.port)\r\n"
                        + "Authorization: Bearer \(branch.worker)\r\n\r\n"
                    connection.sendWithoutWaiting(ByteBuffer(string: String(repeating: one, count: 1_000)))
                    greedy.append(connection)
                }
                let issued = await Latencies.measure(300, on: honest, "POST", "/tickets", body: ["queue_id": 1])
                #expect(issued.failures == [])
                #expect(issued.p99 < Pace.healthy, "p99 \(issued.p99)")
                #expect(branch.server.child.residentBytes() ?? 0 < 400_000_000)
                for connection in greedy { await connection.close() }
                await honest.close()
            }
        }

        @Test func aDisplayThatNeverReadsDelaysNobodyAndIsClosed() async throws {
            try await withBranch { branch in
                var dead: [WebSocketTestClient] = []
                for _ in 0..<20 {
                    let socket = try await branch.socket(branch.display, receiveBuffer: 4_096)
                    await socket.stopReading()
                    dead.append(socket)
                }
                let living = try await branch.socket(branch.display)
                #expect(try await living.nextJSON()["type"].text == "hello")
                let tickets = 6_000
                async let seen = Self.created(tickets, on: living)
                let latencies = await Self.issueMany(tickets, branch)
                #expect(try await seen.count == tickets)
                #expect(try await zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 })
                #expect(latencies.failures == [])
                #expect(latencies.p99 < Pace.healthy, "p99 \(latencies.p99)")
                #expect(branch.server.child.residentBytes() ?? 0 < 400_000_000)
                // When they read again they find that the server gave them up.
                for socket in dead {
                    await socket.resumeReading()
                    let code = try await socket.closeCode(timeout: Pace.patience)
                    #expect(code == nil || code == 1013)
                }
                await living.abort()
            }
        }

        /// The seq of so many `ticket.created` frames, or of those that came in time.
        private static func created(_ count: Int, on socket: WebSocketTestClient) async throws -> [Int64] {
            let deadline = ContinuousClock.now.advanced(by: Pace.patience)
            var seen: [Int64] = []
            while seen.count < count, ContinuousClock.now < deadline {
                let frame = try await socket.nextJSON(timeout: Pace.patience)
                if frame["event"].text == "ticket.created", let seq = frame["seq"].int { seen.append(seq) }
            }
            return seen
        }

        /// Issues over four connections at once.
        private static func issueMany(_ count: Int, _ branch: TestBranch) async -> Latencies {
            let parts = await withTaskGroup(of: Latencies.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let client = branch.server.client(branch.worker)
                        let part = await Latencies.measure(
                            count / 4, on: client, "POST", "/tickets", body: ["queue_id": 1])
                        await client.close()
                        return part
                    }
                }
                return await group.reduce(into: [Latencies]()) { $0.append($1) }
            }
            return Latencies(joining: parts)
        }
    }
}
