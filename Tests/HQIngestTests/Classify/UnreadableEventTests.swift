import HQIngest
import QueueEvents
import Testing

@Suite("A frame with an event that can't be read")
struct UnreadableEventTests {
    private static let unreadable = #"{"seq":3,"uid":"01X00000000000000000000003","event":7}"#

    private static func branch(_ body: String = unreadable) -> SampleBranch {
        var branch = SampleBranch(events: 2)
        branch.write(body, uid: "01X00000000000000000000003")
        branch.grow(3)
        return branch
    }

    @Test("is refused the first time, and taken when a later generation brings it again")
    func repeated() throws {
        let branch = Self.branch()
        let frame = try branch.frame(1...4)
        let flaw = try #require(frame.flaw)
        var classifier = FrameClassifier(cursor: BranchCursor())
        let verdicts = [1, 1].map { classifier.classify(frame, gen: $0) { _ in false } }
        #expect(verdicts == [.reject(flaw), .reject(flaw)])
        #expect(classifier.refusal == .reject(flaw) && classifier.cursor.isEmpty)
        let third = classifier.classify(frame, gen: 2) { _ in false }
        let taken = try #require(third.accepted)
        #expect(taken.after == branch.position(4) && classifier.refusal == nil)
        #expect(taken.events.map(\.body) == Array(branch.bodies[..<4]))
        #expect(taken.events.map(\.flaw) == [nil, nil, flaw, nil])
        #expect(taken.events[2].head.type == EventHead.unreadableType && taken.events[2].head.seq == 3)
        let next = classifier.classify(try branch.frame(5...6), gen: 2) { _ in false }
        #expect(next.accepted != nil)
    }

    @Test("is not taken after another refusal, for then nobody knows that it is the branch's own")
    func otherRefusal() throws {
        let frame = try Self.branch().frame(1...4)
        for refusal in [UplinkAck.Refusal.gap, .reject("something else"), .ancestor(nil)] {
            var classifier = FrameClassifier(cursor: BranchCursor(), refusal: refusal, refusedGen: 1)
            let verdict = classifier.classify(frame, gen: 2) { _ in false }
            #expect(verdict.accepted == nil)
        }
    }

    @Test("is refused as any other where it doesn't follow from what is held")
    func outOfPlace() throws {
        let branch = Self.branch()
        let frame = try branch.frame(3...4)
        let flaw = try #require(frame.flaw)
        var classifier = FrameClassifier(cursor: BranchCursor(), refusal: .reject(flaw), refusedGen: 1)
        let verdict = classifier.classify(frame, gen: 2) { _ in false }
        #expect(verdict == .gap)
    }

    @Test(
        "can't be read itself where the chain can't go over the event",
        arguments: ["no JSON", #"{"seq":3,"event":"e"}"#, #"{"seq":4,"uid":"01X00000000000000000000003","event":7}"#])
    func withoutUID(body: String) {
        #expect(throws: FrameError.self) { try Self.branch(body).frame(1...4) }
    }
}
