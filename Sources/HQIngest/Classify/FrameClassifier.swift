package import QueueEvents

/// Judges the entries of one branch within one transaction, in the order of their ids: each verdict moves the cursor
/// in memory, so that the next entry is judged as if the one before were stored.
///
/// A value without I/O. When the transaction rolls back, throw it away.
package struct FrameClassifier: Sendable {
    /// How the chain goes on after an event.
    package typealias Link = @Sendable (_ previous: EventChain, _ uid: EventUID, _ body: [UInt8]) -> EventChain

    private struct Stretch {
        let epoch: Int64
        let firstSeq: Int64
        let chains: [EventChain]
    }

    package private(set) var cursor: BranchCursor
    /// What the branch is told beside the cursor; stands until a frame was taken.
    package private(set) var refusal: UplinkAck.Refusal?
    /// The generation that ``refusal`` is about; 0 without one.
    package private(set) var refusedGen: Int64
    private let link: Link
    /// Accepted here and not in the database yet, or unseen by a query that came before; at most a batch.
    private var accepted: [Stretch] = []

    /// - Parameters:
    ///   - cursor: as read with its row locked.
    ///   - refusal: what still stands from before, if it is remembered at all.
    ///   - link: `EventChain.next`; another one only in a simulation that shows what is lost without the chain.
    package init(
        cursor: BranchCursor, refusal: UplinkAck.Refusal? = nil, refusedGen: Int64 = 0,
        link: @escaping Link = { previous, uid, body in previous.next(uid: uid, body: body) }
    ) {
        self.cursor = cursor
        self.refusal = refusal
        self.refusedGen = refusedGen
        self.link = link
    }

    /// Judges a frame and advances the cursor when it is accepted.
    /// - Parameters:
    ///   - gen: of the entry's id.
    ///   - holds: whether `branch_event` has a row with this epoch, sequence number and chain; asked for nothing but
    ///     the entry's ``UplinkEntry/questions``.
    package mutating func classify(
        _ frame: IngestFrame, gen: Int64, holds: (UplinkPosition) -> Bool
    ) -> FrameVerdict {
        var verdict = judge(frame, holds)
        if case .accept = verdict, let flaw = frame.flaw, !isRepeated(flaw, gen) { verdict = .reject(flaw) }
        switch verdict {
        case .duplicate: break
        case .accept(let accept):
            take(accept)
            refusal = nil
            refusedGen = 0
        case .gap: refuse(with: .gap, gen)
        case .fork, .superseded: refuse(with: .fork, gen)
        case .reject(let reason): refuse(with: .reject(reason), gen)
        }
        return verdict
    }

    /// Answers a probe: the newest of its points that is held, nil = none.
    package mutating func answer(
        _ probe: UplinkProbe, gen: Int64, holds: (UplinkPosition) -> Bool
    ) -> UplinkPosition? {
        let held = probe.points.filter { isHeld($0, holds) }.max { $0.seq < $1.seq }
        refusal = .ancestor(held)
        refusedGen = gen
        return held
    }

    /// Notes that an entry could not be read.
    package mutating func refuse(_ error: FrameError, gen: Int64) { refuse(with: .reject(error.found), gen) }

    /// What to write into the branch's hash.
    package func ack(incarnation: String, beat: Int64, hqTime: Int64) -> UplinkAck {
        UplinkAck(
            incarnation: incarnation, cursor: cursor.position, beat: beat, hqTime: hqTime, refusal: refusal,
            refusedGen: refusedGen)
    }

    /// Whether the branch was refused for this already and sends the same again. Then these are its own bytes, which
    /// no sending will mend, and not damage on the way: they are held as they are, for the chain goes over them.
    private func isRepeated(_ flaw: String, _ gen: Int64) -> Bool { refusal == .reject(flaw) && gen > refusedGen }

    /// The first refusal of a generation is the cause of those after it.
    private mutating func refuse(with refusal: UplinkAck.Refusal, _ gen: Int64) {
        guard self.refusal == nil || gen > refusedGen else { return }
        self.refusal = refusal
        refusedGen = gen
    }

    private mutating func take(_ accept: AcceptedFrame) {
        if let opened = accept.opens { cursor.epochs.append(opened) }
        cursor.position = accept.after
        if let first = accept.events.first {
            accepted.append(
                Stretch(epoch: accept.epoch, firstSeq: first.head.seq, chains: accept.events.map(\.chain)))
        }
    }

    private func isHeld(_ point: UplinkPosition, _ holds: (UplinkPosition) -> Bool) -> Bool {
        guard point.seq > 0 else { return false }
        if point == cursor.position { return true }
        for stretch in accepted where stretch.epoch == point.epoch {
            let place = point.seq - stretch.firstSeq
            if place >= 0, place < Int64(stretch.chains.count) { return stretch.chains[Int(place)] == point.chain }
        }
        return holds(point)
    }
}

