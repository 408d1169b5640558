import BranchUplink
import QueueEvents
import Testing

@Suite("The publisher agrees on a new epoch")
struct PublisherForkingTests {
    private static let foreign = UplinkPosition(epoch: 1, seq: 7, chain: EventChain(value: 0xdead))

    @Test(
        "Another history at head office is asked about from the head downward",
        arguments: [
            foreign, UplinkPosition(epoch: 1, seq: 11, chain: EventChain(value: 1)),
            UplinkPosition(epoch: 4, seq: 2, chain: EventChain(value: 1)),
        ])
    func asks(cursor: UplinkPosition) throws {
        var rig = PublisherRig(events: 10, acked: 4, incarnation: PublisherRig.incarnation)
        let actions = rig.connect(ack: rig.ack(cursor))
        let points = try #require(actions.probe)
        #expect(points.map(\.seq) == [10, 9, 8, 6, 2, 1] && points.allSatisfy { $0 == rig.position($0.seq) })
        #expect(actions.appended.map(\.id) == [.probe(gen: 1)] && actions.alarms.contains(.forked))
        #expect(rig.stored.acked.seq == 0)
    }

    @Test("After the shared event a new epoch begins, with a number above all known ones")
    func opens() throws {
        var rig = PublisherRig(events: 10, acked: 4, incarnation: PublisherRig.incarnation)
        rig.connect(ack: rig.ack(Self.foreign))
        let answer = rig.ack(
            UplinkPosition(epoch: 5, seq: 7, chain: EventChain(value: 1)), refusal: .ancestor(rig.position(6)), gen: 1)
        let actions = rig.read(answer)
        let parent = FrameHeader.Parent(epoch: 1, chain: rig.position(6).chain)
        #expect(actions.contains(.openEpoch(number: 6, firstSeq: 7, parent: parent, reason: .fork)))
        let header = try #require(actions.appended.first?.header)
        #expect(header.firstSeq == 7 && header.epoch == 6 && header.parent == parent && header.lineage == 99)
        #expect(rig.publisher.status.acked == rig.position(6) && rig.generation == 2)
        rig.read(rig.ack(UplinkPosition(epoch: 5, seq: 7, chain: EventChain(value: 1))))
        #expect(rig.publisher.status.isStreaming)
        rig.read(rig.ack(rig.position(10, epoch: 6)))
        #expect(rig.publisher.status.acked == rig.position(10, epoch: 6) && rig.publisher.status.alarm == nil)
    }

    @Test("Without anything shared the oldest kept event begins a baseline")
    func baseline() throws {
        var rig = PublisherRig(events: 10, pruned: 4, acked: 6, incarnation: PublisherRig.incarnation)
        #expect(rig.connect(ack: rig.ack(.none, incarnation: "system-2")).probe?.last?.seq == 4)
        let actions = rig.read(rig.ack(.none, incarnation: "system-2", refusal: .ancestor(nil), gen: 1))
        #expect(actions.contains(.openEpoch(number: 2, firstSeq: 5, parent: nil, reason: .baseline)))
        let header = try #require(actions.appended.first?.header)
        #expect(header.isBaseline && header.firstSeq == 5 && header.previousChain == rig.position(4).chain)
    }

    @Test("A refused frame always leads to a new epoch, even where the positions agree")
    func refused() {
        var rig = PublisherRig(events: 4, acked: 2, incarnation: PublisherRig.incarnation)
        rig.confirm(rig.connect())
        #expect(rig.read(rig.ack(rig.position(2), refusal: .fork, gen: 1)).probe != nil)
        let actions = rig.read(rig.ack(rig.position(2), refusal: .ancestor(rig.position(2)), gen: 2))
        let parent = FrameHeader.Parent(epoch: 1, chain: rig.position(2).chain)
        #expect(actions.contains(.openEpoch(number: 2, firstSeq: 3, parent: parent, reason: .fork)))
    }

