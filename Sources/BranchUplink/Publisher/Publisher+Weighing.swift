import QueueEvents

extension Publisher {
    private enum Relation {
        /// An event of this log, under the label it has here.
        case onPath
        case offPath
        case unknown
    }

    private enum Judgement {
        case adopt
        case resend
        case ignore
        case fork
        case lookUp
    }

    mutating func ackRead(_ ack: UplinkAck?, on number: Int) {
        guard number == connectionNumber, isConnected else { return }
        heard()
        connection.reads = max(0, connection.reads - 1)
        guard let ack else { return }
        if ack.beat != beat {
            if alarm == .headOfficeSilent {
                // It is back: give it the time to take what waits in Redis.
                setAlarm(nil)
                progressAt = now
            }
            beat = ack.beat
        }
        switch phase {
        case .streaming: weigh(ack)
        case .probing: answered(ack)
        default: break
        }
    }

    /// Decides what an acknowledgement means for the stream.
    mutating func weigh(_ ack: UplinkAck, wasLookedUp: Bool = false) {
        if beat == nil { beat = ack.beat }
        let isAboutThis = ack.refusedGen == gen
        if isAboutThis, ack.refusal == .fork {
            isRefused = true
            return beginFork()
        }
        if isAboutThis, phase == .streaming, case .reject(let why) = ack.refusal { return rejected(why) }
        let isFresh = isAboutThis && ack.refusal == .gap
        switch judge(ack, isFresh: isFresh, wasLookedUp: wasLookedUp) {
        case .lookUp: lookUp([ack.cursor.seq], for: .ack(ack))
        case .fork: beginFork()
        case .ignore: if phase == .settling { beginStream() }
        case .adopt:
            adopt(ack)
            if phase == .settling { beginStream() } else if isFresh { resend() }
        case .resend:
            adopt(ack)
            if phase == .settling { beginStream() } else { resend() }
        }
    }

    private mutating func judge(_ ack: UplinkAck, isFresh: Bool, wasLookedUp: Bool) -> Judgement {
        let order = Self.order(ack.cursor, acked)
        let isForeign = incarnation.map { $0 != ack.incarnation } ?? false
        var relation = relation(of: ack.cursor)
        if relation == .unknown {
            guard wasLookedUp else { return .lookUp }
            relation = .offPath
        }
        switch (relation, isForeign) {
        case (.onPath, true):
            // A restored head office has less. More can also be what an older life of it left in Redis.
            if order > 0, !isFresh, !isConfirmed(ack) { return .ignore }
            return order < 0 ? .resend : .adopt
        case (.onPath, false):
            if order >= 0 { return .adopt }
            return isFresh || isConfirmed(ack) ? .resend : .ignore
        case (_, true): return .fork
        case (_, false):
            if order < 0 { return isFresh || isConfirmed(ack) ? .fork : .ignore }
            // Head office stands where an epoch of ours has left; it will see when that epoch's first event comes.
            let next = history.epoch(of: acked.seq + 1)?.number ?? 0
            return next > ack.cursor.epoch && !isFresh ? .ignore : .fork
        }
    }

    /// Whether two newer beats have said the same doubtful thing: then it is no leftover.
    private mutating func isConfirmed(_ ack: UplinkAck) -> Bool {
        // A beat below the doubted one: head office's clock went back, or that one was a leftover. Count anew.
        guard var known = doubt, known.incarnation == ack.incarnation, ack.beat >= known.beat else {
            doubt = Doubt(incarnation: ack.incarnation, beat: ack.beat)
            return false
        }
        if ack.beat > known.beat {
            known.beat = ack.beat
            known.newer += 1
        }
        doubt = known
        return known.newer >= PublisherLimits.confirmingBeats
    }

    /// Within one life of head office the cursor only rises by epoch, then number.
    private static func order(_ one: UplinkPosition, _ other: UplinkPosition) -> Int {
        let (left, right) = ((one.epoch, one.seq), (other.epoch, other.seq))
        return left == right ? 0 : left < right ? -1 : 1
    }

    private func relation(of position: UplinkPosition) -> Relation {
        if position.seq == 0 { return history.anchor.seq == 0 ? .onPath : .offPath }
        guard (history.anchor.seq...max(history.head, history.anchor.seq)).contains(position.seq),
            history.epoch(of: position.seq)?.number == position.epoch
        else { return .offPath }
        guard let chain = chain(at: position.seq) else { return .unknown }
        return chain == position.chain ? .onPath : .offPath
    }

    /// Whether a position lies on this log; nil when its chain must be looked up first.
    func isOnPath(_ position: UplinkPosition) -> Bool? {
        switch relation(of: position) {
        case .onPath: true
        case .offPath: false
        case .unknown: nil
        }
    }

    private func chain(at seq: Int64) -> EventChain? {
        if seq == history.anchor.seq { return history.anchor.chain }
        if seq == acked.seq { return acked.chain }
        return window.chain(at: seq) ?? lookedUp.first { $0.seq == seq }?.chain
    }

    mutating func lookUp(_ sequences: [Int64], for purpose: Lookup) {
        if case .ack = purpose, let awaited = lookup, case .ack = awaited.purpose {
            // One is under way; the newest word counts when it is answered.
            lookup?.purpose = purpose
            return
        }
        requests += 1
        lookup = (requests, sequences, purpose)
        actions.append(.loadChains(request: requests, sequences))
    }

    mutating func chainsLoaded(_ points: [LogPoint], _ anchor: LogPoint, for request: Int) {
        learn(anchor)
        guard let awaited = lookup, awaited.request == request else { return }
        lookup = nil
        lookedUp = points
        switch awaited.purpose {
        case .ack(let ack):
            guard phase == .settling || phase == .streaming else { return }
            weigh(ack, wasLookedUp: awaited.sequences.contains(ack.cursor.seq))
        case .probe: if phase == .gathering { ask(points) }
        case .answer(let ack): if phase == .judging { conclude(ack, wasLookedUp: true) }
        }
    }

    /// Takes what head office says as the truth about itself.
    private mutating func adopt(_ ack: UplinkAck) {
        let order = Self.order(ack.cursor, acked)
        set(acked: ack.cursor, incarnation: ack.incarnation)
        guard phase == .streaming, order > 0 else { return }
        failures = 0
        rejections = 0
        resends = 0
        probes = 0
        isRefused = false
        connection.idleReads = 0
        if ack.cursor.seq > framedThrough.seq {
            // It has more than was sent since: an earlier generation brought it.
            forgetSent()
            framedThrough = LogPoint(seq: ack.cursor.seq, chain: ack.cursor.chain)
        } else if let frame = window.drop(through: ack.cursor.seq) {
            let took = now - frame.sentAt
            roundTrip = roundTrip == .zero ? took : (roundTrip * 7 + took) / 8
        }
        resetProgress()
        setAlarm(nil)
    }

    /// Changes the acknowledged position; a rise may wait for the disk, anything else is stored at once, because rows
    /// are pruned by it.
    mutating func set(acked position: UplinkPosition, incarnation: String?) {
        let isRise = Self.order(position, acked) >= 0 && self.incarnation == incarnation
        guard position != acked || self.incarnation != incarnation else {
            doubt = nil
            return
        }
        acked = position
        self.incarnation = incarnation
        doubt = nil
        persistDue = true
        if !isRise { persist() }
    }
}
