import RedisStreams
import Testing

@Suite("The delay before a connection is tried again")
struct ReconnectDelayTests {
    @Test("stays below a bound that doubles from 0.2 s to 8 s")
    func bounds() {
        for seed in 0..<1_000 {
            var delay = ReconnectDelay(seed: UInt64(seed))
            for bound in [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 8, 8, 8] {
                let next = delay.next()
                #expect(next >= .zero && next <= .seconds(bound))
            }
        }
    }

    @Test("fills its bound evenly")
    func spread() {
        let first = (0..<1_000).map { seed in
            var delay = ReconnectDelay(seed: UInt64(seed))
            return delay.next()
        }
        #expect(first.filter { $0 < .milliseconds(50) }.count > 150)
        #expect(first.filter { $0 > .milliseconds(150) }.count > 150)
    }

    @Test("begins again after a success")
    func success() {
        var delay = ReconnectDelay(seed: 1)
        for _ in 0..<9 { _ = delay.next() }
        delay.succeeded()
        #expect(delay.next() <= .milliseconds(200))
    }

    @Test("is the same for the same seed")
    func seeds() {
        var one = ReconnectDelay(seed: 5)
        var same = ReconnectDelay(seed: 5)
        var other = ReconnectDelay(seed: 6)
        let delays = (0..<5).map { _ in one.next() }
        #expect(delays == (0..<5).map { _ in same.next() })
        #expect(delays != (0..<5).map { _ in other.next() })
    }
}
