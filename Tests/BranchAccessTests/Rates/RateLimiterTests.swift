import BranchAccess
import Testing

struct RateLimiterTests {
    private func allowed(_ limiter: inout RateLimiter<String>, _ key: String, _ count: Int, at now: Int64) -> Int {
        (0..<count).filter { _ in limiter.take(key, nowMilliseconds: now) == .allowed }.count
    }

    @Test func aBurstIsAllowedAndNoMore() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: 5, burst: 20))
        #expect(allowed(&limiter, "a", 30, at: 0) == 20)
    }

    @Test func theBucketFillsAtItsRateAndNotBeyondItsBurst() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: 5, burst: 20))
        #expect(allowed(&limiter, "a", 30, at: 0) == 20)
        #expect(allowed(&limiter, "a", 30, at: 199) == 0)
        #expect(allowed(&limiter, "a", 30, at: 200) == 1)
        #expect(allowed(&limiter, "a", 30, at: 1_200) == 5)
        #expect(allowed(&limiter, "a", 30, at: 1_000_000) == 20)
    }

    @Test func smallStepsFillExactlyLikeOneLargeStep() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: 3, burst: 1))
        #expect(allowed(&limiter, "a", 1, at: 0) == 1)
        let moments = (1...1_000).filter { limiter.take("a", nowMilliseconds: Int64($0)) == .allowed }
        #expect(moments == [334, 668])
    }

    @Test func aRefusalSaysWhenTheNextRequestMayCome() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: 5, burst: 1))
        #expect(limiter.take("a", nowMilliseconds: 0) == .allowed)
        #expect(limiter.take("a", nowMilliseconds: 50) == .refused(retryAfterMilliseconds: 150))
        #expect(limiter.take("a", nowMilliseconds: 199) == .refused(retryAfterMilliseconds: 1))
        #expect(limiter.take("a", nowMilliseconds: 200) == .allowed)
    }

    @Test func keysDoNotShareTheirBuckets() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: 1, burst: 2))
        #expect(allowed(&limiter, "a", 5, at: 0) == 2)
        #expect(allowed(&limiter, "b", 5, at: 0) == 2)
    }

    @Test func aRateOfZeroIsNoLimit() {
        var limiter = RateLimiter<String>(.none)
        #expect(allowed(&limiter, "a", 1_000, at: 0) == 1_000)
        #expect(limiter.count == 0)
    }

    @Test func timeThatGoesBackOrLeapsNeitherFillsNorTraps() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: Limits.rate, burst: Limits.rate))
        #expect(limiter.take("a", nowMilliseconds: 0) == .allowed)
        #expect(limiter.take("a", nowMilliseconds: Int64.max) == .allowed)
        #expect(limiter.take("a", nowMilliseconds: 0) == .allowed)
        var slow = RateLimiter<String>(RateLimit(perSecond: 1, burst: 1))
        #expect(allowed(&slow, "a", 2, at: 10_000) == 1)
        #expect(allowed(&slow, "a", 2, at: 0) == 0)
        #expect(allowed(&slow, "a", 2, at: 10_999) == 0)
        #expect(allowed(&slow, "a", 2, at: 11_000) == 1)
    }

    @Test func theNumberOfBucketsIsBoundedAndFullOnesMakeRoom() {
        var limiter = RateLimiter<String>(RateLimit(perSecond: 1, burst: 2), capacity: 3)
        for key in ["a", "b", "c"] { #expect(allowed(&limiter, key, 1, at: 0) == 1) }
        // All three are in use: strangers share one bucket.
        #expect(allowed(&limiter, "d", 5, at: 100) == 2)
        #expect(allowed(&limiter, "e", 5, at: 100) == 0)
        #expect(limiter.count == 3)
        // Those who have a bucket are not harmed.
        #expect(allowed(&limiter, "a", 5, at: 100) == 1)
        // b and c are full again and are given up.
        #expect(allowed(&limiter, "d", 5, at: 1_100) == 2)
        #expect(limiter.count == 2)
    }

    @Test func aFloodOfKeysStaysWithinTheBound() {
        var limiter = RateLimiter<Int>(RateLimit(perSecond: 2, burst: 20), capacity: 100)
        for key in 0..<20_000 { _ = limiter.take(key, nowMilliseconds: Int64(key / 100)) }
        #expect(limiter.count == 100)
    }
}

struct RequestLimiterTests {
    private func burst(_ limiter: RequestLimiter, _ role: Role, tokenID: Int64 = 1) -> Int {
        let principal = Principal(tokenID: tokenID, role: role, name: "n")
        return (0..<1_000).filter { _ in limiter.admit(principal, nowMilliseconds: 0) == .allowed }.count
    }

    @Test(arguments: [
        (Role.kiosk, 20), (.display, 50), (.agent, 60), (.worker, 1_000), (.supervisor, 1_000), (.admin, 1_000),
        (.metrics, 1_000),
    ])
    func everyRoleHasItsBurst(role: Role, expected: Int) {
        #expect(burst(RequestLimiter(RequestRates()), role) == expected)
    }

    @Test func everyTokenHasItsOwnBucket() {
        let limiter = RequestLimiter(RequestRates())
        #expect(burst(limiter, .kiosk, tokenID: 1) == 20)
        #expect(burst(limiter, .kiosk, tokenID: 2) == 20)
    }

    @Test func aSettingOfZeroSwitchesARateOff() {
        #expect(burst(RequestLimiter(RequestRates(kiosk: .none)), .kiosk) == 1_000)
    }

    @Test func linksHaveABucketEachAndOneTogether() {
        let limiter = RequestLimiter(RequestRates(publicTotal: RateLimit(perSecond: 300, burst: 50)))
        func burst(_ link: String) -> Int {
            (0..<100).filter { _ in
                limiter.admitLink(SecretHash(of: link), nowMilliseconds: 0) == .allowed
            }.count
        }
        #expect([burst("a"), burst("b"), burst("c"), burst("d")] == [20, 20, 10, 0])
    }

    @Test func anAddressThatGuessesLinksDoesNotUseUpTheRateOfTheOthers() {
        let limiter = RequestLimiter(RequestRates(publicTotal: RateLimit(perSecond: 300, burst: 30)))
        let guesses = (0..<1_000).filter { _ in
            limiter.admitUnknownLink(from: "10.0.0.9", nowMilliseconds: 0) == .allowed
        }
        #expect(guesses.count == 20)
        #expect(limiter.admitLink(SecretHash(of: "a"), nowMilliseconds: 0) == .allowed)
        #expect(limiter.admitUnknownLink(from: "10.0.0.10", nowMilliseconds: 0) == .allowed)
    }
}
