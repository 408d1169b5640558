import HQIngest
import QueueEvents
import Testing

@Suite("Judging frames")
struct FrameClassifierTests {
    private let branch = SampleBranch(events: 100)

    /// A classifier after events 1 … `seq` of epoch 1.
    private func holding(_ seq: Int64) -> FrameClassifier {
        FrameClassifier(
            cursor: BranchCursor(
                position: branch.position(seq), epochs: [TakenEpoch(number: 1, lineage: 1, firstSeq: 1)]))
    }

    private func holds(_ point: UplinkPosition) -> Bool {
        point.epoch == 1 && branch.chains[Int(point.seq)] == point.chain
    }

    @Test("A branch's first frame is taken, and opens its epoch")
    func first() throws {
        var classifier = FrameClassifier(cursor: BranchCursor())
        let accept = try #require(
            classifier.classify(branch.frame(1...5), gen: 1, holds: { _ in false }).accepted)
        #expect(accept.events.map(\.head.seq) == [1, 2, 3, 4, 5] && accept.before == .none)
        #expect(accept.after == branch.position(5) && classifier.cursor.position == accept.after)
        #expect(accept.opens == TakenEpoch(number: 1, lineage: 1, firstSeq: 1))
        #expect(accept.events.map(\.chain) == Array(branch.chains[1...5]))
        #expect(accept.events.map(\.body) == Array(branch.bodies[0..<5]))
    }

    @Test("Frames of one transaction are judged one upon the other")
    func chained() throws {
        var classifier = holding(10)
        for range in [11...20, 21...40, 41...41] as [ClosedRange<Int64>] {
            let accept = try #require(classifier.classify(branch.frame(range), gen: 3, holds: holds).accepted)
            #expect(accept.before.seq == range.lowerBound - 1 && accept.opens == nil)
        }
        #expect(classifier.cursor.position == branch.position(41))
    }

    @Test("What is held already is a duplicate", arguments: [1...5, 5...10, 10...10] as [ClosedRange<Int64>])
    func duplicate(range: ClosedRange<Int64>) throws {
        var classifier = holding(10)
        #expect(try classifier.classify(branch.frame(range), gen: 3, holds: holds) == .duplicate)
        #expect(classifier.cursor == holding(10).cursor && classifier.refusal == nil)
    }

    @Test("Of a frame that is half held only the tail is taken")
    func overlap() throws {
        var classifier = holding(10)
        let accept = try #require(classifier.classify(branch.frame(8...14), gen: 3, holds: holds).accepted)
        #expect(accept.events.map(\.head.seq) == [11, 12, 13, 14])
        #expect(accept.before == branch.position(10) && accept.after == branch.position(14))
    }

    @Test("A frame behind a hole is a gap, and so are those after it")
    func gap() throws {
        var classifier = holding(10)
        #expect(try classifier.classify(branch.frame(12...14), gen: 3, holds: holds) == .gap)
        #expect(try classifier.classify(branch.frame(15...16), gen: 3, holds: holds) == .gap)
        #expect(classifier.refusal == .gap && classifier.refusedGen == 3)
        let ack = classifier.ack(incarnation: "a", beat: 5, hqTime: 6)
        #expect(ack.cursor == branch.position(10) && ack.refusal == .gap && ack.beat == 5)
    }

    @Test(
        "Another history is a fork, wherever the frame begins",
        arguments: [8...10, 8...14, 11...14] as [ClosedRange<Int64>])
    func fork(range: ClosedRange<Int64>) throws {
        var classifier = holding(10)
        let other = branch.branchedOff(after: 6, events: 20, mark: "B")
        #expect(try classifier.classify(other.frame(range), gen: 3, holds: holds) == .fork)
        #expect(classifier.refusal == .fork)
    }

    @Test("An epoch's number with another lineage is a fork, even if the chain fits")
    func foreignLineage() throws {
        var classifier = holding(10)
        #expect(try classifier.classify(branch.frame(11...12, lineage: 2), gen: 3, holds: holds) == .fork)
    }

    @Test("A newer epoch is taken after an event that is held, and what it replaces stays behind")
    func newEpoch() throws {
        var classifier = holding(10)
        let other = branch.branchedOff(after: 6, events: 20, mark: "B")
        let accept = try #require(
            classifier.classify(other.frame(7...9, epoch: 3, lineage: 9, parentEpoch: 1), gen: 3, holds: holds)
                .accepted)
        #expect(
            accept.opens == TakenEpoch(number: 3, lineage: 9, firstSeq: 7, parent: branch.position(6)))
        #expect(classifier.cursor.position == other.position(9, epoch: 3))
        #expect(classifier.cursor.liveLast(of: 1) == 6)
        #expect(try classifier.classify(branch.frame(11...12), gen: 4, holds: holds) == .superseded)
        #expect(try classifier.classify(branch.frame(5...6), gen: 4, holds: holds) == .duplicate)
        #expect(try classifier.classify(branch.frame(5...7), gen: 4, holds: holds) == .superseded)
    }

    @Test("A newer epoch is taken after an event that the same transaction brought")
    func newEpochInOneTransaction() throws {
        var classifier = holding(10)
        _ = try classifier.classify(branch.frame(11...20), gen: 3, holds: holds)
        let other = branch.branchedOff(after: 15, events: 20, mark: "B")
        let frame = try other.frame(16...18, epoch: 2, lineage: 9, parentEpoch: 1)
        #expect(classifier.classify(frame, gen: 4, holds: { _ in false }).accepted != nil)
    }

    @Test("A newer epoch after an event that isn't held is a gap beyond the cursor and a fork before it")
    func unknownParent() throws {
        var classifier = holding(10)
        #expect(
            try classifier.classify(branch.frame(13...14, epoch: 2, parentEpoch: 1), gen: 3, holds: { _ in false })
                == .gap)
        let other = branch.branchedOff(after: 3, events: 20, mark: "B")
        #expect(
            try classifier.classify(other.frame(7...9, epoch: 2, parentEpoch: 1), gen: 4, holds: holds) == .fork)
        #expect(classifier.refusal == .fork && classifier.refusedGen == 4)
    }

    @Test("A later frame of an epoch that isn't known is a gap")
    func epochWithoutBeginning() throws {
        var classifier = holding(10)
        #expect(try classifier.classify(branch.frame(11...12, epoch: 2), gen: 3, holds: holds) == .gap)
    }

    @Test("An empty cursor takes a baseline and remembers its anchor, and nothing else from the middle")
    func baseline() throws {
        var classifier = FrameClassifier(cursor: BranchCursor())
        #expect(try classifier.classify(branch.frame(41...50), gen: 1, holds: { _ in false }) == .gap)
        let accept = try #require(
            classifier.classify(branch.frame(41...50, epoch: 2, isBaseline: true), gen: 2, holds: { _ in false })
                .accepted)
        #expect(accept.opens?.anchor == branch.chains[40] && accept.opens?.parent == nil)
        #expect(classifier.refusal == nil)
    }

    @Test("A baseline of a newer epoch is taken over what is held, one of the same epoch is not")
    func laterBaseline() throws {
        var classifier = holding(10)
        #expect(
            try classifier.classify(branch.frame(41...50, isBaseline: true), gen: 1, holds: holds) == .gap)
        #expect(
            try classifier.classify(branch.frame(41...50, epoch: 2, isBaseline: true), gen: 2, holds: holds)
                .accepted != nil)
        #expect(classifier.cursor.liveLast(of: 1) == nil)
    }

    @Test("The first refusal of a generation stays, one of a newer generation replaces it, a taken frame clears it")
    func refusals() throws {
        var classifier = holding(10)
        classifier.refuse(FrameError("nonsense"), gen: 3)
        _ = try classifier.classify(branch.frame(15...16), gen: 3, holds: holds)
        #expect(classifier.refusal == .reject("nonsense"))
        _ = try classifier.classify(branch.frame(15...16), gen: 4, holds: holds)
        #expect(classifier.refusal == .gap && classifier.refusedGen == 4)
        _ = try classifier.classify(branch.frame(5...6), gen: 5, holds: holds)
        #expect(classifier.refusal == .gap)
        _ = try classifier.classify(branch.frame(11...16), gen: 5, holds: holds)
        #expect(classifier.refusal == nil && classifier.refusedGen == 0)
    }

    @Test("A probe is answered by the newest of its points that is held")
    func probe() throws {
        var classifier = holding(10)
        let points = [branch.position(40), branch.position(9, epoch: 2), branch.position(8), branch.position(2)]
        let probe = UplinkProbe(branch: SampleBranch.number, points: points)
        #expect(classifier.answer(probe, gen: 6) { holds($0) && $0.seq <= 10 } == branch.position(8))
        #expect(classifier.refusal == .ancestor(branch.position(8)) && classifier.refusedGen == 6)
        #expect(classifier.answer(probe, gen: 7) { _ in false } == nil)
        #expect(classifier.refusal == .ancestor(nil))
    }
}

