import HQIngest
import Testing

@Suite("Which heartbeats are new")
struct HeartbeatBookTests {
    private let moment = ContinuousClock.now

    /// Whether each of these was new, in order.
    private func news(_ beats: [(branch: Int64, sentAt: Duration)], _ book: inout HeartbeatBook) -> [Bool] {
        beats.map { book.isNew($0.branch, sentAt: moment + $0.sentAt) }
    }

    @Test("The first of a branch is, the same one measured again isn't, and the next one is")
    func next() {
        var book = HeartbeatBook()
        let found = news(
            [
                (1, .zero), (1, .milliseconds(3)), (1, .milliseconds(-3)), (2, .zero), (1, .seconds(15)),
                (1, .seconds(15)),
            ], &book)
        #expect(found == [true, false, false, true, true, false])
    }

    @Test("A branch that left and came back is new again")
    func left() {
        var book = HeartbeatBook()
        _ = news([(1, .zero), (2, .zero)], &book)
        book.keep([2])
        let found = news([(1, .zero), (2, .zero)], &book)
        #expect(found == [true, false])
    }
}
