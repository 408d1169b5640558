/// Points of a branch's history, newest first, of which head office tells the newest that it holds: the field `p` of
/// an entry that carries no events.
package struct UplinkProbe: Equatable, Sendable {
    /// Head office's number of the branch.
    package let branch: Int64
    /// At most `UplinkLimits.probePoints`.
    package let points: [UplinkPosition]

    /// Takes at most `UplinkLimits.probePoints` of the points, the newest first.
    package init(branch: Int64, points: [UplinkPosition]) {
        self.branch = branch
        self.points = Array(points.prefix(UplinkLimits.probePoints))
    }

    /// The field `p`: the branch's number, then one point a line.
    package var text: [UInt8] {
        Array(([String(branch)] + points.map(\.text)).joined(separator: "\n").utf8)
    }

    /// Reads the field `p`.
    /// - Throws: `FrameError` when it isn't one.
    package init(_ bytes: [UInt8]) throws(FrameError) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= UplinkLimits.probePoints + 1, let first = lines.first,
            let branch = UplinkNumber.read(first)
        else { throw FrameError("a probe that can't be read") }
        self.branch = branch
        var points: [UplinkPosition] = []
        for line in lines.dropFirst() {
            guard let point = UplinkPosition(text: line) else { throw FrameError("a probe with the point \(line)") }
            points.append(point)
        }
        self.points = points
    }

    /// Sequence numbers to ask for: the head, then 1, 2, 4 … below it, and at last the oldest that is known.
    package static func sequences(head: Int64, oldest: Int64) -> [Int64] {
        var all = [head]
        var step: Int64 = 1
        while head - step > oldest, all.count < UplinkLimits.probePoints - 1 {
            all.append(head - step)
            step *= 2
        }
        if oldest < head { all.append(oldest) }
        return all
    }
}