@Suite("Reading stream entries")
struct UplinkEntryTests {
    private let branch = SampleBranch(events: 10)

    private func fields(_ range: ClosedRange<Int64>) throws -> [(name: String, value: [UInt8])] {
        let frame = try branch.frame(range)
        return [("h", frame.header.text), ("d", FrameData.encode(frame.events.map(\.body)).bytes)]
    }

    @Test("A frame and a probe are read, and say what must be looked up")
    func read() throws {
        let id = FrameID(gen: 4, epoch: 1, lastSeq: 6)
        let entry = try UplinkEntry(id: id, fields: fields(5...6), branch: SampleBranch.number)
        #expect(try entry == .frame(branch.frame(5...6)) && entry.questions.isEmpty)
        let probe = UplinkProbe(branch: SampleBranch.number, points: [branch.position(3)])
        let question = try UplinkEntry(id: .probe(gen: 4), fields: [("p", probe.text)], branch: SampleBranch.number)
        #expect(question == .probe(probe) && question.questions == [branch.position(3)])
        #expect(try UplinkEntry.frame(branch.frame(7...8, epoch: 2, parentEpoch: 1)).questions == [branch.position(6)])
    }

    @Test("An entry of another branch, under another id or without its fields is refused")
    func foreign() throws {
        let good = FrameID(gen: 4, epoch: 1, lastSeq: 6)
        let fields = try fields(5...6)
        #expect(throws: FrameError.self) { try UplinkEntry(id: good, fields: fields, branch: 8) }
        #expect(throws: FrameError.self) { try UplinkEntry(id: good, fields: [fields[0]], branch: SampleBranch.number) }
        #expect(throws: FrameError.self) {
            try UplinkEntry(id: FrameID(gen: 4, epoch: 1, lastSeq: 7), fields: fields, branch: SampleBranch.number)
        }
        let probe = UplinkProbe(branch: 8, points: []).text
        #expect(throws: FrameError.self) {
            try UplinkEntry(id: .probe(gen: 4), fields: [("p", probe)], branch: SampleBranch.number)
        }
    }

    @Test("Events that aren't the ones that the header names are refused")
    func wrongEvents() throws {
        let frame = try branch.frame(5...6)
        let data = FrameData.encode([branch.bodies[4], branch.bodies[6]]).bytes
        #expect(throws: FrameError.self) { try IngestFrame(header: frame.header.text, data: data) }
    }

    @Test("An epoch that follows itself or nothing is refused")
    func wrongParent() throws {
        #expect(throws: FrameError.self) { try branch.frame(5...6, epoch: 2, parentEpoch: 2) }
        #expect(throws: FrameError.self) { try branch.frame(1...6, epoch: 2, parentEpoch: 1) }
    }
}
