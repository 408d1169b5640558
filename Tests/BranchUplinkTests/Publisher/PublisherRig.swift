import BranchUplink
import QueueEvents

/// A publisher with a log and a store that always answer; what goes over the network is the test's.
struct PublisherRig {
    static let incarnation = "system-1"
    /// Short enough to write down; the product's paces otherwise.
    static let small: PublisherPace = {
        var pace = PublisherPace()
        pace.frameEvents = 4
        pace.windowEvents = 12
        pace.framesInFlight = 2
        return pace
    }()

    private(set) var publisher: Publisher
    private(set) var now: Duration = .zero
    private(set) var events: [LocalEvent] = []
    private(set) var stored: (gen: Int64, acked: UplinkPosition, incarnation: String?)
    private(set) var anchor: LogPoint
    private(set) var connection = 0
    private(set) var generation: Int64
    private var timerAt: Duration?
    private var beat: Int64 = 1

    /// - Parameter pruned: events at the log's beginning that are not kept.
    init(
        events: Int, pruned: Int64 = 0, gen: Int64 = 0, acked: Int64 = 0, incarnation: String? = nil,
        epochs: [LocalEpoch] = [LocalEpoch(number: 1, lineage: 1, firstSeq: 1)], pace: PublisherPace = Self.small
    ) {
        var chain = EventChain(lineage: 1)
        anchor = LogPoint(seq: 0, chain: chain)
        for seq in 1...Int64(max(events, 1)) where seq <= events {
            let body = Self.body(seq)
            chain = chain.next(uid: EventUID(text: "u"), body: body)
            if seq <= pruned { anchor = LogPoint(seq: seq, chain: chain) }
            self.events.append(LocalEvent(seq: seq, chain: chain, body: body))
        }
        let label = epochs.last { $0.firstSeq <= acked }?.number ?? 0
        let position =
            acked == 0
            ? .none : UplinkPosition(epoch: label, seq: acked, chain: self.events[Int(acked - 1)].chain)
        stored = (gen, position, incarnation)
        generation = gen
        publisher = Publisher(
            branch: 7, history: LocalHistory(head: Int64(events), anchor: anchor, epochs: epochs), gen: gen,
            acked: position, incarnation: incarnation, pace: pace, random: Halves())
    }

    /// Feeds an event, answers for log and store, and returns everything that was to be done.
    @discardableResult
    mutating func feed(_ event: PublisherEvent) -> [PublisherAction] {
        var all: [PublisherAction] = []
        var waiting = [event]
        while !waiting.isEmpty {
            let actions = publisher.handle(waiting.removeFirst(), now: now)
            all += actions
            waiting += actions.compactMap { answer($0) }
        }
        return all
    }

    private mutating func answer(_ action: PublisherAction) -> PublisherEvent? {
        switch action {
        case .connect(let number): connection = number
        case .setTimer(let time): timerAt = time
        case .persistAcked(let position, let incarnation): (stored.acked, stored.incarnation) = (position, incarnation)
        case .persistGeneration(let gen):
            stored.gen = gen
            generation = gen
            return .generationStored(gen)
        case .openEpoch(let number, let firstSeq, let parent, let reason):
            return .epochOpened(
                LocalEpoch(
                    number: number, lineage: 99, firstSeq: firstSeq, parent: parent, isBaseline: reason == .baseline))
        case .loadEvents(let request, let after, let limit, _):
            guard after >= anchor.seq else { return .eventsLoaded(request: request, nil) }
            return .eventsLoaded(request: request, Array(events[Int(after)...].prefix(limit)))
        case .loadChains(let request, let sequences):
            let points = sequences.compactMap { seq in
                seq == anchor.seq ? anchor : seq > anchor.seq && seq <= Int64(events.count) ? point(seq) : nil
            }
            return .chainsLoaded(request: request, points, anchor: anchor)
        default: break
        }
        return nil
    }

    /// Lets time pass, from one deadline to the next.
    @discardableResult
    mutating func advance(_ span: Duration) -> [PublisherAction] {
        let end = now + span
        var all: [PublisherAction] = []
        while let next = timerAt, next <= end {
            now = next
            timerAt = nil
            all += feed(.timer)
        }
        now = end
        return all
    }