    @Test("When the answer shows that head office is on this history after all, no epoch is opened")
    func falseAlarm() {
        var rig = PublisherRig(events: 10, acked: 4, incarnation: PublisherRig.incarnation)
        rig.connect(ack: rig.ack(Self.foreign, incarnation: "system-0"))
        let actions = rig.read(rig.ack(rig.position(5), refusal: .ancestor(rig.position(2)), gen: 1))
        #expect(actions.ranges.first == 6...9 && rig.publisher.status.epoch == 1)
    }

    @Test("An epoch that head office hasn't seen yet is used, not replaced")
    func restoredBranch() {
        var rig = PublisherRig(events: 10)
        let epochs = [
            LocalEpoch(number: 1, lineage: 1, firstSeq: 1),
            LocalEpoch(
                number: 2, lineage: 2, firstSeq: 8,
                parent: FrameHeader.Parent(epoch: 1, chain: rig.position(7).chain)),
        ]
        rig = PublisherRig(events: 10, acked: 3, incarnation: PublisherRig.incarnation, epochs: epochs)
        let cursor = UplinkPosition(epoch: 1, seq: 30, chain: EventChain(value: 5))
        #expect(rig.connect(ack: rig.ack(cursor)).probe?.contains(rig.position(7)) == true)
        #expect(rig.read(rig.ack(cursor, refusal: .ancestor(rig.position(7)), gen: 1)).ranges == [8...10])
        #expect(rig.publisher.status.epoch == 2)
    }

    @Test("Another answer than to this probe is not listened to, and the probe is sent again")
    func otherAnswer() {
        var rig = PublisherRig(events: 10, acked: 4, incarnation: PublisherRig.incarnation)
        rig.confirm(rig.connect(ack: rig.ack(Self.foreign)))
        rig.read(rig.ack(Self.foreign, refusal: .ancestor(rig.position(6)), gen: 9))
        #expect(!rig.publisher.status.isStreaming)
        var again: [PublisherAction] = []
        for _ in 0..<60 where again.probe == nil {
            again = rig.advance(.milliseconds(100))
            for _ in 0..<again.reads { rig.read(nil) }
        }
        #expect(again.appended.map(\.id) == [.probe(gen: 2)])
    }

    @Test("What isn't kept any more can't be sent: it is agreed anew")
    func prunedAway() {
        var rig = PublisherRig(events: 10, pruned: 6, acked: 2)
        #expect(rig.connect().probe != nil)
    }

    @Test("An epoch never begins before what is kept: it is asked anew when pruning went on meanwhile")
    func prunedMeanwhile() throws {
        var rig = PublisherRig(events: 10, acked: 4, incarnation: PublisherRig.incarnation)
        rig.confirm(rig.connect(ack: rig.ack(Self.foreign)))
        rig.feed(.pruned(anchor: LogPoint(seq: 8, chain: rig.position(8).chain)))
        let actions = rig.read(rig.ack(Self.foreign, refusal: .ancestor(rig.position(6)), gen: 1))
        #expect(!actions.contains { if case .openEpoch = $0 { true } else { false } })
        let again = rig.advance(.seconds(1)) { _ in nil }
        #expect(try #require(again.probe).map(\.seq) == [10, 9, 8])
    }

    @Test("Epochs one after the other come ever more slowly")
    func spacing() {
        var rig = PublisherRig(events: 10, incarnation: PublisherRig.incarnation)
        var gen: Int64 = 1
        rig.connect(ack: rig.ack(Self.foreign))
        var waits: [Duration] = []
        for round in 1...5 as ClosedRange<Int64> {
            let cursor = UplinkPosition(epoch: 2 * round, seq: 7, chain: EventChain(value: 1))
            rig.read(rig.ack(cursor, refusal: .ancestor(rig.position(6)), gen: rig.generation))
            gen = rig.generation
            let began = rig.now
            var asked = rig.read(rig.ack(rig.position(6), refusal: .fork, gen: gen)).probe != nil
            while !asked { asked = rig.advance(.milliseconds(50)).probe != nil }
            waits.append(rig.now - began)
        }
        #expect(waits == waits.sorted() && waits[4] >= .seconds(4))
    }
}
