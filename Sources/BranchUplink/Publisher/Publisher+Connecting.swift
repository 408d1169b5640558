import QueueEvents

extension Publisher {
    var isConnected: Bool {
        switch phase {
        case .stopped, .waiting: false
        default: true
        }
    }

    mutating func heard() { connection.lastHeard = now }

    /// Notes that a reply is awaited from now on.
    mutating func expectReply() {
        if connection.replies.isEmpty, connection.reads == 0 { connection.lastHeard = now }
    }

    private mutating func connect() {
        connectionNumber += 1
        phase = .connecting
        connection = Connection(
            lastHeard: now, since: now, nextRead: now + pace.idleRead, nextHeartbeat: now + pace.heartbeat)
        actions.append(.connect(connection: connectionNumber))
    }

    /// Closes the connection, if there is one, and waits before the next.
    mutating func fail(_ alarm: PublisherAlarm, wait: Duration? = nil) {
        if isConnected { actions.append(.disconnect(connection: connectionNumber)) }
        lose(alarm, wait: wait)
    }

    mutating func lose(_ alarm: PublisherAlarm, wait: Duration? = nil) {
        if isConnected, now - connection.since >= pace.goodConnection { failures = 0 }
        let backoff = pace.shortestBackoff.doubled(failures, atMost: pace.longestBackoff) * (0.5 + share())
        failures += 1
        forgetSent()
        lookup = nil
        phase = .waiting(until: now + (wait ?? min(max(backoff, pace.shortestBackoff), pace.longestBackoff)))
        setAlarm(alarm)
    }

    /// Forgets what was sent and loaded; the log has it.
    mutating func forgetSent() {
        window = FrameWindow()
        buffer = []
        staged = nil
        eventRequest = nil
        flushAt = nil
        relayed = 0
    }

    mutating func settle(_ ack: UplinkAck?, _ top: FrameID?) {
        connection.topGen = top?.gen ?? 0
        connection.nextHeartbeat = now
        phase = .settling
        if let ack { weigh(ack) } else { beginStream() }
    }

    /// Goes on after the acknowledged position, under a new generation.
    mutating func beginStream() {
        if acked.seq < history.anchor.seq { beginFork() } else { raise(.stream) }
    }

    mutating func raise(_ pursuit: Pursuit) {
        forgetSent()
        let known = max(gen, connection.topGen)
        guard known < Int64.max else { return fail(.exhausted, wait: pace.longestRejection) }
        phase = .raising(known + 1, pursuit)
        actions.append(.persistGeneration(known + 1))
    }

    mutating func generationStored(_ stored: Int64) {
        gen = max(gen, stored)
        guard case .raising(stored, let pursuit) = phase else { return }
        switch pursuit {
        case .probe: sendProbe()
        case .stream: startStream()
        }
    }

    /// Head office can't read what was sent: somebody must look, and it is tried again in case somebody did.
    mutating func rejected(_ why: String) {
        let wait = pace.persist.doubled(2 * rejections, atMost: pace.longestRejection)
        rejections += 1
        fail(.rejected(why), wait: wait)
    }

    /// Does everything whose time has come.
    mutating func performDue() {
        if case .waiting(let until) = phase, until <= now { connect() }
        if isConnected, isWaitingForReply, now - connection.lastHeard >= pace.silence {
            fail(.unreachable("no reply"))
        }
        if case .pausing(let until, let pursuit) = phase, until <= now {
            if pursuit == .probe { gather() } else { raise(.stream) }
        }
        if case .probing(let retryAt) = phase, retryAt <= now { raise(.probe) }
        if phase == .streaming { checkProgress() }
        if readsAcks, connection.nextRead <= now, connection.reads < PublisherLimits.readsInFlight { readAck() }
        if isSettled, connection.nextHeartbeat <= now {
            connection.nextHeartbeat = now + pace.heartbeat
            actions.append(.sendHeartbeat(connection: connectionNumber))
        }
        if persistDue, lastPersist + pace.persist <= now { persist() }
    }

    /// Past the handshake.
    private var isSettled: Bool { isConnected && phase != .connecting && phase != .handshaking }

    private var isWaitingForReply: Bool { !isSettled || !connection.replies.isEmpty || connection.reads > 0 }

    private var readsAcks: Bool {
        if case .probing = phase { return true }
        return phase == .streaming
    }

    private mutating func readAck() {
        expectReply()
        connection.reads += 1
        var pause = pace.idleRead
        if phase != .streaming || !window.isEmpty {
            let doublings = connection.idleReads - PublisherLimits.promptReads
            pause = pace.shortestRead.doubled(doublings, atMost: pace.longestRead)
            connection.idleReads += 1
        }
        connection.nextRead = now + pause
        actions.append(.readAck(connection: connectionNumber))
    }

    /// Reads at the shortest interval again.
    mutating func readSoon() {
        connection.idleReads = 0
        connection.nextRead = min(connection.nextRead, now + pace.shortestRead)
    }

    mutating func persist() {
        persistDue = false
        lastPersist = now
        actions.append(.persistAcked(acked, incarnation: incarnation))
    }

    /// Asks for the next deadline. What is due already waits for an event and not for time.
    mutating func setTimer() {
        var deadlines: [Duration] = []
        switch phase {
        case .waiting(let until), .pausing(let until, _): deadlines.append(until)
        case .probing(let retryAt): deadlines.append(retryAt)
        case .streaming:
            if let flushAt { deadlines.append(flushAt) }
            if !window.isEmpty { deadlines.append(progressAt + patience) }
        default: break
        }
        if readsAcks, connection.reads < PublisherLimits.readsInFlight { deadlines.append(connection.nextRead) }
        if isSettled { deadlines.append(connection.nextHeartbeat) }
        if isConnected, isWaitingForReply { deadlines.append(connection.lastHeard + pace.silence) }
        if persistDue { deadlines.append(lastPersist + pace.persist) }
        let next = deadlines.filter { $0 > now }.min()
        guard next != timerAt else { return }
        timerAt = next
        actions.append(.setTimer(at: next))
    }
}
