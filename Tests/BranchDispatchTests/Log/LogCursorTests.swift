import BranchDispatch
import Testing

@Suite("The place in the log")
struct LogCursorTests {
    @Test(
        "A portion that was read before the cursor was set elsewhere is not taken in", arguments: [0, 7, 12] as [Int64])
    func interleaved(_ reloaded: Int64) {
        var cursor = LogCursor()
        cursor.jump(to: 10)
        // Read behind 10; then a reload sets the cursor to where its own reading began.
        let portion: ClosedRange<Int64> = 11...15
        cursor.jump(to: reloaded)
        let isTaken = cursor.advance(over: portion)
        #expect(!isTaken)
        #expect(cursor.seq == reloaded)
    }

    @Test("Portions that follow on each other are taken in whole, and each once")
    func inOrder() {
        var cursor = LogCursor()
        let taken = [1...512, 513...513, 513...520].map { cursor.advance(over: $0) }
        #expect(taken == [true, true, false])
        #expect(cursor.seq == 513)
    }
}
