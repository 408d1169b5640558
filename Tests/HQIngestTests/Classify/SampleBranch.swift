import HQIngest
import QueueEvents

/// A branch's log of made-up events, from which frames of any part can be cut.
struct SampleBranch {
    static let number: Int64 = 7

    private(set) var bodies: [[UInt8]] = []
    /// The chain's link at each number, from 0 on.
    private(set) var chains: [EventChain]
    private let mark: String

    /// - Parameter mark: one letter; two logs with different marks share no event.
    init(events: Int, mark: Character = "A", lineage: UInt64 = 1) {
        self.mark = String(mark)
        chains = [EventChain(lineage: lineage)]
        grow(events)
    }

    mutating func grow(_ count: Int) {
        for _ in 0..<count {
            let seq = bodies.count + 1
            let digits = String(seq)
            let uid = "01" + mark + String(repeating: "0", count: 23 - digits.count) + digits
            let body = Array(
                #"{"seq":\#(seq),"uid":"\#(uid)","event":"ticket.called","tv":1,"at":"2026-11-24T08:15:50.123Z"}"#.utf8)
            bodies.append(body)
            chains.append(chains[seq - 1].next(uid: EventUID(text: uid), body: body))
        }
    }

    /// Adds an event of any bytes.
    mutating func write(_ body: String, uid: String) {
        bodies.append(Array(body.utf8))
        chains.append(chains[chains.count - 1].next(uid: EventUID(text: uid), body: Array(body.utf8)))
    }

    /// This log up to an event, and other events after it.
    func branchedOff(after seq: Int, events: Int, mark: Character) -> SampleBranch {
        var other = SampleBranch(events: 0, mark: mark)
        other.bodies = Array(bodies.prefix(seq))
        other.chains = Array(chains.prefix(seq + 1))
        other.grow(events)
        return other
    }

    func position(_ seq: Int64, epoch: Int64 = 1) -> UplinkPosition {
        UplinkPosition(epoch: epoch, seq: seq, chain: chains[Int(seq)])
    }

    /// A frame, written and read back.
    func frame(
        _ range: ClosedRange<Int64>, epoch: Int64 = 1, lineage: UInt64 = 1, parentEpoch: Int64? = nil,
        isBaseline: Bool = false
    ) throws -> IngestFrame {
        let (codec, data) = FrameData.encode(Array(bodies[Int(range.lowerBound - 1)..<Int(range.upperBound)]))
        let previous = chains[Int(range.lowerBound - 1)]
        let header = FrameHeader(
            codec: codec, branch: Self.number, epoch: epoch, lineage: lineage, firstSeq: range.lowerBound,
            lastSeq: range.upperBound, previousChain: previous,
            parent: parentEpoch.map { FrameHeader.Parent(epoch: $0, chain: previous) }, isBaseline: isBaseline)
        return try IngestFrame(header: header.text, data: data)
    }
}

extension FrameVerdict {
    /// The frame that is to be stored; nil for every other verdict.
    var accepted: AcceptedFrame? {
        if case .accept(let frame) = self { return frame }
        return nil
    }
}
