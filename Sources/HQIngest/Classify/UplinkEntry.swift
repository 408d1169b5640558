package import QueueEvents

/// A stream entry as head office reads it.
package enum UplinkEntry: Equatable, Sendable {
    /// Events with what is said about them: the fields `h` and `d`.
    case frame(IngestFrame)
    /// A question for the newest shared point: the field `p`.
    case probe(UplinkProbe)

    /// Reads an entry.
    /// - Parameters:
    ///   - id: the entry's, whose lower half must say the same as the header.
    ///   - branch: the one whose stream the entry was read from; an entry of another is refused.
    /// - Throws: `FrameError` for anything that isn't ours: a dead letter, answered by
    ///   ``FrameClassifier/refuse(_:gen:)``.
    package init(id: FrameID, fields: [(name: String, value: [UInt8])], branch: Int64) throws(FrameError) {
        func field(_ name: String) -> [UInt8]? { fields.first { $0.name == name }?.value }
        if let points = field("p") {
            let probe = try UplinkProbe(points)
            guard probe.branch == branch else { throw FrameError("a probe of branch \(probe.branch)") }
            self = .probe(probe)
            return
        }
        guard let header = field("h"), let data = field("d") else { throw FrameError("an entry without h and d") }
        let frame = try IngestFrame(header: header, data: data)
        guard frame.header.branch == branch else { throw FrameError("a frame of branch \(frame.header.branch)") }
        guard id.epoch == frame.header.epoch, id.lastSeq == frame.header.lastSeq else {
            throw FrameError("a frame of \(frame.header.epoch):\(frame.header.lastSeq) under the id \(id.text)")
        }
        self = .frame(frame)
    }

    /// What must be looked up before it can be judged: points that head office may hold. All of them are known from
    /// the entry alone, so that one query answers for a whole batch.
    package var questions: [UplinkPosition] {
        switch self {
        case .frame(let frame): frame.parent.map { [$0] } ?? []
        case .probe(let probe): probe.points
        }
    }
}

/// A frame that was decoded: its header, and each event's body with what is read of it.
package struct IngestFrame: Equatable, Sendable {
    /// One event as it stands in the frame.
    package struct Event: Equatable, Sendable {
        package let head: EventHead
        /// The exact bytes that the branch stored.
        package let body: [UInt8]
        /// Why its head can't be read, and `head` is only what could be salvaged; nil when it is well.
        package let flaw: String?

        init(_ body: [UInt8], at seq: Int64) throws(FrameError) {
            self.body = body
            do throws(FrameError) {
                head = try EventHead(body)
                flaw = nil
            } catch {
                guard let salvaged = EventHead(salvaging: body, at: seq) else { throw error }
                head = salvaged
                flaw = error.found
            }
            guard head.seq == seq else { throw FrameError("event \(head.seq) in the place of \(seq)") }
        }
    }

    package let header: FrameHeader
    /// As many as the header says, numbered from its first on.
    package let events: [Event]
    /// The first event's flaw that has one.
    package let flaw: String?

    /// Decodes the fields `h` and `d`.
    /// - Throws: `FrameError` when they can't be read or the events aren't the ones that the header names.
    package init(header: [UInt8], data: [UInt8]) throws(FrameError) {
        let header = try FrameHeader(header)
        var events: [Event] = []
        events.reserveCapacity(header.count)
        var flaw: String?
        for body in try FrameData.decode(data, header) {
            let event = try Event(body, at: header.firstSeq + Int64(events.count))
            flaw = flaw ?? event.flaw
            events.append(event)
        }
        if let parent = header.parent, parent.epoch >= header.epoch || header.firstSeq < 2 {
            throw FrameError("epoch \(header.epoch) from \(header.firstSeq) on, after epoch \(parent.epoch)")
        }
        self.header = header
        self.events = events
        self.flaw = flaw
    }

    /// The event before the frame that its epoch follows; nil unless this is the first frame of an epoch with one.
    package var parent: UplinkPosition? {
        header.parent.map { UplinkPosition(epoch: $0.epoch, seq: header.firstSeq - 1, chain: $0.chain) }
    }
}
