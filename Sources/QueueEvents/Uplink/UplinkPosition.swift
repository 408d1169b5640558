/// A place in a branch's history, told by the hash of everything before it.
package struct UplinkPosition: Hashable, Sendable {
    /// The label of the stretch of history that the event belongs to; 0 = none, before anything was taken.
    package var epoch: Int64
    /// The event's number; 0 = none.
    package var seq: Int64
    /// The chain's link at that event.
    package var chain: EventChain

    package init(epoch: Int64, seq: Int64, chain: EventChain) {
        self.epoch = epoch
        self.seq = seq
        self.chain = chain
    }

    /// Where head office stands when it has taken nothing of a branch.
    package static let none = UplinkPosition(epoch: 0, seq: 0, chain: EventChain(value: 0))

    /// `epoch:seq:chain`, the chain as 16 hex digits.
    package var text: String { "\(epoch):\(seq):\(HexText.text(chain.value))" }

    /// Reads ``text``; nil for anything else, also for numbers beyond `UplinkLimits`.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let epoch = UplinkNumber.read(parts[0], through: UplinkLimits.epochs - 1),
            let seq = UplinkNumber.read(parts[1], through: UplinkLimits.sequences - 1),
            let chain = HexText.value(parts[2])
        else { return nil }
        self.init(epoch: epoch, seq: seq, chain: EventChain(value: chain))
    }
}

/// Whole numbers as the uplink writes them: decimal digits, no sign.
enum UplinkNumber {
    static func read(_ text: some StringProtocol, through last: Int64 = .max) -> Int64? {
        guard let first = text.utf8.first, (0x30...0x39).contains(first), let value = Int64(text), value <= last else {
            return nil
        }
        return value
    }
}

extension HexText {
    /// Reads 16 lower-case hex digits.
    package static func value(_ text: some StringProtocol) -> UInt64? {
        guard text.utf8.count == 16,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return UInt64(text, radix: 16)
    }
}
