import BranchServer
import Testing

@Suite struct FrameShelfTests {
    private typealias Shelf = FrameShelf<Int, String>
    private let start = ContinuousClock.now

    private func keep(_ key: Int, in shelf: inout Shelf, bytes: Int = 1, seq: Int64 = 100) {
        _ = shelf.keep("\(key)", seq: seq, bytes: bytes, as: key, madeAt: start, now: start, head: seq)
    }

    @Test func aFrameIsSharedWhileItIsYoungAndNotFarBehind() {
        var shelf = Shelf()
        keep(1, in: &shelf)
        let age = Duration.milliseconds(Limits.snapshotAge)
        #expect(shelf.fresh(1, now: start + age - .milliseconds(1), head: 100)?.frame == "1")
        #expect(shelf.fresh(1, now: start + age, head: 100) == nil)
        #expect(shelf.fresh(1, now: start, head: 100 + Limits.snapshotLag)?.seq == 100)
        #expect(shelf.fresh(1, now: start, head: 101 + Limits.snapshotLag) == nil)
        #expect(shelf.fresh(2, now: start, head: 100) == nil)
    }

    @Test func asManyAreKeptAsTheBoundSays() {
        var shelf = Shelf()
        for key in 1...Limits.keptSnapshots { keep(key, in: &shelf) }
        #expect(shelf.count == Limits.keptSnapshots)
        keep(1, in: &shelf)
        #expect(shelf.count == Limits.keptSnapshots)
        keep(0, in: &shelf)
        #expect(shelf.count == 1)
    }

    @Test func theirBytesAreBounded() {
        var shelf = Shelf()
        keep(1, in: &shelf, bytes: Limits.keptSnapshotBytes - 1)
        keep(2, in: &shelf, bytes: 1)
        #expect(shelf.count == 2)
        keep(3, in: &shelf, bytes: 1)
        #expect(shelf.count == 1)
        #expect(shelf.fresh(3, now: start, head: 100) != nil)
    }

    @Test func whatIsNoLongerFreshIsNotKept() {
        var shelf = Shelf()
        keep(1, in: &shelf)
        keep(2, in: &shelf, seq: 101 + Limits.snapshotLag)
        #expect(shelf.count == 1)
    }
}
