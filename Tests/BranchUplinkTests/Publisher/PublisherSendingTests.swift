import BranchUplink
import QueueEvents
import Testing

@Suite("The publisher sends")
struct PublisherSendingTests {
    @Test("Nothing is sent before its generation is stored, and the generation is above every known one")
    func generationFirst() throws {
        var rig = PublisherRig(events: 3, gen: 4)
        let actions = rig.connect(top: FrameID(gen: 9, epoch: 1, lastSeq: 2))
        let stored = try #require(actions.firstIndex(of: .persistGeneration(10)))
        let sent = try #require(actions.firstIndex { if case .append = $0 { true } else { false } })
        #expect(stored < sent && actions.appended.map(\.id) == [FrameID(gen: 10, epoch: 1, lastSeq: 3)])
        #expect(actions.contains(.trim(connection: rig.connection, before: .probe(gen: 10))))
    }

    @Test("A few events are sent 20 ms after the first of them, and together")
    func flush() {
        var rig = PublisherRig(events: 0)
        rig.connect()
        #expect(rig.grow(1).appended.isEmpty)
        #expect(rig.advance(.milliseconds(19)).appended.isEmpty)
        #expect(rig.grow(1).appended.isEmpty)
        #expect(rig.advance(.milliseconds(1)).ranges == [1...2])
    }

    @Test("A whole frame doesn't wait")
    func wholeFrame() {
        var rig = PublisherRig(events: 0)
        rig.connect()
        #expect(rig.grow(5).ranges == [1...4])
        #expect(rig.advance(.milliseconds(20)).ranges == [5...5])
    }

    @Test("A backlog goes in whole frames, also where a load from the log ends in the middle of one")
    func backlog() {
        var pace = PublisherPace()
        pace.frameEvents = 100
        var rig = PublisherRig(events: 1_110, pace: pace)
        let sent = rig.connect()
        #expect(sent.ranges.map(\.count) == Array(repeating: 100, count: 8))
        #expect(rig.confirm(sent).ranges == [801...900, 901...1_000])
        let rest = rig.read(rig.ack(rig.position(1_000)))
        #expect(rest.ranges == [1_001...1_100, 1_101...1_110])
    }

    @Test("What comes after a full window is loaded before there is room for it")
    func loadedAhead() {
        var rig = PublisherRig(events: 40)
        rig.confirm(rig.confirm(rig.connect()))
        #expect(rig.publisher.status.unacknowledged == 12)
        let actions = rig.read(rig.ack(rig.position(12)))
        #expect(actions.ranges == [13...16, 17...20])
        let loads = actions.count { if case .loadEvents = $0 { true } else { false } }
        #expect(loads == 0)
    }

    @Test("Many bytes don't wait")
    func manyBytes() {
        var pace = PublisherPace()
        pace.frameBytes = 16
        var rig = PublisherRig(events: 0, pace: pace)
        rig.connect()
        #expect(rig.grow(3).ranges == [1...2])
    }

    @Test("Frames follow each other by their chain and never cross an epoch's beginning")
    func epochs() throws {
        var rig = PublisherRig(events: 6)
        let parent = FrameHeader.Parent(epoch: 1, chain: rig.position(2).chain)
        rig = PublisherRig(
            events: 6,
            epochs: [
                LocalEpoch(number: 1, lineage: 1, firstSeq: 1),
                LocalEpoch(number: 2, lineage: 5, firstSeq: 3, parent: parent),
            ])
        let headers = rig.connect().appended.compactMap(\.header)
        #expect(headers.map(\.epoch) == [1, 2] && headers.map(\.lineage) == [1, 5])
        #expect(headers.map(\.parent) == [nil, parent] && headers[1].previousChain == parent.chain)
        #expect(headers.map(\.firstSeq) == [1, 3] && headers.map(\.lastSeq) == [2, 6])
    }

    @Test("No more frames are under way, and no more events unacknowledged, than the bounds say")
    func bounds() {
        var rig = PublisherRig(events: 40)
        let first = rig.connect()
        #expect(first.ranges == [1...4, 5...8])
        let third = rig.confirm(first)
        #expect(third.ranges == [9...12])
        #expect(rig.confirm(third).appended.isEmpty)
        let acked = rig.ack(rig.position(4))
        #expect(rig.read(acked).ranges == [13...16])
        #expect(rig.publisher.status.unacknowledged == 12 && rig.publisher.status.relayed == 12)
    }

    @Test("An event longer than a frame or the window goes alone")
    func longEvent() {
        var pace = PublisherPace()
        pace.frameBytes = 3
        pace.windowBytes = 4
        var rig = PublisherRig(events: 2, pace: pace)
        #expect(rig.connect().ranges == [1...1])
        let acked = rig.ack(rig.position(1))
        #expect(rig.read(acked).ranges == [2...2])
    }

    @Test("The acknowledged position is stored at most once a second while it rises")
    func persisting() {
        var rig = PublisherRig(events: 12, incarnation: PublisherRig.incarnation)
        rig.confirm(rig.connect())
        rig.read(rig.ack(rig.position(4)))
        #expect(rig.stored.acked == rig.position(4))
        rig.read(rig.ack(rig.position(8)))
        #expect(rig.stored.acked == rig.position(4) && rig.publisher.status.acked == rig.position(8))
        rig.advance(.seconds(1))
        #expect(rig.stored.acked == rig.position(8))
    }

