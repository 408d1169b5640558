/// Ids of stream entries as Redis orders them, also ids that are none of ours.
package enum StreamID {
    /// The smallest id above this one; nil for what is no id, and for the very last one.
    package static func next(after id: String) -> String? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let high = UInt64(parts[0]), let low = UInt64(parts[1]) else { return nil }
        if low < .max { return "\(high)-\(low + 1)" }
        return high < .max ? "\(high + 1)-0" : nil
    }
}

extension Array {
    /// Cut into pieces of at most so many elements.
    func portions(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min(self.count, $0 + count)]) }
    }
}
