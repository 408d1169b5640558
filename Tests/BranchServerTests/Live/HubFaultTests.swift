import BranchAccess
import BranchServer
import BranchStore
import Foundation
import GRDB
import HTTPTypes
import HummingbirdCore
import NIOEmbedded
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing
import WebSocketTransport

/// What the hub does when it can't read the log. It reads the database only for what has left memory, so these branches
/// have written more than that before their hub runs.
@Suite(.timeLimit(.minutes(3))) struct HubFaultTests {
    private static let beyondMemory = StoreLimits.ring + 100

    @Test func eventsGoOnByThemselvesAfterTheLogCouldNotBeRead() async throws {
        // Guards the database whose log is hidden with the next commit.
        let armed = Mutex<String?>(nil)
        try await BranchFixture.run({
            $0.store = {
                $0.writer.failpoint = { point in
                    guard point == .afterCommit, let path = armed.withLock({ $0.take() }) else { return }
                    Self.rename("events", to: "hidden", in: path)
                }
            }
        }) { branch in
            try await branch.issueMany(Self.beyondMemory)
            let path = branch.directory + "/turn.sqlite"
            Self.rename("events", to: "hidden", in: path)
            try await LiveBranch.run(branch) { live in
                // It joins beside a hub that can't read yet, and is ahead of it.
                let socket = try await live.open(as: .display)
                #expect(try await socket.nextJSON()["type"] == "hello")
                #expect(try await socket.nextJSON()["type"] == "snapshot")
                Self.rename("hidden", to: "events", in: path)
                armed.withLock { $0 = path }
                try await branch.issueMany(1)
                Self.rename("hidden", to: "events", in: path)
                // Nothing is committed any more that would wake the hub.
                #expect(try await socket.nextEvent()["event"] == "ticket.created")
            }
        }
    }

    @Test func whoNeverTakesWhatItMissedIsClosedWhenPatienceEnds() async throws {
        try await BranchFixture.run({
            $0.catchUpPatience = .milliseconds(200)
            $0.sockets = 1
        }) { branch in
            let first = branch.store.writer.ring.head
            try await branch.issueMany(1_900)
            try await LiveBranch.run(branch, { $0.sendBufferBytes = 8_192 }) { live in
                // It never reads, not even the answer to its handshake.
                let lazy = try await ByteConnection.connect(
                    host: "127.0.0.1", port: live.port, reading: false, receiveBuffer: 4_096)
                let path = "/ws?since=\(live.place(first))"
                try await lazy.send(
                    WebSocketHandshake.request(
                        host: "127.0.0.1", port: live.port, path: path, token: branch.template.secrets[.agent]?.text))
                let hasCome = await eventually { !branch.server.hub.hasRoom }
                let isGone = await eventually(within: .seconds(15)) { branch.server.hub.hasRoom }
                #expect(hasCome && isGone)
                await lazy.close()
            }
        }
    }

    @Test func aLogThatWasPrunedBeforeTheHubReadItIsPassedOver() async throws {
        try await BranchFixture.run({ $0.store = { $0.retention.events = 1_000 } }) { branch in
            try await branch.issueMany(Self.beyondMemory)
            branch.clock.advance(seconds: 10)
            while try await branch.store.purge().events > 0 {}
            try await LiveBranch.run(branch) { live in
                let (socket, _, _) = try await live.follow(as: .display)
                try await branch.issueMany(1)
                #expect(try await socket.nextEvent()["event"] == "ticket.created")
            }
        }
    }

    @Test func theLastPlaceIsGivenOnceAndComesBackWhenNobodyOpensIt() async throws {
        try await BranchFixture.run({ $0.sockets = 1 }) { branch in
            let head = branch.head(.get, "/ws", as: .display)
            let channel = NIOAsyncTestingChannel()
            var held = [await branch.server.openWebSocket(head, nil, channel)]
            guard case .accept? = held.first else {
                Issue.record("The first was refused.")
                return
            }
            guard case .refuse(let answer) = await branch.server.openWebSocket(head, nil, channel) else {
                Issue.record("Two have the one place before either has opened its socket.")
                return
            }
            #expect(answer.status == .serviceUnavailable)
            // The client left before its socket opened.
            held.removeAll()
            guard case .accept = await branch.server.openWebSocket(head, nil, channel) else {
                Issue.record("A place that nobody came for stayed taken.")
                return
            }
        }
    }

    private static func rename(_ table: String, to name: String, in path: String) {
        do {
            try DatabaseQueue(path: path).write { db in try db.execute(sql: "ALTER TABLE \(table) RENAME TO \(name)") }
        } catch {
            Issue.record("\(table) could not be renamed: \(error)")
        }
    }
}
