/// A small seeded generator: the same seed gives the same run on every machine.
///
/// Sebastiano Vigna's SplitMix64: a counter that moves by the golden ratio, and a mix of its bits.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts at a seed; every 64-bit number is a good one.
    package init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number in `0..<bound`; the bias is below 2⁻³² for the bounds used here.
    package mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "There is no number below nothing.")
        return Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }

    /// A whole number in a closed range.
    package mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True so many times in a thousand.
    package mutating func chance(_ perMille: Int) -> Bool { below(1_000) < perMille }

    /// One of the elements; nil when there are none.
    package mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
}
