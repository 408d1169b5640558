package import QueueEvents

/// The branch's end of the uplink as a state machine: events in, actions out, no clock, no I/O.
///
/// It sends the log from the acknowledged position on, believes only what head office says about its own database,
/// and starts again from there after every doubt. Everything it waits for has a deadline, so it never hangs on an
/// event that got lost. A value: whoever performs its actions guards it.
package struct Publisher: Sendable {
    enum Pursuit: Equatable, Sendable {
        case stream
        case probe
    }

    enum Phase: Equatable, Sendable {
        case stopped
        /// Until it connects again.
        case waiting(until: Duration)
        case connecting
        case handshaking
        /// The chain at what the handshake's hash says is being looked up.
        case settling
        /// Before it tries again what didn't help the last time.
        case pausing(until: Duration, Pursuit)
        /// The chains of a probe are being looked up.
        case gathering
        /// A generation is being stored.
        case raising(Int64, Pursuit)
        case probing(retryAt: Duration)
        /// The chain at the cursor beside a probe's answer is being looked up.
        case judging
        /// An epoch is being stored.
        case opening
        case streaming
    }

    enum Lookup: Equatable, Sendable {
        case ack(UplinkAck)
        case probe
        case answer(UplinkAck)
    }

    /// What ends with the connection.
    struct Connection: Sendable {
        /// Entries whose replies are awaited, in order.
        var replies: [FrameID] = []
        /// Reads of the acknowledgement under way.
        var reads = 0
        /// When something was heard last, or waited for first.
        var lastHeard: Duration
        var since: Duration
        var nextRead: Duration
        /// Reads since the last progress.
        var idleReads = 0
        var nextHeartbeat: Duration
        /// The generation of the stream's newest entry.
        var topGen: Int64 = 0
    }

    /// An acknowledgement that isn't believed yet.
    struct Doubt: Sendable {
        var incarnation: String
        var beat: Int64
        var newer = 0
    }

    let branch: Int64
    let pace: PublisherPace
    var random: any RandomNumberGenerator & Sendable
    var now: Duration = .zero
    var actions: [PublisherAction] = []

    var history: LocalHistory
    var gen: Int64
    var acked: UplinkPosition
    var incarnation: String?
    var persistDue = false
    var lastPersist: Duration = .zero

    var phase = Phase.stopped
    var connectionNumber = 0
    var connection = Connection(lastHeard: .zero, since: .zero, nextRead: .zero, nextHeartbeat: .zero)
    var failures = 0
    var rejections = 0
    var alarm: PublisherAlarm?
    var timerAt: Duration?

    // Sending.
    var window = FrameWindow()
    /// Loaded and in no frame; at most a frame and a load.
    var buffer: [LocalEvent] = []
    /// In a frame that waits for room in the window.
    var staged: StagedFrame?
    /// The last event that was put into a frame, sent or staged.
    var framedThrough = LogPoint(seq: 0, chain: EventChain(value: 0))
    var flushAt: Duration?
    var unsentBytes = 0
    var eventRequest: Int?
    var relayed: Int64 = 0

    // Weighing what head office says.
    var requests = 0
    var lookup: (request: Int, sequences: [Int64], purpose: Lookup)?
    var lookedUp: [LogPoint] = []
    var doubt: Doubt?
    var beat: Int64?
    var progressAt: Duration = .zero
    /// The beat that was known when ``progressAt`` was set.
    var progressBeat: Int64?
    var roundTrip: Duration = .zero
    /// Times that the window was sent again without any progress.
    var resends = 0

    // Forking.
    var probe: [UplinkPosition] = []
    /// Where the log began when ``probe`` was made.
    var probeAnchor: LogPoint?
    /// Head office refused what was sent: its epoch doesn't do any more, even if the positions look right.
    var isRefused = false
    var probes = 0
    var opening: (acked: UplinkPosition, incarnation: String)?
    var epochsOpened = 0
    var lastEpochAt: Duration = .zero

    /// - Parameters:
    ///   - branch: head office's number of it.
    ///   - history: the log at this moment.
    ///   - gen: the last stored generation, 0 = none.
    ///   - acked: the last stored position, `.none` = none.
    ///   - incarnation: whose position that is.
    ///   - random: for jitter only.
    package init(
        branch: Int64, history: LocalHistory, gen: Int64, acked: UplinkPosition, incarnation: String?,
        pace: PublisherPace = PublisherPace(), random: any RandomNumberGenerator & Sendable
    ) {
        self.branch = branch
        self.history = history
        self.gen = gen
        self.acked = acked
        self.incarnation = incarnation
        self.pace = pace
        self.random = random
    }

    /// Takes an event and says what to do.
    /// - Parameter now: by a clock that only goes forward, from any origin.
    package mutating func handle(_ event: PublisherEvent, now: Duration) -> [PublisherAction] {
        self.now = max(now, self.now)
        apply(event)
        performDue()
        if phase == .streaming { pump() }
        setTimer()
        defer { actions = [] }
        return actions
    }

    private mutating func apply(_ event: PublisherEvent) {
        switch event {
        case .started: phase = .waiting(until: now + pace.shortestBackoff * share())
        case .timer: break
        case .logGrew(let head, let bytes):
            history.head = max(history.head, head)
            unsentBytes += bytes
        case .pruned(let anchor): learn(anchor)
        case .connected(let number):
            guard number == connectionNumber, phase == .connecting else { return }
            heard()
            phase = .handshaking
            actions.append(.handshake(connection: number))
        case .handshakeDone(let number, let ack, let top):
            guard number == connectionNumber, phase == .handshaking else { return }
            heard()
            settle(ack, top)
        case .appended(let number, let id): appended(id, on: number)
        case .appendFailed(let number, let failure): appendFailed(failure, on: number)
        case .ackRead(let number, let ack): ackRead(ack, on: number)
        case .connectionLost(let number, let reason):
            if number == connectionNumber, isConnected { lose(.unreachable(reason)) }
        case .generationStored(let stored): generationStored(stored)
        case .epochOpened(let epoch): epochOpened(epoch)
        case .eventsLoaded(let request, let events): eventsLoaded(events, for: request)
        case .chainsLoaded(let request, let points, let anchor): chainsLoaded(points, anchor, for: request)
        case .storeFailed(let reason):
            persistDue = true
            fail(.storeFailed(reason))
        }
    }

    mutating func learn(_ anchor: LogPoint) {
        if anchor.seq > history.anchor.seq { history.anchor = anchor }
    }

    mutating func setAlarm(_ alarm: PublisherAlarm?) {
        guard alarm != self.alarm else { return }
        self.alarm = alarm
        actions.append(.setAlarm(alarm))
    }

    /// A number in 0 ..< 1.
    mutating func share() -> Double { Double(random.next() >> 11) / 0x1p53 }
}

extension Publisher {
    /// How the uplink stands, for the status.
    package var status: PublisherStatus {
        PublisherStatus(
            isStreaming: phase == .streaming, head: history.head, relayed: max(relayed, acked.seq), acked: acked,
            incarnation: incarnation, gen: gen, epoch: history.newest?.number ?? 0, unacknowledged: window.events,
            roundTrip: roundTrip, alarm: alarm)
    }
}

/// How the uplink stands at a moment.
package struct PublisherStatus: Equatable, Sendable {
    /// False while it connects, or agrees with head office about a new epoch.
    package var isStreaming: Bool
    package var head: Int64
    /// The newest event that Redis took, a hint only.
    package var relayed: Int64
    /// The newest event that head office has for certain.
    package var acked: UplinkPosition
    package var incarnation: String?
    package var gen: Int64
    package var epoch: Int64
    /// Events sent and not acknowledged.
    package var unacknowledged: Int
    /// From a frame's sending to its acknowledgement, smoothed; zero before the first.
    package var roundTrip: Duration
    package var alarm: PublisherAlarm?
}