    @Test("The acknowledgement is read every 25 ms at first, then ever more seldom up to a second")
    func polling() {
        var rig = PublisherRig(events: 1)
        rig.confirm(rig.connect())
        func readAll(_ span: Duration) -> Int {
            var reads = 0
            let end = rig.now + span
            while rig.now < end {
                let asked = rig.advance(.milliseconds(5)).reads
                for _ in 0..<asked { rig.read(nil) }
                reads += asked
            }
            return reads
        }
        #expect((7...9).contains(readAll(.milliseconds(200))))
        _ = readAll(.seconds(2))
        #expect((1...3).contains(readAll(.seconds(2))))
    }

    @Test("A heartbeat goes out at once and every 15 s")
    func heartbeat() {
        var rig = PublisherRig(events: 0)
        #expect(rig.connect().contains(.sendHeartbeat(connection: 1)))
        var beats = 0
        for _ in 0..<30 {
            let actions = rig.advance(.seconds(1))
            for _ in 0..<actions.reads { rig.read(nil) }
            beats += actions.count { $0 == .sendHeartbeat(connection: 1) }
        }
        #expect(beats == 2)
    }

    @Test(
        "An entry that Redis doesn't take ends the connection and is told",
        arguments: [
            (.staleID, .rival), (.noStream, .unreachable("the stream is gone")), (.outOfMemory, .redisFull),
            (.other("READONLY"), .unreachable("READONLY")),
        ] as [(AppendFailure, PublisherAlarm)])
    func refusedEntry(failure: AppendFailure, alarm: PublisherAlarm) {
        var rig = PublisherRig(events: 3)
        rig.connect()
        let actions = rig.feed(.appendFailed(connection: rig.connection, failure))
        #expect(actions.contains(.disconnect(connection: 1)) && actions.alarms == [alarm])
        #expect(!rig.advance(.milliseconds(199)).contains(.connect(connection: 2)))
        #expect(rig.advance(.seconds(1)).contains(.connect(connection: 2)))
    }

    @Test("Waits between connections double up to 8 s, and a good connection makes them short again")
    func backoff() {
        var rig = PublisherRig(events: 0)
        rig.feed(.started)
        rig.advance(.seconds(1))
        var waits: [Duration] = []
        for _ in 0..<8 {
            let lost = rig.now
            let number = rig.connection
            rig.feed(.connectionLost(connection: number, reason: "refused"))
            while rig.connection == number { rig.advance(.milliseconds(10)) }
            waits.append(rig.now - lost)
        }
        #expect(waits.first == .milliseconds(200) && waits.last == .seconds(8) && waits == waits.sorted())
        rig.feed(.connected(connection: rig.connection))
        rig.feed(.handshakeDone(connection: rig.connection, ack: nil, top: nil))
        for _ in 0..<11 {
            let reads = rig.advance(.seconds(1)).reads
            for _ in 0..<reads { rig.read(nil) }
        }
        let number = rig.connection
        rig.feed(.connectionLost(connection: number, reason: "reset"))
        #expect(rig.advance(.milliseconds(200)).contains(.connect(connection: number + 1)))
    }

    @Test("After a lost connection everything unacknowledged is sent again under a new generation")
    func resending() {
        var rig = PublisherRig(events: 8)
        rig.confirm(rig.connect())
        rig.read(rig.ack(rig.position(4)))
        rig.feed(.connectionLost(connection: rig.connection, reason: "reset"))
        let again = rig.connect()
        #expect(again.ranges == [5...8] && again.appended.map(\.id.gen) == [2])
    }

    @Test("A reply that never comes ends the connection")
    func silence() {
        var rig = PublisherRig(events: 3)
        rig.connect()
        #expect(!rig.advance(.milliseconds(9_900)).contains(.disconnect(connection: 1)))
        #expect(rig.advance(.milliseconds(200)).contains(.disconnect(connection: 1)))
    }

    @Test("What an earlier connection still reports is ignored")
    func earlierConnection() {
        var rig = PublisherRig(events: 3)
        rig.connect()
        rig.feed(.connectionLost(connection: 1, reason: "reset"))
        rig.connect()
        let before = rig.publisher.status
        #expect(rig.connection == 2)
        rig.feed(.connectionLost(connection: 1, reason: "late"))
        rig.feed(.ackRead(connection: 1, rig.ack(rig.position(3))))
        rig.feed(.appendFailed(connection: 1, .outOfMemory))
        #expect(rig.publisher.status == before)
    }

    @Test("A store that refuses ends the connection and is told; later it goes on")
    func store() {
        var rig = PublisherRig(events: 3)
        rig.connect()
        let actions = rig.feed(.storeFailed(reason: "disk full"))
        #expect(actions.alarms == [.storeFailed("disk full")] && actions.contains(.disconnect(connection: 1)))
        #expect(rig.connect().ranges == [1...3])
    }
}