extension FrameClassifier {
    private func judge(_ frame: IngestFrame, _ holds: (UplinkPosition) -> Bool) -> FrameVerdict {
        let header = frame.header
        if header.epoch < cursor.position.epoch { return stale(header) }
        if !cursor.isEmpty, header.epoch == cursor.position.epoch {
            guard cursor.epoch(header.epoch)?.lineage == header.lineage else { return .fork }
            return continuing(frame)
        }
        return opening(frame, holds)
    }

    /// An epoch before the cursor's: known when it lies in what the live history shares, else overtaken.
    private func stale(_ header: FrameHeader) -> FrameVerdict {
        guard cursor.epoch(header.epoch)?.lineage == header.lineage, let last = cursor.liveLast(of: header.epoch),
            header.lastSeq <= last
        else { return .superseded }
        return .duplicate
    }

    /// The cursor's own epoch.
    private func continuing(_ frame: IngestFrame) -> FrameVerdict {
        let header = frame.header
        let held = cursor.position
        if header.firstSeq > held.seq + 1 { return .gap }
        if header.lastSeq < held.seq { return .duplicate }
        let chains = chains(of: frame)
        let known = Int(held.seq - header.firstSeq + 1)
        guard (known == 0 ? header.previousChain : chains[known - 1]) == held.chain else { return .fork }
        return known == chains.count ? .duplicate : .accept(accepting(frame, chains, from: known, opens: nil))
    }

    /// An epoch of which nothing is held: only with its first frame, and only after what is held.
    private func opening(_ frame: IngestFrame, _ holds: (UplinkPosition) -> Bool) -> FrameVerdict {
        let header = frame.header
        guard cursor.epoch(header.epoch) == nil else { return .fork }
        var opened = TakenEpoch(number: header.epoch, lineage: header.lineage, firstSeq: header.firstSeq)
        if let parent = frame.parent {
            guard parent.chain == header.previousChain else { return .reject("a parent that is not the link before") }
            guard isHeld(parent, holds) else { return parent.seq > cursor.position.seq ? .gap : .fork }
            opened.parent = parent
        } else if header.isBaseline {
            opened.anchor = header.firstSeq > 1 ? header.previousChain : nil
        } else if !cursor.isEmpty || header.firstSeq > 1 {
            return .gap
        }
        return .accept(accepting(frame, chains(of: frame), from: 0, opens: opened))
    }

    private func chains(of frame: IngestFrame) -> [EventChain] {
        var chain = frame.header.previousChain
        return frame.events.map { event in
            chain = link(chain, event.head.uid, event.body)
            return chain
        }
    }

    private func accepting(
        _ frame: IngestFrame, _ chains: [EventChain], from place: Int, opens: TakenEpoch?
    ) -> AcceptedFrame {
        let events = zip(frame.events, chains).dropFirst(place).map { event, chain in
            AcceptedFrame.Event(head: event.head, chain: chain, body: event.body, flaw: event.flaw)
        }
        let header = frame.header
        return AcceptedFrame(
            epoch: header.epoch, events: events, before: cursor.position,
            after: UplinkPosition(epoch: header.epoch, seq: header.lastSeq, chain: chains[chains.count - 1]),
            opens: opens)
    }
}
