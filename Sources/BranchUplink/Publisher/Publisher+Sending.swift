import QueueEvents

/// A frame that is encoded and not sent.
struct StagedFrame: Sendable {
    let entry: OutgoingEntry
    let firstSeq: Int64
    let chains: [EventChain]

    var bytes: Int { entry.fields.reduce(0) { $0 + $1.value.count } }
}

extension Publisher {
    mutating func startStream() {
        phase = .streaming
        let chain = acked.seq == history.anchor.seq ? history.anchor.chain : acked.chain
        framedThrough = LogPoint(seq: acked.seq, chain: chain)
        flushAt = history.head > acked.seq ? now : nil
        resetProgress()
        readSoon()
        if acked.seq >= history.head { setAlarm(nil) }
        actions.append(.trim(connection: connectionNumber, before: .probe(gen: gen)))
    }

    mutating func resetProgress() {
        progressAt = now
        progressBeat = beat
    }

    /// How long nothing may be acknowledged before it is all sent again.
    var patience: Duration { max(pace.stall, roundTrip * 5).doubled(resends, atMost: pace.longestStall) }

    /// Sends everything again when head office lives and yet doesn't get on: Redis may have lost it without a word.
    mutating func checkProgress() {
        guard !window.isEmpty, now - progressAt >= patience else { return }
        guard beat != progressBeat else {
            // Sending again would only fill Redis: as long as nobody reads there, nobody misses anything.
            setAlarm(.headOfficeSilent)
            progressAt = now
            return
        }
        setAlarm(.noProgress)
        resend()
    }

    /// Goes back to the acknowledged position; at once the first time, then ever more slowly.
    mutating func resend() {
        resends += 1
        if resends == 1 { return beginStream() }
        forgetSent()
        phase = .pausing(until: now + pace.shortestBackoff.doubled(resends - 2, atMost: pace.longestBackoff), .stream)
    }

    /// Sends what may be sent and loads what may come after it.
    mutating func pump() {
        var entries: [OutgoingEntry] = []
        while true {
            if staged == nil { stage() }
            guard let frame = staged, hasRoom(for: frame) else { break }
            staged = nil
            if window.isEmpty { resetProgress() }
            expectReply()
            window.append(
                FrameWindow.Frame(
                    id: frame.entry.id, firstSeq: frame.firstSeq, chains: frame.chains, bytes: frame.bytes,
                    sentAt: now))
            connection.replies.append(frame.entry.id)
            entries.append(frame.entry)
        }
        if !entries.isEmpty {
            actions.append(.append(connection: connectionNumber, entries))
            readSoon()
        }
        if framedThrough.seq >= history.head {
            flushAt = nil
            unsentBytes = 0
        } else if flushAt == nil {
            flushAt = now + pace.flush
        }
        load()
    }

    private var isFlushDue: Bool { flushAt.map { $0 <= now } ?? false }

    private func hasRoom(for frame: StagedFrame) -> Bool {
        guard connection.replies.count < pace.framesInFlight else { return false }
        return window.isEmpty
            || (window.events + frame.chains.count <= pace.windowEvents
                && window.bytes + frame.bytes <= pace.windowBytes)
    }

    /// Makes the next frame of what is loaded: a whole one, or when it is time any.
    private mutating func stage() {
        guard let first = buffer.first, let epoch = history.epoch(of: first.seq) else { return }
        var count = 0
        var bytes = 0
        var isWhole = false
        for event in buffer {
            let isFull = count == pace.frameEvents || (count > 0 && bytes + event.body.count > pace.frameBytes)
            if isFull || history.epoch(of: event.seq) != epoch {
                isWhole = true
                break
            }
            count += 1
            bytes += event.body.count
        }
        isWhole = isWhole || count == pace.frameEvents || bytes >= pace.frameBytes
        guard isWhole || (isFlushDue && !isFollowedByMany) else { return }
        let events = buffer.prefix(count)
        guard let last = events.last else { return }
        staged = encode(Array(events), of: epoch)
        framedThrough = LogPoint(seq: last.seq, chain: last.chain)
        buffer.removeFirst(count)
        // What came after these gathers again.
        if !isWhole { flushAt = nil }
    }

    /// Whether the log would fill a frame with what is loaded and what comes after it. A smaller frame would then only
    /// take up one of those that may be under way.
    private var isFollowedByMany: Bool {
        loadedThrough < history.head && history.head - framedThrough.seq >= Int64(pace.frameEvents)
    }

    private func encode(_ events: [LocalEvent], of epoch: LocalEpoch) -> StagedFrame? {
        guard let first = events.first, let last = events.last else { return nil }
        let (codec, data) = FrameData.encode(events.map(\.body))
        let isFirst = first.seq == epoch.firstSeq
        let header = FrameHeader(
            codec: codec, branch: branch, epoch: epoch.number, lineage: epoch.lineage, firstSeq: first.seq,
            lastSeq: last.seq, previousChain: framedThrough.chain, parent: isFirst ? epoch.parent : nil,
            isBaseline: isFirst && epoch.isBaseline)
        return StagedFrame(
            entry: OutgoingEntry(
                id: FrameID(gen: gen, epoch: epoch.number, lastSeq: last.seq),
                fields: [("h", header.text), ("d", data)]),
            firstSeq: first.seq, chains: events.map(\.chain))
    }

    private var loadedThrough: Int64 { buffer.last?.seq ?? framedThrough.seq }

    /// Loads ahead of the window: a frame must be ready when an acknowledgement makes room for it.
    private mutating func load() {
        guard eventRequest == nil, buffer.count < pace.frameEvents, loadedThrough < history.head,
            isFlushDue || history.head - framedThrough.seq >= Int64(pace.frameEvents)
                || unsentBytes >= pace.frameBytes
        else { return }
        requests += 1
        eventRequest = requests
        actions.append(
            .loadEvents(
                request: requests, after: loadedThrough, limit: PublisherLimits.loadEvents,
                bytes: PublisherLimits.loadBytes))
    }

    mutating func eventsLoaded(_ events: [LocalEvent]?, for request: Int) {
        guard request == eventRequest, phase == .streaming else { return }
        eventRequest = nil
        let first = loadedThrough + 1
        guard let events, !events.isEmpty, events.enumerated().allSatisfy({ $1.seq == first + Int64($0) }) else {
            // What was to be sent next isn't kept: only a new agreement helps.
            return beginFork()
        }
        buffer += events
        history.head = max(history.head, loadedThrough)
    }

    mutating func appended(_ id: FrameID, on number: Int) {
        guard number == connectionNumber, isConnected else { return }
        heard()
        guard connection.replies.first == id else { return fail(.unreachable("a reply out of order")) }
        connection.replies.removeFirst()
        if id.gen == gen, phase == .streaming { relayed = max(relayed, id.lastSeq) }
    }

    mutating func appendFailed(_ failure: AppendFailure, on number: Int) {
        guard number == connectionNumber, isConnected else { return }
        switch failure {
        case .staleID: fail(.rival)
        case .noStream: fail(.unreachable("the stream is gone"))
        case .outOfMemory: fail(.redisFull)
        case .other(let reason): fail(.unreachable(reason))
        }
    }
}
