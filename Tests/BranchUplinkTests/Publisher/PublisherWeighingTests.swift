import BranchUplink
import QueueEvents
import Testing

@Suite("The publisher weighs what head office says")
struct PublisherWeighingTests {
    /// Connected, everything sent, events 1 … 8 of 8 acknowledged by one life of head office.
    private func settled() -> PublisherRig {
        var rig = PublisherRig(events: 8, incarnation: PublisherRig.incarnation)
        rig.confirm(rig.connect())
        rig.read(rig.ack(rig.position(8)))
        return rig
    }

    @Test("At the handshake what head office has is believed, and sending goes on after it")
    func handshake() {
        var rig = PublisherRig(events: 8)
        let ack = rig.ack(rig.position(6))
        #expect(rig.connect(ack: ack).ranges == [7...8])
        #expect(rig.publisher.status.acked == rig.position(6))
    }

    @Test("A lower position of the same life is a leftover until two newer beats say it again")
    func lower() {
        var rig = settled()
        let leftover = rig.ack(rig.position(4))
        for _ in 0..<5 { #expect(rig.read(leftover).appended.isEmpty) }
        #expect(rig.read(rig.ack(rig.position(4))).appended.isEmpty && rig.publisher.status.acked.seq == 8)
        #expect(rig.read(rig.ack(rig.position(4))).ranges == [5...8])
        #expect(rig.stored.acked == rig.position(4) && rig.generation == 2)
    }

    @Test("Another life of head office is believed at once when it has less")
    func restored() {
        var rig = settled()
        #expect(rig.read(rig.ack(rig.position(3), incarnation: "system-2")).ranges == [4...7, 8...8])
        #expect(rig.stored.acked == rig.position(3) && rig.stored.incarnation == "system-2")
    }

    @Test("Another life of head office that has nothing gets everything again")
    func emptied() {
        var rig = settled()
        #expect(rig.read(rig.ack(.none, incarnation: "system-2")).ranges == [1...4, 5...8])
    }

    @Test("Another life of head office that has more needs two newer beats")
    func foreignHigher() {
        var rig = PublisherRig(events: 8, acked: 2, incarnation: "system-2")
        let ack = rig.ack(rig.position(6))
        #expect(rig.connect(ack: ack).ranges == [3...6, 7...8])
        rig.read(rig.ack(rig.position(6)))
        #expect(rig.publisher.status.acked == rig.position(2))
        rig.read(rig.ack(rig.position(6)))
        #expect(rig.publisher.status.acked == rig.position(6))
    }

    @Test("A clock of head office that went back delays belief and doesn't prevent it")
    func clockBack() {
        var rig = PublisherRig(events: 8, acked: 2, incarnation: "system-2")
        var ack = rig.ack(rig.position(6))
        ack.beat = 1_000_000
        rig.connect(ack: ack)
        for beat in [10, 11] as [Int64] {
            ack.beat = beat
            rig.read(ack)
            #expect(rig.publisher.status.acked == rig.position(2))
        }
        ack.beat = 12
        rig.read(ack)
        #expect(rig.publisher.status.acked == rig.position(6))
    }

    @Test("A gap of this generation sends again at once, one of an earlier generation doesn't")
    func gap() {
        var rig = PublisherRig(events: 8)
        rig.confirm(rig.connect())
        let old = rig.ack(rig.position(2), refusal: .gap, gen: 0)
        #expect(rig.read(old).appended.isEmpty)
        let actions = rig.read(rig.ack(rig.position(2), refusal: .gap, gen: 1))
        #expect(actions.ranges == [3...6, 7...8] && rig.generation == 2)
    }

    @Test("A gap of this generation is believed even downward")
    func lowerGap() {
        var rig = settled()
        rig.confirm(rig.grow(4))
        #expect(rig.read(rig.ack(rig.position(5), refusal: .gap, gen: 1)).ranges == [6...9, 10...12])
    }

    @Test("Gaps again and again are answered ever more slowly")
    func repeatedGaps() {
        var rig = PublisherRig(events: 4)
        rig.confirm(rig.connect())
        #expect(rig.read(rig.ack(.none, refusal: .gap, gen: 1)).ranges == [1...4])
        #expect(rig.read(rig.ack(.none, refusal: .gap, gen: 2)).appended.isEmpty)
        #expect(rig.advance(.milliseconds(200)).ranges == [1...4])
    }

    @Test("Without progress everything is sent again when head office lives, later each time")
    func stall() throws {
        var rig = PublisherRig(events: 4, acked: 1, incarnation: PublisherRig.incarnation)
        rig.confirm(rig.connect())
        var sent = [rig.now]
        for _ in 0..<400 {
            let actions = rig.advance(.milliseconds(100)) { $0.ack($0.position(1)) }
            if !actions.appended.isEmpty { sent.append(rig.now) }
        }
        let waits = zip(sent.dropFirst(), sent).map { $0 - $1 }
        try #require(waits.count == 3)
        #expect(waits[0] > .seconds(4) && waits[0] < .seconds(6))
        #expect(waits[1] > .seconds(9) && waits[1] < .seconds(12))
        #expect(waits[2] > .seconds(19) && waits[2] < .seconds(22))
        #expect(rig.publisher.status.alarm == .noProgress)
    }

    @Test("While head office is silent nothing is sent again, and it is told")
    func silentHeadOffice() {
        var rig = PublisherRig(events: 4)
        let same = rig.ack(.none)
        rig.confirm(rig.connect(ack: same))
        var sent = 0
        for _ in 0..<600 { sent += rig.advance(.milliseconds(100)) { _ in same }.appended.count }
        #expect(sent == 0 && rig.publisher.status.alarm == .headOfficeSilent)
        rig.read(rig.ack(rig.position(4)))
        #expect(rig.publisher.status.alarm == nil)
    }

    @Test("What head office can't read is told, and tried again ever more slowly")
    func rejected() {
        var rig = PublisherRig(events: 4)
        rig.confirm(rig.connect())
        let actions = rig.read(rig.ack(.none, refusal: .reject("nonsense"), gen: 1))
        #expect(actions.alarms == [.rejected("nonsense")] && actions.contains(.disconnect(connection: 1)))
        #expect(rig.connect().ranges == [1...4])
        rig.read(rig.ack(.none, refusal: .reject("nonsense"), gen: 2))
        #expect(!rig.advance(.milliseconds(3_900)).contains(.connect(connection: 3)))
        #expect(rig.advance(.milliseconds(200)).contains(.connect(connection: 3)))
    }
}
