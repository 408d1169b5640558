import NIOCore
import QueueTestSupport
import Testing

extension SystemSuite {
    @Suite struct ShutdownTests {
        @Test func twoHundredOpenSocketsDoNotHoldTheServer() async throws {
            try await withBranch { branch in
                let displays = try await Self.displays(50, branch)
                let others = try await Self.others(50, branch)
                let waiter = Task {
                    let client = branch.server.client(branch.worker, timeout: .seconds(70))
                    return try await client.post("/queues/1/reserve?wait=60").status
                }
                #expect(await branch.server.isAlive())

                let began = ContinuousClock.now
                let status = await branch.server.terminate(within: Pace.patience)
                let took = began.duration(to: .now)
                #expect(status == .exited(code: 0), "\(branch.log)")
                #expect(took <= Pace.stop, "it took \(took)")

                for display in displays { #expect(try await display.closeCode() == 1001) }
                #expect(try await waiter.value == 204)
                for connection in others { await connection.close() }
            }
        }

        @Test func aRequestUnderWayIsAnsweredBeforeTheEnd() async throws {
            try await withBranch { branch in
                let clients = (0..<8).map { _ in branch.server.client(branch.worker) }
                let results = await withTaskGroup(of: (acknowledged: Int, asked: Int).self) { group in
                    for client in clients {
                        group.addTask {
                            var acknowledged = 0
                            while true {
                                // The end of the server is the end of this client.
                                let answer = try? await client.post("/tickets", ["queue_id": 1])
                                guard let answer, answer.status == 201 else { return (acknowledged, acknowledged + 1) }
                                acknowledged += 1
                                if acknowledged == 50 { branch.server.child.signal(15) }
                            }
                        }
                    }
                    return await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.acknowledged, $0.1 + $1.asked) }
                }
                #expect(await branch.server.child.waitForEnd(within: Pace.patience) == .exited(code: 0))
                let stored = try DatabaseOracle(branch.site.database).numbers().count
                #expect((results.0...results.1).contains(stored), "\(results) but \(stored) stored")
                for client in clients { await client.close() }
            }
        }

        private static func displays(_ count: Int, _ branch: TestBranch) async throws -> [WebSocketTestClient] {
            var all: [WebSocketTestClient] = []
            for _ in 0..<count { all.append(try await branch.socket(branch.display)) }
            return all
        }

        /// Of each kind `count`: silent ones, half-sent requests, and kept-alive ones that are idle.
        private static func others(_ count: Int, _ branch: TestBranch) async throws -> [ByteConnection] {
            let host = "Host: 127.0.0.1:\(branch.server.port)\r\n"
            let half =
                "POST /tickets HTTP/1.1\r\n\(host)Authorization: Bearer \(branch.worker)\r\n"
                + "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"queue"
            let whole = "GET /livez HTTP/1.1\r\n\(host)\r\n"
            var all: [ByteConnection] = []
            for text in ["", half, whole] {
                for _ in 0..<count {
                    let connection = try await ByteConnection.connect(host: "127.0.0.1", port: branch.server.port)
                    if !text.isEmpty { try await connection.send(text) }
                    if text == whole { _ = try await connection.receive() }
                    all.append(connection)
                }
            }
            return all
        }
    }
}
