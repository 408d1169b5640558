import HQIngest
import QueueEvents
import RedisStreams

/// A branch as head office sees one: a log of events with its chain, and frames of it in any order, also wrong ones.
struct PublishedBranch {
    let id: Int64
    let keys: UplinkKeys
    var epoch: Int64 = 1
    var lineage: UInt64
    var gen: Int64 = 1
    /// The first event's number; more than 1 after a pruning.
    private(set) var first: Int64 = 1
    private(set) var bodies: [[UInt8]] = []
    private var chains: [EventChain]

    init(id: Int64, lineage: UInt64 = 0xfeed) {
        self.id = id
        self.lineage = lineage
        keys = UplinkKeys(branch: id)
        chains = [EventChain(lineage: lineage)]
    }

    var head: Int64 { first + Int64(bodies.count) - 1 }

    func position(_ seq: Int64) -> UplinkPosition {
        UplinkPosition(epoch: epoch, seq: seq, chain: chains[Int(seq - first + 1)])
    }

    /// Adds events to the log; another `mark` makes another history.
    mutating func write(_ count: Int, mark: String = "a") {
        for _ in 0..<count {
            let seq = head + 1
            let uid = uid(of: seq)
            let body = Array(
                """
                {"seq":\(seq),"uid":"\(uid.text)","event":"ticket.created","tv":1,"at":"2026-11-24T08:15:50.123Z",\
                "ticket_id":\(seq),"details":{"mark":"\(mark)"}}
                """.utf8)
            append(body)
        }
    }

    /// Adds an event that is whatever the test makes of its uid.
    mutating func write(_ body: (EventUID) -> String) { append(Array(body(uid(of: head + 1)).utf8)) }

    private mutating func append(_ body: [UInt8]) {
        chains.append(chains[chains.count - 1].next(uid: uid(of: head + 1), body: body))
        bodies.append(body)
    }

    private func uid(of seq: Int64) -> EventUID {
        EventUID(milliseconds: 1_795_508_150_123 + seq, random: (UInt16(truncatingIfNeeded: id), UInt64(seq)))
    }

    /// Forgets everything after an event, as a restore from a backup does.
    mutating func cut(after seq: Int64) {
        bodies.removeLast(Int(head - seq))
        chains.removeLast(chains.count - 1 - bodies.count)
    }

    /// Forgets everything up to an event, as pruning does.
    mutating func prune(through seq: Int64) {
        let count = Int(seq - first + 1)
        bodies.removeFirst(count)
        chains.removeFirst(count)
        first = seq + 1
    }

    /// A frame of these events.
    func frame(
        _ range: ClosedRange<Int64>, parent: FrameHeader.Parent? = nil, isBaseline: Bool = false
    ) -> StreamEntry {
        let events = Array(bodies[Int(range.lowerBound - first)...Int(range.upperBound - first)])
        let (codec, data) = FrameData.encode(events)
        let header = FrameHeader(
            codec: codec, branch: id, epoch: epoch, lineage: lineage, firstSeq: range.lowerBound,
            lastSeq: range.upperBound, previousChain: position(range.lowerBound - 1).chain, parent: parent,
            isBaseline: isBaseline)
        return StreamEntry(
            id: FrameID(gen: gen, epoch: epoch, lastSeq: range.upperBound).text,
            fields: [StreamField(name: "h", bytes: header.text), StreamField(name: "d", bytes: data)])
    }

    /// Frames of at most so many events from one number on to the end of the log.
    func frames(from start: Int64 = 1, of size: Int64 = 10) -> [StreamEntry] {
        stride(from: start, through: head, by: Int64.Stride(size)).map { frame($0...min($0 + size - 1, head)) }
    }

    /// A probe of these points, the first entry of its generation.
    func probe(_ points: [UplinkPosition]) -> StreamEntry {
        StreamEntry(
            id: FrameID.probe(gen: gen).text,
            fields: [StreamField(name: "p", bytes: UplinkProbe(branch: id, points: points).text)])
    }

    /// Sends entries as they are, making the stream.
    func send(_ entries: [StreamEntry], _ redis: RedisConnection) async throws {
        for entry in entries {
            _ = try await redis.xadd(keys.up, id: entry.id, fields: entry.fields, makesStream: true)
        }
    }
}
