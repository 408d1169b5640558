import BranchServer
import BranchStore
import QueueDomain
import QueueTestSupport
import Synchronization
import Testing
import WebSocketTransport

private final class Served: Sendable {
    /// Guards how many clients have seen enough.
    let count = Mutex(0)
}

@Suite struct CrowdTests {
    /// Clients come at any moment of a busy log, some afresh and some from a place they know; each must see every
    /// event after its start, once and in order, with nothing between snapshot or catching up and what follows.
    @Test func nobodyWhoJoinsABusyLogSeesAGapOrARepetition() async throws {
        let events = 5_000
        let clients = 50
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let first = branch.store.writer.ring.head
                let served = Served()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<clients {
                        group.addTask {
                            // Spread over the whole of the writing, by the log itself and not by a clock.
                            let moment = first + Int64(index * (events - 500) / clients)
                            await branch.store.reaches(moment)
                            try await Self.follow(live, index: index, first: first, enough: 400)
                            served.count.withLock { $0 += 1 }
                        }
                    }
                    group.addTask {
                        try await Self.write(events, to: branch)
                        // The writer waits for nobody; who came late on a slow machine still needs its events.
                        while served.count.withLock({ $0 }) < clients, !Task.isCancelled {
                            try await branch.issueMany(20)
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(branch.store.writer.ring.head >= first + Int64(events))
            }
        }
    }

    private static func write(_ count: Int, to branch: BranchFixture) async throws {
        for start in stride(from: 0, to: count, by: 100) {
            try await branch.issueMany(min(100, count - start), queue: 1 + Int64(start / 100 % 3))
        }
    }

    private static func follow(_ live: LiveBranch, index: Int, first: Int64, enough: Int) async throws {
        let resumes = index % 3 == 1
        let who: Who = index % 2 == 0 ? .display : .agent
        let since = max(first, live.branch.store.writer.ring.head - Int64(index * 7))
        let socket = try await live.open(resumes ? "?since=\(live.place(since))" : "", as: who)
        let hello = try JSON(parsing: try await socket.nextText().utf8)
        #expect(hello["type"] == "hello")
        var cursor = since
        if !resumes {
            let snapshot = try await socket.nextText()
            #expect(snapshot.hasPrefix("{\"type\":\"snapshot\""))
            cursor = seq(of: snapshot) ?? 0
        }
        for _ in 0..<enough {
            let found = seq(of: try await socket.nextText())
            guard found == cursor + 1 else {
                Issue.record("Client \(index) got \(String(describing: found)) after \(cursor)")
                break
            }
            cursor += 1
        }
        await socket.abort()
    }

    /// Beats carry the newest event that the client has been given: from it, it may resume.
    @Test func aBeatNeverRunsAheadOfTheEvents() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch) { live in
                let (socket, hello, _) = try await live.follow("", as: .agent)
                let end = Signal()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        while !end.isGiven.withLock({ $0 }) { try await branch.issueMany(20) }
                    }
                    var cursor = hello["seq"].int ?? 0
                    var beats = 0
                    while beats < 2 {
                        guard case .text(let text) = try await socket.next(), let found = seq(of: text) else {
                            continue
                        }
                        if text.hasPrefix("{\"type\":\"beat\"") {
                            beats += 1
                            #expect(found == cursor)
                        } else {
                            #expect(found == cursor + 1)
                            cursor = found
                        }
                    }
                    end.isGiven.withLock { $0 = true }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func aClientThatDoesNotReadIsClosedAndDelaysNobody() async throws {
        try await BranchFixture.run { branch in
            try await LiveBranch.run(branch, { $0.sendBufferBytes = 16 * 1_024 }) { live in
                let slow = try await live.open("", as: .agent, receiveBuffer: 4_096)
                _ = try await slow.nextText()
                _ = try await slow.nextText()
                let joined = await eventually { branch.server.hub.followers == 1 }
                #expect(joined)
                await slow.stopReading()
                let (healthy, hello, _) = try await live.follow("", as: .agent)
                let first = hello["seq"].int ?? 0
                for round in 0..<10 as Range<Int64> {
                    try await branch.issueMany(100)
                    for event in 1...100 as ClosedRange<Int64> {
                        let found = seq(of: try await healthy.nextText())
                        guard found == first + round * 100 + event else {
                            Issue.record("\(String(describing: found)) in round \(round)")
                            return
                        }
                    }
                }
                await slow.resumeReading()
                let code = try await slow.closeCode()
                #expect(code == 1013 || code == nil)
                let alone = await eventually { branch.server.hub.followers == 1 }
                #expect(alone)
            }
        }
    }

    @Test func manyWhoComeAtOnceGetTheSameSnapshot() async throws {
        try await BranchFixture.run { branch in
            try await branch.issueMany(100)
            try await LiveBranch.run(branch) { live in
                let texts = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<40 {
                        group.addTask {
                            let socket = try await live.open("", as: .display)
                            _ = try await socket.nextText()
                            let snapshot = try await socket.nextText()
                            await socket.abort()
                            return snapshot
                        }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
                #expect(texts.count == 1)
            }
        }
    }
}

/// Tells a task of a test that it may stop.
private final class Signal: Sendable {
    let isGiven = Mutex(false)
}

extension BranchStore {
    /// Returns when the log has reached a sequence number.
    fileprivate func reaches(_ seq: Int64) async {
        for await head in writer.ring.growth() where head >= seq { return }
    }
}