    /// Connects and shakes hands.
    @discardableResult
    mutating func connect(ack: UplinkAck? = nil, top: FrameID? = nil) -> [PublisherAction] {
        feed(.started)
        advance(.seconds(10))
        var all = feed(.connected(connection: connection))
        all += feed(.handshakeDone(connection: connection, ack: ack, top: top))
        return all
    }

    /// Writes more events and tells of them.
    @discardableResult
    mutating func grow(_ count: Int) -> [PublisherAction] {
        for _ in 0..<count {
            let seq = Int64(events.count + 1)
            let body = Self.body(seq)
            let chain = (events.last?.chain ?? anchor.chain).next(uid: EventUID(text: "u"), body: body)
            events.append(LocalEvent(seq: seq, chain: chain, body: body))
        }
        return feed(.logGrew(head: Int64(events.count), bytes: count * 10))
    }

    /// Answers every entry with OK.
    @discardableResult
    mutating func confirm(_ actions: [PublisherAction]) -> [PublisherAction] {
        actions.appended.flatMap { feed(.appended(connection: connection, $0.id)) }
    }

    /// Answers a read of the hash, each time with a newer beat.
    @discardableResult
    mutating func read(_ ack: UplinkAck?) -> [PublisherAction] { feed(.ackRead(connection: connection, ack)) }

    /// Lets time pass as ``advance(_:)`` does, with every entry taken and every read answered.
    mutating func advance(_ span: Duration, answering ack: (inout PublisherRig) -> UplinkAck?) -> [PublisherAction] {
        var all = advance(span)
        var place = 0
        while place < all.count {
            let action = all[place]
            place += 1
            if action.isRead { all += read(ack(&self)) }
            if case .append = action { all += confirm([action]) }
        }
        return all
    }

    /// What head office would write.
    mutating func ack(
        _ cursor: UplinkPosition, incarnation: String = Self.incarnation, refusal: UplinkAck.Refusal? = nil,
        gen: Int64 = 0, isNewer: Bool = true
    ) -> UplinkAck {
        if isNewer { beat += 1 }
        return UplinkAck(
            incarnation: incarnation, cursor: cursor, beat: beat, hqTime: 0, refusal: refusal, refusedGen: gen)
    }

    func position(_ seq: Int64, epoch: Int64 = 1) -> UplinkPosition {
        UplinkPosition(epoch: epoch, seq: seq, chain: events[Int(seq - 1)].chain)
    }

    private func point(_ seq: Int64) -> LogPoint { LogPoint(seq: seq, chain: events[Int(seq - 1)].chain) }

    private static func body(_ seq: Int64) -> [UInt8] { Array("body \(seq)".utf8) }
}

/// Always the middle, so that jitter is none.
private struct Halves: RandomNumberGenerator, Sendable {
    mutating func next() -> UInt64 { 1 << 63 }
}

extension [PublisherAction] {
    /// Every entry that is to be appended.
    var appended: [OutgoingEntry] {
        flatMap { action in
            if case .append(_, let entries) = action { return entries }
            return []
        }
    }

    /// First and last number of every frame of events.
    var ranges: [ClosedRange<Int64>] {
        appended.compactMap { $0.header.map { $0.firstSeq...$0.lastSeq } }
    }

    /// The points of the probe that is to be appended.
    var probe: [UplinkPosition]? {
        for entry in appended {
            guard let text = entry.fields.first(where: { $0.name == "p" })?.value else { continue }
            return (try? UplinkProbe(text))?.points
        }
        return nil
    }

    var alarms: [PublisherAlarm?] {
        compactMap { action in
            if case .setAlarm(let alarm) = action { return .some(alarm) }
            return nil
        }
    }

    var reads: Int { count { $0.isRead } }
}

extension PublisherAction {
    fileprivate var isRead: Bool {
        if case .readAck = self { return true }
        return false
    }
}

extension OutgoingEntry {
    var header: FrameHeader? { fields.first { $0.name == "h" }.flatMap { try? FrameHeader($0.value) } }
}
