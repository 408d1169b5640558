import HQIngest
import Testing

@Suite("Whose turn it is to be refreshed")
struct RefreshRoundTests {
    @Test("Every branch comes once an interval, however often it is asked", arguments: [1, 7, 40, 1_000])
    func once(branches: Int) {
        let served = (1...Int64(branches)).map { $0 }
        var round = RefreshRound()
        var now = ContinuousClock.now
        #expect(round.due(served, now: now, every: .seconds(5)).isEmpty)
        var counts: [Int64: Int] = [:]
        for _ in 0..<100 {
            now += .milliseconds(200)
            for branch in round.due(served, now: now, every: .seconds(5)) { counts[branch, default: 0] += 1 }
        }
        #expect(counts.count == branches && counts.values.allSatisfy { (3...4).contains($0) })
    }

    @Test("After a long pause each one comes once, not as often as it was missed")
    func pause() {
        var round = RefreshRound()
        let began = ContinuousClock.now
        _ = round.due([1, 2, 3], now: began, every: .seconds(5))
        #expect(round.due([1, 2, 3], now: began + .seconds(500), every: .seconds(5)).sorted() == [1, 2, 3])
    }

    @Test("Branches that come and go between two steps do no harm")
    func changes() {
        var round = RefreshRound()
        let began = ContinuousClock.now
        _ = round.due([1, 2, 3, 4, 5], now: began, every: .seconds(5))
        _ = round.due([1, 2, 3, 4, 5], now: began + .seconds(4), every: .seconds(5))
        #expect(round.due([], now: began + .seconds(9), every: .seconds(5)).isEmpty)
        #expect(round.due([2], now: began + .seconds(20), every: .seconds(5)) == [2])
    }
}
