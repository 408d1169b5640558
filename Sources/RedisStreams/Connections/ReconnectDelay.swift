/// How long to wait before a connection is tried again: a random time up to a bound, which doubles with every failure
/// from 0.2 s to 8 s ("full jitter"). So many branches that lost one server do not come back in step.
package struct ReconnectDelay: Sendable {
    private var random: SeededRandom
    private var bound = RedisLimits.firstRetry

    /// - Parameter seed: the same seed gives the same delays; a branch's number spreads branches.
    package init(seed: UInt64) { random = SeededRandom(state: seed) }

    /// The delay after a failure.
    package mutating func next() -> Duration {
        defer { bound = min(bound * 2, RedisLimits.longestRetry) }
        return bound * Double.random(in: 0...1, using: &random)
    }

    /// Something was answered: the next failure is a first one.
    package mutating func succeeded() { bound = RedisLimits.firstRetry }
}

/// Sebastiano Vigna's SplitMix64: a counter that moves by the golden ratio, and a mix of its bits.
private struct SeededRandom: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
