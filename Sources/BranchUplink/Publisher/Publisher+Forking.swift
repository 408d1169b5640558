import QueueEvents

extension Publisher {
    /// Head office has another history than this log, or may have: find out what both share.
    ///
    /// Until that is known nothing that is kept counts as safe, so that nothing more of it is pruned.
    mutating func beginFork() {
        forgetSent()
        lookup = nil
        setAlarm(.forked)
        set(acked: history.beginning, incarnation: incarnation)
        var until = now
        if probes > 0 { until += pace.shortestBackoff.doubled(probes - 1, atMost: pace.longestBackoff) }
        if epochsOpened > 0, now - lastEpochAt >= pace.calmEpoch { epochsOpened = 0 }
        if epochsOpened > 0 {
            until = max(until, lastEpochAt + pace.shortestEpoch.doubled(epochsOpened, atMost: pace.longestEpoch))
        }
        if until > now { phase = .pausing(until: until, .probe) } else { gather() }
    }

    mutating func gather() {
        phase = .gathering
        lookUp(probeSequences, for: .probe)
    }

    /// The head and ever larger steps below it, and where epochs begin; the last pruned event is asked for in any case.
    private var probeSequences: [Int64] {
        let (head, last) = (history.head, history.anchor.seq)
        var all: [Int64] = []
        if head > last { all += UplinkProbe.sequences(head: head, oldest: last + 1) }
        all += history.epochs.suffix(PublisherLimits.probeEpochs).map { $0.firstSeq - 1 }.filter {
            $0 > last && $0 < head
        }
        var seen: Set<Int64> = []
        return all.filter { seen.insert($0).inserted }
    }

    mutating func ask(_ points: [LogPoint]) {
        set(acked: history.beginning, incarnation: incarnation)
        // The last pruned event as it is by now: pruning may have gone on while the chains were looked up.
        let anchor = history.anchor
        probeAnchor = anchor
        let kept = points.filter { $0.seq > anchor.seq }.sorted { $0.seq > $1.seq }
        let newestFirst = kept.prefix(UplinkLimits.probePoints - 1) + (anchor.seq > 0 ? [anchor] : [])
        probe = newestFirst.map(history.position)
        raise(.probe)
    }

    mutating func sendProbe() {
        // The low position is stored since, so that pruning has come to rest; but some may have gone on before.
        guard probeAnchor == history.anchor else { return gather() }
        let id = FrameID.probe(gen: gen)
        let text = UplinkProbe(branch: branch, points: probe).text
        phase = .probing(retryAt: now + pace.stall.doubled(probes, atMost: pace.longestStall))
        probes += 1
        expectReply()
        connection.replies.append(id)
        actions.append(.append(connection: connectionNumber, [OutgoingEntry(id: id, fields: [("p", text)])]))
        actions.append(.trim(connection: connectionNumber, before: id))
        readSoon()
    }

    /// Reads the answer to the probe under way; everything else that the hash says is older than the question.
    mutating func answered(_ ack: UplinkAck) {
        guard ack.refusedGen == gen else { return }
        switch ack.refusal {
        case .ancestor: conclude(ack, wasLookedUp: false)
        case .reject(let why): rejected(why)
        case .fork, .gap, nil: break
        }
    }

    mutating func conclude(_ ack: UplinkAck, wasLookedUp: Bool) {
        guard case .ancestor(let shared) = ack.refusal else { return }
        if !isRefused {
            guard let isOnPath = isOnPath(ack.cursor) ?? (wasLookedUp ? false : nil) else {
                phase = .judging
                return lookUp([ack.cursor.seq], for: .answer(ack))
            }
            if isOnPath {
                set(acked: ack.cursor, incarnation: ack.incarnation)
                return beginStream()
            }
        }
        if let shared, !probe.contains(shared) { return beginFork() }
        let after = shared ?? history.beginning
        // An epoch must not begin where nothing is kept any more.
        guard after.seq >= history.anchor.seq else { return beginFork() }
        if !isRefused, let newest = history.newest, newest.number > ack.cursor.epoch, newest.firstSeq == after.seq + 1,
            shared == nil ? newest.isBaseline : newest.parent == shared?.asParent
        {
            // This epoch was opened before and head office hasn't seen it.
            set(acked: after, incarnation: ack.incarnation)
            return beginStream()
        }
        let number = max(history.newest?.number ?? 0, ack.cursor.epoch) + 1
        guard number < UplinkLimits.epochs else { return fail(.exhausted, wait: pace.longestRejection) }
        phase = .opening
        opening = (after, ack.incarnation)
        actions.append(
            .openEpoch(
                number: number, firstSeq: after.seq + 1, parent: shared?.asParent,
                reason: shared == nil ? .baseline : .fork))
    }

    mutating func epochOpened(_ epoch: LocalEpoch) {
        history.epochs.append(epoch)
        epochsOpened += 1
        lastEpochAt = now
        isRefused = false
        guard phase == .opening, let opened = opening else { return }
        opening = nil
        set(acked: opened.acked, incarnation: opened.incarnation)
        beginStream()
    }
}

extension UplinkPosition {
    /// This event as the one that an epoch follows.
    fileprivate var asParent: FrameHeader.Parent { FrameHeader.Parent(epoch: epoch, chain: chain) }
}
