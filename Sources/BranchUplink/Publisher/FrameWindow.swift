import QueueEvents

/// The frames that were sent and are not acknowledged by head office.
struct FrameWindow: Sendable {
    struct Frame: Sendable {
        let id: FrameID
        let firstSeq: Int64
        /// One link for each event.
        let chains: [EventChain]
        /// As sent.
        let bytes: Int
        let sentAt: Duration

        var lastSeq: Int64 { firstSeq + Int64(chains.count) - 1 }
    }

    private(set) var frames: [Frame] = []
    private(set) var events = 0
    private(set) var bytes = 0

    var isEmpty: Bool { frames.isEmpty }

    mutating func append(_ frame: Frame) {
        frames.append(frame)
        events += frame.chains.count
        bytes += frame.bytes
    }

    /// Takes out the frames that are acknowledged entirely.
    /// - Returns: the last of them.
    mutating func drop(through seq: Int64) -> Frame? {
        let gone = frames.prefix { $0.lastSeq <= seq }
        for frame in gone {
            events -= frame.chains.count
            bytes -= frame.bytes
        }
        let last = gone.last
        frames.removeFirst(gone.count)
        return last
    }

    func chain(at seq: Int64) -> EventChain? {
        guard let frame = frames.first(where: { $0.lastSeq >= seq }), frame.firstSeq <= seq else { return nil }
        return frame.chains[Int(seq - frame.firstSeq)]
    }
}
